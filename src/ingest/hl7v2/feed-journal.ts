/**
 * An append-only journal. A record counts as stored when it is on the disk and not before: `append` returns after the
 * flush. All that arrives while one flush is under way goes out with the next, so that many senders share one.
 * Invariant: after a crash at any instant every record whose `append` has returned is there, whole and once.
 */
import { copyFile, type FileHandle, mkdir, open, truncate } from "node:fs/promises";
import { join } from "node:path";
import { asMachineError } from "../../artefacts/machine-error.ts";
import { encodeRecord, type RecordHeader } from "./journal-record.ts";
import { journalFileName, journalFiles, journalRecords } from "./read-journal.ts";

/** A file is closed at the first record beyond this. */
const FILE_BYTES = 256 * 2 ** 20;

interface Pending {
  readonly header: Omit<RecordHeader, "n">;
  readonly bytes: Buffer;
  readonly done: (n: number) => void;
  readonly failed: (error: unknown) => void;
}

export class FeedJournal {
  #pending: Pending[] = [];
  #flushing: Promise<void> | null = null;
  #broken: unknown = null;
  #closed = false;

  private constructor(
    private readonly folder: string,
    private file: FileHandle | null,
    private size: number,
    private next: number,
    private readonly fileBytes: number,
  ) {}

  /**
   * Opens a journal, or makes it, and cuts off what a crash left half-written (a copy of it stays beside, `.torn`).
   * @param seen called with each record of the last two files, oldest first
   */
  static async open(
    folder: string,
    seen: (header: RecordHeader) => void = () => {},
    fileBytes = FILE_BYTES,
  ): Promise<FeedJournal> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const files = await journalFiles(folder);
    let next = 1;
    let size = 0;
    for (const path of files.slice(-2)) {
      const last = path === files.at(-1);
      size = 0;
      for await (const { header, end } of journalRecords(path, last)) {
        seen(header);
        next = header.n + 1;
        size = end;
      }
      if (last) await cutTornEnd(path, size);
    }
    const path = files.at(-1);
    const file = path === undefined ? null : await open(path, "a", 0o600);
    return new FeedJournal(folder, file, size, next, fileBytes);
  }

  /** Records stored so far. */
  get count(): number {
    return this.next - 1;
  }

  /** Returns the record's number once it is on the disk; throws when it could not be stored. */
  append(header: Omit<RecordHeader, "n">, bytes: Buffer): Promise<number> {
    if (this.#closed) return Promise.reject(new TypeError("the journal is closed"));
    return new Promise((done, failed) => {
      this.#pending.push({ header, bytes, done, failed });
      this.#flushing ??= this.#flush();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#flushing;
    await this.file?.close();
    this.file = null;
  }

  async #flush(): Promise<void> {
    // What is appended in the same turn of the event loop shares the first flush too.
    await Promise.resolve();
    while (this.#pending.length > 0) {
      const batch = this.#pending;
      this.#pending = [];
      try {
        if (this.#broken !== null) throw this.#broken;
        await this.#store(batch);
        for (const [i, { done }] of batch.entries()) done(this.next - batch.length + i);
      } catch (error) {
        const machine = asMachineError(error, "storing messages");
        for (const { failed } of batch) failed(machine);
      }
    }
    this.#flushing = null;
  }

  async #store(batch: readonly Pending[]): Promise<void> {
    const file = await this.#fileFor();
    const bytes = Buffer.concat(
      batch.map(({ header, bytes: body }, i) => encodeRecord({ n: this.next + i, ...header }, body)),
    );
    try {
      await writeAll(file, bytes);
      await file.datasync();
    } catch (error) {
      // What is on the disk now is unknown: nothing more may be promised until it has been cut back.
      if (!(await cutBack(file, this.size))) this.#broken = error;
      throw error;
    }
    this.size += bytes.length;
    this.next += batch.length;
  }

  async #fileFor(): Promise<FileHandle> {
    if (this.file !== null && this.size < this.fileBytes) return this.file;
    await this.file?.close();
    this.file = await open(join(this.folder, journalFileName(this.next)), "a", 0o600);
    this.size = 0;
    const folder = await open(this.folder, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    return this.file;
  }
}

async function cutBack(file: FileHandle, size: number): Promise<boolean> {
  try {
    await file.truncate(size);
    await file.sync();
    return true;
  } catch {
    return false;
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  let at = 0;
  while (at < bytes.length) at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
}

async function cutTornEnd(path: string, size: number): Promise<void> {
  const file = await open(path, "r");
  const { size: whole } = await file.stat();
  await file.close();
  if (whole === size) return;
  await copyFile(path, `${path}.${size}.torn`);
  await truncate(path, size);
}
