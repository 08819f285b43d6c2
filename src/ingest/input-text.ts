/**
 * Bytes and text of an input file in pieces, plain or gzip (told by its first bytes, not by its name).
 * Invariant: a truncated or damaged gzip is an error, never a short file; one that would swell without bound is refused.
 */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { createGunzip } from "node:zlib";
import { LongitudeError } from "../errors/longitude-error.ts";
import { INPUT_COMPRESSION, INPUT_GZIP, INPUT_UNREADABLE } from "../errors/registry.ts";

const PIECE_BYTES = 1 << 18;
/** Exports shrink to a tenth or a fiftieth; gzip's utmost is a thousandth, which only a hostile file comes near. */
const MAX_SWELLING = 250;
const MAX_SWELLING_FROM_BYTES = 64 * 2 ** 20;

export interface InputPiece {
  readonly bytes: Buffer;
  /** Bytes of the file itself that were read for it. */
  readonly diskBytes: number;
}

/** @param label what errors call the file; a file may be named after a person */
export async function* inputBytes(path: string, label: string = path): AsyncGenerator<InputPiece> {
  const raw = createReadStream(path, { highWaterMark: PIECE_BYTES });
  const zipped = await isGzip(path, label);
  const source = zipped ? pipeline(raw, createGunzip({ chunkSize: PIECE_BYTES }), () => {}) : raw;
  let total = 0;
  let read = 0;
  try {
    for await (const bytes of source as AsyncIterable<Buffer>) {
      total += bytes.length;
      if (zipped && total > MAX_SWELLING_FROM_BYTES && total > MAX_SWELLING * raw.bytesRead) {
        throw new LongitudeError(
          INPUT_COMPRESSION,
          `${label} swells to more than ${MAX_SWELLING} times its size: ${raw.bytesRead} bytes gave ${total}`,
        );
      }
      yield { bytes, diskBytes: raw.bytesRead - read };
      read = raw.bytesRead;
    }
  } catch (cause) {
    if (cause instanceof LongitudeError) throw cause;
    if (zipped && /^(Z_|ERR_)/.test(String((cause as { code?: unknown }).code))) {
      throw new LongitudeError(INPUT_GZIP, `${label} is a truncated or damaged gzip file`, { cause });
    }
    throw new LongitudeError(INPUT_UNREADABLE, `cannot read ${label}`, { cause });
  } finally {
    raw.destroy();
  }
}

export async function* inputText(path: string, label: string = path): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let first = true;
  for await (const { bytes } of inputBytes(path, label)) {
    const piece = decoder.write(bytes);
    yield first && piece.startsWith("\uFEFF") ? piece.slice(1) : piece;
    first = false;
  }
  yield decoder.end();
}

export async function isGzip(path: string, label: string): Promise<boolean> {
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

/**
 * Lines without their ends, many at a time; the last one needs no newline. Empty lines are left out.
 * @public
 */
export async function* inputLines(path: string, label: string = path): AsyncGenerator<string[]> {
  let rest = "";
  for await (const piece of inputText(path, label)) {
    if (!piece.includes("\n")) {
      rest += piece;
      continue;
    }
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    const full = lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
    const filled = full.filter((line) => line.trim() !== "");
    if (filled.length > 0) yield filled;
  }
  if (rest.trim() !== "") yield [rest.endsWith("\r") ? rest.slice(0, -1) : rest];
}
