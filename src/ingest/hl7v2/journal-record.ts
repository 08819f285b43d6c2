/**
 * One record of a journal on disk: length, checksum, a line of JSON, and the bytes as they came.
 * Invariant: a record that was only partly written, or of which a bit has changed, does not parse.
 */
import { crc32 } from "node:zlib";
import { z } from "zod";

/** What is known of the bytes without reading them. No value of a patient stands in it. */
const headerSchema = z.object({
  /** Counts from 1, without gaps. */
  n: z.number().int().positive(),
  /** When it was received, ms since 1970. */
  t: z.number(),
  /** Digest of sender and control id; absent where the header could not be read. */
  k: z.string().optional(),
  /** Digest of what stands below the header. */
  c: z.string().optional(),
  /** Dead letters: the error's code. */
  reason: z.string().optional(),
});
export type RecordHeader = z.output<typeof headerSchema>;

export interface JournalRecord {
  readonly header: RecordHeader;
  readonly bytes: Buffer;
}

const PREFIX_BYTES = 8;
const NEWLINE = 0x0a;

export function encodeRecord(header: RecordHeader, bytes: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), bytes]);
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32LE(body.length, 0);
  prefix.writeUInt32LE(crc32(body), 4);
  return Buffer.concat([prefix, body]);
}

export type DecodedRecord =
  | { readonly kind: "record"; readonly record: JournalRecord; readonly length: number }
  /** The buffer ends before the record does. */
  | { readonly kind: "incomplete" }
  | { readonly kind: "damaged" };

/** @param longest records longer than this are damage: no message of that size is accepted */
export function decodeRecord(buffer: Buffer, at: number, longest: number): DecodedRecord {
  if (buffer.length - at < PREFIX_BYTES) return { kind: "incomplete" };
  const length = buffer.readUInt32LE(at);
  if (length === 0 || length > longest) return { kind: "damaged" };
  const end = at + PREFIX_BYTES + length;
  if (end > buffer.length) return { kind: "incomplete" };
  const body = buffer.subarray(at + PREFIX_BYTES, end);
  if (crc32(body) !== buffer.readUInt32LE(at + 4)) return { kind: "damaged" };
  const header = headerOf(body);
  if (header === null) return { kind: "damaged" };
  const bytes = Buffer.from(body.subarray(body.indexOf(NEWLINE) + 1));
  return { kind: "record", record: { header, bytes }, length: PREFIX_BYTES + length };
}

function headerOf(body: Buffer): RecordHeader | null {
  try {
    const json: unknown = JSON.parse(body.subarray(0, body.indexOf(NEWLINE)).toString());
    return headerSchema.safeParse(json).data ?? null;
  } catch {
    return null;
  }
}
