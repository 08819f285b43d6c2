/**
 * Text of a CSV file in the encoding that it has: UTF-8 or UTF-16 by their marks, UTF-8 where the bytes are that, else
 * Windows-1252, in which every byte stands for something; or what the mapping says.
 */
import { TextDecoder } from "node:util";
import { inputBytes } from "../input-text.ts";

export interface DecodedText {
  readonly text: string;
  /** Of the file so far. */
  readonly encoding: string;
}

/** @param stated by the mapping, a label of the WHATWG encoding standard; undefined = look */
export async function* csvText(path: string, stated?: string): AsyncGenerator<DecodedText> {
  let encoding = stated ?? "";
  let decoder: TextDecoder | null = stated === undefined ? null : new TextDecoder(stated);
  /** Bytes of a character that goes on in the next piece, while it may be of either encoding. */
  let rest = Buffer.alloc(0);
  for await (const { bytes } of inputBytes(path)) {
    const piece = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    rest = Buffer.alloc(0);
    if (encoding === "") {
      encoding = encodingOf(piece);
      if (encoding !== "utf-8") decoder = new TextDecoder(encoding);
    }
    if (decoder !== null) {
      yield { text: decoder.decode(piece, { stream: true }), encoding };
      continue;
    }
    const whole = piece.length - unfinished(piece);
    rest = Buffer.from(piece.subarray(whole));
    try {
      yield { text: utf8(piece.subarray(0, whole)), encoding };
    } catch {
      encoding = "windows-1252";
      decoder = new TextDecoder(encoding);
      yield { text: decoder.decode(piece, { stream: true }), encoding };
      rest = Buffer.alloc(0);
    }
  }
  if (decoder !== null) yield { text: decoder.decode(), encoding };
  else if (rest.length > 0)
    yield { text: new TextDecoder("windows-1252").decode(rest), encoding: "windows-1252" };
}

function encodingOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  // Letters of a header in UTF-16 without a mark have a zero before or after them.
  if (head[1] === 0 && head[3] === 0) return "utf-16le";
  return head[0] === 0 && head[2] === 0 ? "utf-16be" : "utf-8";
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

/** Bytes at the end that begin a character of UTF-8 and do not end it. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}

export function isEncoding(label: string): boolean {
  try {
    new TextDecoder(label);
    return true;
  } catch {
    return false;
  }
}
