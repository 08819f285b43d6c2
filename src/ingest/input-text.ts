/**
 * Text of an input file in pieces, plain or gzip (told by its first bytes, not by its name).
 * Invariant: a truncated or damaged gzip is an error, never a short file.
 */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { LongitudeError } from "../errors/longitude-error.ts";
import { INPUT_GZIP, INPUT_UNREADABLE } from "../errors/registry.ts";

const PIECE_BYTES = 1 << 18;

/** @param label what errors call the file; a file may be named after a person */
export async function* inputText(path: string, label: string = path): AsyncGenerator<string> {
  const raw = createReadStream(path, { highWaterMark: PIECE_BYTES });
  const zipped = await isGzip(path, label);
  const source = zipped ? pipeline(raw, createGunzip({ chunkSize: PIECE_BYTES }), () => {}) : raw;
  source.setEncoding("utf8");
  let first = true;
  try {
    for await (const piece of source as AsyncIterable<string>) {
      yield first && piece.startsWith("\uFEFF") ? piece.slice(1) : piece;
      first = false;
    }
  } catch (cause) {
    if (zipped && /^(Z_|ERR_)/.test(String((cause as { code?: unknown }).code))) {
      throw new LongitudeError(INPUT_GZIP, `${label} is a truncated or damaged gzip file`, { cause });
    }
    throw new LongitudeError(INPUT_UNREADABLE, `cannot read ${label}`, { cause });
  } finally {
    raw.destroy();
  }
}

/** Lines without their ends, many at a time; the last one needs no newline. Empty lines are left out. */
export async function* inputLines(path: string, label: string = path): AsyncGenerator<string[]> {
  let rest = "";
  for await (const piece of inputText(path, label)) {
    if (!piece.includes("\n")) {
      rest += piece;
      continue;
    }
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    const full = lines.map(withoutReturn).filter(isNotBlank);
    if (full.length > 0) yield full;
  }
  if (isNotBlank(rest)) yield [withoutReturn(rest)];
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

function isNotBlank(line: string): boolean {
  return line.trim() !== "";
}

async function isGzip(path: string, label: string): Promise<boolean> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, "r");
  } catch (cause) {
    throw new LongitudeError(INPUT_UNREADABLE, `cannot open ${label}`, { cause });
  }
  try {
    const head = Buffer.alloc(2);
    const { bytesRead } = await file.read(head, 0, 2, 0);
    return bytesRead === 2 && head[0] === 0x1f && head[1] === 0x8b;
  } finally {
    await file.close();
  }
}
