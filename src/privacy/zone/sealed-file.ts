/**
 * Encrypted files of any length: AES-256-GCM over chunks, so that neither memory nor trust grows with the file.
 * Layout: `LNGSEAL1`, length of the header (uint32 LE), header (JSON), then each chunk with its tag.
 * A chunk's nonce is the file's prefix, its number and whether it is the last (the STREAM construction, Hoang, Reyhanitabar,
 * Rogaway and Vizár 2015, nonce-based OAE2): chunks cannot be reordered, dropped or taken from another file.
 * Invariant: no byte of a chunk is handed on before its tag was checked; a file without its last chunk is an error.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { SEALED_DAMAGED, ZONE_FOREIGN } from "../../errors/registry.ts";

const MAGIC = Buffer.from("LNGSEAL1");
const CHUNK_BYTES = 1 << 18;
const [TAG_BYTES, MAX_HEADER] = [16, 4096];
/** Random bytes of a file that all its nonces begin with. */
export const NONCE_PREFIX_BYTES = 7;

const headerSchema = z.strictObject({
  zone: z.string(),
  /** What the file is, e.g. `linkage`; a file of one use does not open as another. */
  purpose: z.string(),
  /** Id of its data key in the zone's key ring. */
  key: z.string(),
  prefix: z.base64(),
});
export type SealedHeader = z.output<typeof headerSchema>;

/** Encrypts a stream into `path`, which appears whole or not at all. */
export async function sealFile(
  path: string,
  plain: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  header: SealedHeader,
  dataKey: Uint8Array,
): Promise<void> {
  const partial = `${path}.partial`;
  await rm(partial, { force: true });
  const handle = await open(partial, "wx", 0o600);
  try {
    const text = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length);
    await handle.write(Buffer.concat([MAGIC, length, text]));
    const prefix = Buffer.from(header.prefix, "base64");
    let number = 0;
    const write = async (chunk: Uint8Array, last: boolean): Promise<void> => {
      const cipher = createCipheriv("aes-256-gcm", dataKey, nonceOf(prefix, number++, last));
      cipher.setAAD(text);
      await handle.write(Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()]));
    };
    let held: Buffer = Buffer.alloc(0);
    for await (const part of plain) {
      held = held.length === 0 ? Buffer.from(part) : Buffer.concat([held, part]);
      let from = 0;
      for (; held.length - from > CHUNK_BYTES; from += CHUNK_BYTES)
        await write(held.subarray(from, from + CHUNK_BYTES), false);
      held = held.subarray(from);
    }
    await write(held, true);
    await handle.sync();
  } catch (error) {
    await handle.close();
    await rm(partial, { force: true });
    throw error;
  }
  await handle.close();
  await rename(partial, path);
}

/** What stands in front of the file, unencrypted: whose it is and which key it needs. */
export async function readSealedHeader(
  path: string,
  expected: { readonly zone: string; readonly purpose: string },
): Promise<{
  readonly header: SealedHeader;
  readonly text: Buffer;
  readonly bodyAt: number;
}> {
  const handle = await open(path, "r");
  try {
    const head = Buffer.alloc(MAGIC.length + 4);
    await handle.read(head, 0, head.length, 0);
    const length = head.readUInt32LE(MAGIC.length);
    if (!head.subarray(0, MAGIC.length).equals(MAGIC) || length > MAX_HEADER)
      throw damaged("has no header of a sealed file");
    const text = Buffer.alloc(length);
    await handle.read(text, 0, length, head.length);
    const header = parseHeader(text);
    if (header.zone !== expected.zone) {
      throw new LongitudeError(ZONE_FOREIGN, `a file of zone ${header.zone} lies in zone ${expected.zone}`);
    }
    if (header.purpose !== expected.purpose)
      throw damaged(`is "${header.purpose}", where "${expected.purpose}" belongs`);
    return { header, text, bodyAt: head.length + length };
  } finally {
    await handle.close();
  }
}

function parseHeader(text: Buffer): SealedHeader {
  try {
    return headerSchema.parse(JSON.parse(text.toString("utf8")));
  } catch {
    throw damaged("has an unreadable header");
  }
}

/** The plain bytes, each chunk after its tag was checked. */
export async function* unsealFile(
  path: string,
  { header, text, bodyAt }: Awaited<ReturnType<typeof readSealedHeader>>,
  dataKey: Uint8Array,
): AsyncGenerator<Buffer> {
  const prefix = Buffer.from(header.prefix, "base64");
  if (prefix.length !== NONCE_PREFIX_BYTES) throw damaged("has an unreadable header");
  const open = (sealed: Buffer, number: number, last: boolean): Buffer => {
    if (sealed.length < TAG_BYTES) throw damaged("is cut short");
    const opener = createDecipheriv("aes-256-gcm", dataKey, nonceOf(prefix, number, last));
    opener.setAAD(text);
    opener.setAuthTag(sealed.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([opener.update(sealed.subarray(0, -TAG_BYTES)), opener.final()]);
    } catch {
      throw damaged(`does not pass its check in chunk ${number}`);
    }
  };
  const whole = CHUNK_BYTES + TAG_BYTES;
  let held: Buffer = Buffer.alloc(0);
  let number = 0;
  for await (const part of createReadStream(path, { start: bodyAt, highWaterMark: whole })) {
    held = held.length === 0 ? (part as Buffer) : Buffer.concat([held, part as Buffer]);
    let from = 0;
    for (; held.length - from > whole; from += whole)
      yield open(held.subarray(from, from + whole), number++, false);
    held = held.subarray(from);
  }
  yield open(held, number, true);
}

/** 7 bytes of the file, 4 of the chunk's number, 1 that marks the last. */
function nonceOf(prefix: Buffer, number: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(NONCE_PREFIX_BYTES + 5);
  prefix.copy(nonce);
  nonce.writeUInt32BE(number, NONCE_PREFIX_BYTES);
  nonce[NONCE_PREFIX_BYTES + 4] = last ? 1 : 0;
  return nonce;
}

function damaged(how: string): LongitudeError {
  return new LongitudeError(SEALED_DAMAGED, `a sealed file ${how}`);
}
