/**
 * Text out of bytes of an encoding that nobody names: UTF-8 or UTF-16 by their mark, UTF-16 without a mark by its zeros,
 * UTF-8, UTF-8 with a few broken bytes, else Windows-1252.
 */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { NOTE_FILE_INVALID } from "../../errors/registry.ts";

export interface DecodedText {
  readonly text: string;
  readonly encoding: string;
  /** Bytes that are no UTF-8, each read as U+FFFD. */
  readonly broken: number;
}

const SAMPLE = 1 << 16;

/** Throws NOTE_FILE_INVALID for bytes that are no text (a picture, an archive, a PDF). */
export function decodeText(bytes: Uint8Array): DecodedText {
  const utf16 = utf16Of(bytes);
  if (utf16 !== null) return { text: new TextDecoder(utf16).decode(bytes), encoding: utf16, broken: 0 };
  if (bytes.subarray(0, SAMPLE).includes(0) || startsWith(bytes, "%PDF-") || startsWith(bytes, "{\\rtf"))
    throw new LongitudeError(
      NOTE_FILE_INVALID,
      "the file is no plain text: it has the form of a PDF, an RTF or other binary file",
    );
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), encoding: "utf-8", broken: 0 };
  } catch {
    return decodeBroken(bytes);
  }
}

function startsWith(bytes: Uint8Array, mark: string): boolean {
  return [...mark].every((char, i) => bytes[i] === char.charCodeAt(0));
}

function utf16Of(bytes: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const sample = bytes.subarray(0, SAMPLE);
  const zeros = [0, 0];
  sample.forEach((byte, i) => {
    if (byte === 0) zeros[i % 2]! += 1;
  });
  const half = sample.length / 2;
  if (zeros[1]! > half * 0.6 && zeros[0]! < half * 0.05) return "utf-16le";
  return zeros[0]! > half * 0.6 && zeros[1]! < half * 0.05 ? "utf-16be" : null;
}

/** Letters of several bytes hardly ever come about by chance: such text is damaged UTF-8. */
function decodeBroken(bytes: Uint8Array): DecodedText {
  const text = new TextDecoder("utf-8").decode(bytes);
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  const letters = text.match(/[\u0080-\ufffc]/g)?.length ?? 0;
  if (letters * 3 >= broken && letters > 0) return { text, encoding: "utf-8", broken };
  return { text: new TextDecoder("windows-1252").decode(bytes), encoding: "windows-1252", broken: 0 };
}
