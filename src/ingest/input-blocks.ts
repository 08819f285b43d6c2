/**
 * Cuts line-based input files into blocks that can be read side by side, plain or gzip.
 * Invariant: every line lies in exactly one block, whole; the cuts depend on the files only, never on timing.
 */
import { open } from "node:fs/promises";
import { LongitudeError } from "../errors/longitude-error.ts";
import { INPUT_LINE_LENGTH, INPUT_UNREADABLE } from "../errors/registry.ts";
import { inputBytes, isGzip } from "./input-text.ts";

/** A line, or a file that is one JSON document, may be this long; longer ones would have to be held in memory whole. */
export const MAX_LINE_BYTES = 256 * 2 ** 20;
/** Enough to keep a worker busy for some 50 ms, little enough to keep memory flat. */
export const BLOCK_BYTES = 4 * 2 ** 20;
const PEEK_BYTES = 65_536;
const NEWLINE = 10;

export type InputBlock = {
  /** Which of the input files. */
  readonly file: number;
  /** The file is one JSON document. */
  readonly whole: boolean;
  /** The last block of its file. */
  readonly last: boolean;
  /** Bytes of the file as it lies on disk, for the progress. */
  readonly diskBytes: number;
} & (
  | { readonly kind: "range"; readonly path: string; readonly start: number; readonly end: number }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array<ArrayBuffer> }
);

/** @param label what errors call a file */
export async function* inputBlocks(
  files: readonly string[],
  label: (file: number) => string,
  blockBytes = BLOCK_BYTES,
): AsyncGenerator<InputBlock> {
  for (const [file, path] of files.entries()) {
    if (await isGzip(path, label(file))) yield* zippedBlocks(file, path, label(file), blockBytes);
    else yield* plainBlocks(file, path, label(file), blockBytes);
  }
}

async function* plainBlocks(
  file: number,
  path: string,
  label: string,
  blockBytes: number,
): AsyncGenerator<InputBlock> {
  const { size, head } = await peek(path, label);
  const whole = isWholeFile(head, path);
  if (whole && size > MAX_LINE_BYTES) throw tooLong(label);
  for (let start = 0; start < size; start += whole ? size : blockBytes) {
    const end = whole ? size : Math.min(start + blockBytes, size);
    yield { kind: "range", path, start, end, file, whole, last: end === size, diskBytes: end - start };
  }
}

async function peek(path: string, label: string): Promise<{ size: number; head: Buffer }> {
  try {
    const handle = await open(path, "r");
    try {
      const { size } = await handle.stat();
      const head = Buffer.alloc(Math.min(PEEK_BYTES, size));
      await handle.read(head, 0, head.length, 0);
      return { size, head };
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new LongitudeError(INPUT_UNREADABLE, `cannot read ${label}`, { cause });
  }
}

async function* zippedBlocks(
  file: number,
  path: string,
  label: string,
  blockBytes: number,
): AsyncGenerator<InputBlock> {
  let parts: Buffer[] = [];
  let length = 0;
  let whole: boolean | null = null;
  let first = true;
  let diskBytes = 0;
  const block = (last: boolean): InputBlock => {
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    parts = [];
    length = 0;
    const read = diskBytes;
    diskBytes = 0;
    return { kind: "bytes", bytes, file, whole: whole === true, last, diskBytes: read };
  };
  for await (const { bytes: piece, diskBytes: read } of inputBytes(path, label)) {
    diskBytes += read;
    if (first) whole = isWholeFile(piece.subarray(0, PEEK_BYTES), path);
    first = false;
    const cut = whole === true || length + piece.length < blockBytes ? -1 : piece.lastIndexOf(NEWLINE);
    if (cut < 0) {
      parts.push(piece);
      length += piece.length;
      if (length > MAX_LINE_BYTES) throw tooLong(label);
      continue;
    }
    parts.push(piece.subarray(0, cut + 1));
    length += cut + 1;
    yield block(false);
    const rest = piece.subarray(cut + 1);
    parts = [rest];
    length = rest.length;
  }
  yield block(true);
}

/** A pretty-printed document, or a list: its first line is the beginning of an object, not an object. */
function isWholeFile(head: Uint8Array, path: string): boolean {
  if (/\.(ndjson|jsonl)(\.gz)?$/i.test(path)) return false;
  const text = Buffer.from(head.buffer, head.byteOffset, head.length)
    .toString("utf8")
    .replace(/^\uFEFF?\s*/, "");
  const newline = text.indexOf("\n");
  // A first line that goes on beyond the peek is a document on one line.
  if (newline < 0 && head.length >= PEEK_BYTES && !text.startsWith("[")) return false;
  const line = newline < 0 ? text : text.slice(0, newline);
  if (line.startsWith("[")) return true;
  if (!line.startsWith("{")) return false;
  try {
    JSON.parse(line);
    return false;
  } catch {
    return true;
  }
}

/** The bytes of the lines that begin in the block. */
export async function blockBytes(block: InputBlock, label: string): Promise<Uint8Array> {
  if (block.kind === "bytes") return withoutMark(block.bytes);
  const { path, start, end } = block;
  try {
    const handle = await open(path, "r");
    try {
      // One byte more in front: a newline there means that a line begins at `start`. Beyond the end, the rest of a line.
      const from = Math.max(0, start - 1);
      let bytes = Buffer.allocUnsafe(end - from + PEEK_BYTES);
      let length = await fill(handle, bytes.subarray(0, end - from), 0, from);
      const begin = start === 0 ? 0 : bytes.subarray(0, length).indexOf(NEWLINE) + 1;
      if (start > 0 && (begin === 0 || begin === length)) return bytes.subarray(0, 0);
      while (bytes[length - 1] !== NEWLINE) {
        if (length === bytes.length) bytes = Buffer.concat([bytes], 2 * length);
        const more = Math.min(bytes.length, length + PEEK_BYTES);
        const filled = await fill(handle, bytes.subarray(0, more), length, from + length);
        if (filled === 0) break;
        const newline = bytes.subarray(length, length + filled).indexOf(NEWLINE);
        length += newline < 0 ? filled : newline + 1;
        if (length - begin > MAX_LINE_BYTES) throw tooLong(label);
      }
      const lines = bytes.subarray(begin, length);
      return start === 0 ? withoutMark(lines) : lines;
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof LongitudeError) throw cause;
    throw new LongitudeError(INPUT_UNREADABLE, `cannot read ${label}`, { cause });
  }
}

async function fill(
  handle: Awaited<ReturnType<typeof open>>,
  into: Buffer,
  at: number,
  position: number,
): Promise<number> {
  let filled = at;
  while (filled < into.length) {
    const { bytesRead } = await handle.read(into, filled, into.length - filled, position + filled - at);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled - at;
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function tooLong(label: string): LongitudeError {
  return new LongitudeError(
    INPUT_LINE_LENGTH,
    `${label} has a line, or is one JSON document, of more than ${MAX_LINE_BYTES} bytes`,
  );
}
