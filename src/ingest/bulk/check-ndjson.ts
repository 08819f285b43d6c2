/** Reads a fetched file through: how many lines it has, and whether each looks like one JSON object. */
import { inputBytes } from "../input-text.ts";

const [NEWLINE, SPACE, OPEN, CLOSE] = [10, 32, 123, 125];

export interface CheckedLines {
  /** Lines that are not blank. */
  readonly lines: number;
  /** Lines of them that do not begin with `{` and end with `}`. */
  readonly broken: number;
}

/** @param label what errors call the file */
export async function checkNdjson(path: string, label: string): Promise<CheckedLines> {
  let lines = 0;
  let broken = 0;
  let first = 0;
  let last = 0;
  const end = (): void => {
    if (first === 0) return;
    lines += 1;
    if (first !== OPEN || last !== CLOSE) broken += 1;
    first = 0;
  };
  let mark = true;
  for await (const { bytes } of inputBytes(path, label)) {
    let start = mark && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    mark = false;
    while (start < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, start);
      const stop = newline < 0 ? bytes.length : newline;
      for (let i = start; first === 0 && i < stop; i++) if (bytes[i]! > SPACE) first = bytes[i]!;
      for (let i = stop - 1; i >= start; i--) {
        if (bytes[i]! > SPACE) {
          last = bytes[i]!;
          break;
        }
      }
      if (newline >= 0) end();
      start = stop + 1;
    }
  }
  end();
  return { lines, broken };
}
