/**
 * Messages from what a site has: a journal of `longitude listen`, or files of messages, framed or not, in batches or not.
 * Invariant: memory is bounded by the largest message allowed.
 */
import { createReadStream } from "node:fs";
import { basename, dirname } from "node:path";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { INPUT_GZIP, INPUT_UNREADABLE } from "../../errors/registry.ts";
import { DEAD_LETTERS_FOLDER } from "./feed-store.ts";
import { journalRecords } from "./read-journal.ts";
import { isBatchLine, startsMessage } from "./split-messages.ts";

const ENDINGS = /\.(hl7|journal)(\.gz)?$/i;
/** Line ends, and the start and end blocks of MLLP. */
const LINE_END = new RegExp(`[\\r\\n${String.fromCharCode(0x0b, 0x1c)}]+`);
const MAX_MESSAGE_CHARS = 16 * 2 ** 20;

/** Dead letters are no input: they were refused, and the sender knows it. */
export function isHl7File(file: string): boolean {
  return ENDINGS.test(file) && basename(dirname(file)) !== DEAD_LETTERS_FOLDER;
}

/** Messages as they came; null stands for one that is larger than allowed. */
export async function* hl7FileMessages(file: string, last: boolean): AsyncGenerator<Buffer | null> {
  if (/\.journal$/i.test(file)) {
    for await (const { bytes } of journalRecords(file, last)) yield bytes;
    return;
  }
  let lines: string[] = [];
  let length = 0;
  const whole = (): Buffer | null =>
    length > MAX_MESSAGE_CHARS ? null : Buffer.from(lines.join("\r"), "latin1");
  for await (const line of latinLines(file)) {
    if (isBatchLine(line)) continue;
    if (startsMessage(line) && lines.length > 0) {
      yield whole();
      lines = [];
      length = 0;
    }
    length += line.length + 1;
    if (length <= MAX_MESSAGE_CHARS) lines.push(line);
  }
  if (lines.length > 0) yield whole();
}

/** Lines with one character a byte: which character set they are in is told message by message. */
async function* latinLines(file: string): AsyncGenerator<string> {
  const raw = createReadStream(file, { highWaterMark: 1 << 18 });
  const zipped = /\.gz$/i.test(file);
  const source = zipped ? pipeline(raw, createGunzip(), () => {}) : raw;
  source.setEncoding("latin1");
  let rest = "";
  try {
    for await (const piece of source as AsyncIterable<string>) {
      const lines = (rest + piece).split(LINE_END);
      rest = lines.pop() ?? "";
      // A line without end is no message: what is beyond the limit is forgotten, and the message is too large.
      if (rest.length > 2 * MAX_MESSAGE_CHARS) rest = rest.slice(0, MAX_MESSAGE_CHARS + 1);
      for (const line of lines) if (line.trim() !== "") yield line;
    }
    if (rest.trim() !== "") yield rest;
  } catch (cause) {
    if (zipped && /^(Z_|ERR_)/.test(String((cause as { code?: unknown }).code)))
      throw new LongitudeError(INPUT_GZIP, `${basename(file)} is a truncated or damaged gzip file`, {
        cause,
      });
    throw new LongitudeError(INPUT_UNREADABLE, `cannot read ${basename(file)}`, { cause });
  } finally {
    raw.destroy();
  }
}
