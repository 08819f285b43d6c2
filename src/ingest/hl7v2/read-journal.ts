/**
 * Reads a journal: its files in order, every record checked.
 * Invariant: only the last file may end in a torn record, which is what a crash leaves; any other fault is an error,
 * because a message that was acknowledged may stand there.
 */
import { open, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { HL7_JOURNAL_DAMAGED } from "../../errors/registry.ts";
import { decodeRecord, type JournalRecord } from "./journal-record.ts";

const ENDING = ".journal";
export const MAX_RECORD_BYTES = 256 * 2 ** 20;
const READ_BYTES = 1 << 20;

/** Paths of a journal's files, oldest first. */
export async function journalFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith(ENDING))
    .sort()
    .map((name) => join(folder, name));
}

export function journalFileName(firstRecord: number): string {
  return `${String(firstRecord).padStart(12, "0")}${ENDING}`;
}

export interface PlacedRecord extends JournalRecord {
  /** Offset of the first byte behind the record. */
  readonly end: number;
}

/** @param last the file is the journal's last one, whose end may be torn */
export async function* journalRecords(path: string, last: boolean): AsyncGenerator<PlacedRecord> {
  const file = await open(path, "r");
  try {
    let buffer: Buffer<ArrayBufferLike> = Buffer.alloc(0);
    let start = 0;
    for (;;) {
      const decoded = decodeRecord(buffer, 0, MAX_RECORD_BYTES);
      if (decoded.kind === "record") {
        start += decoded.length;
        buffer = buffer.subarray(decoded.length);
        yield { ...decoded.record, end: start };
        continue;
      }
      const more = Buffer.alloc(Math.max(READ_BYTES, buffer.length));
      const { bytesRead } = await file.read(more, 0, more.length, start + buffer.length);
      if (bytesRead > 0 && decoded.kind === "incomplete") {
        buffer = Buffer.concat([buffer, more.subarray(0, bytesRead)]);
        continue;
      }
      if (buffer.length === 0) return;
      const rest = Buffer.concat([buffer, more.subarray(0, bytesRead)]);
      if (last && !(await recordFollows(rest))) return;
      throw new LongitudeError(
        HL7_JOURNAL_DAMAGED,
        `${basename(path)} is damaged at byte ${start}, and records follow`,
      );
    }
  } finally {
    await file.close();
  }
}

/** Whether a whole record stands anywhere behind the fault: then the fault is not the torn end of a crash. */
async function recordFollows(rest: Buffer): Promise<boolean> {
  for (let at = rest.indexOf('{"n":', 9); at > 0; at = rest.indexOf('{"n":', at + 1)) {
    if (decodeRecord(rest, at - 8, MAX_RECORD_BYTES).kind === "record") return true;
  }
  return false;
}
