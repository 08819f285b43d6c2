/**
 * The index over a file of published passages, kept in the site's cache: making it takes a second or two, reading it a tenth. The texts lie
 * in a file of their own, of which only what is quoted is read.
 * Invariant: an index is of these very passages and of this way of indexing; where it cannot be kept it is made each time.
 */
import { createHash, randomUUID } from "node:crypto";
import { openSync, readSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { codeVersion } from "../../artefacts/code-version.ts";
import { type Passage, readPassages } from "./passage.ts";
import { type KeptIndex, PassageIndex } from "./passage-index.ts";

const SCHEMA = "longitude.passage-index/1";
const NAME = "passages-";
const MODULE = "src/assistant/retrieval/kept-passages.ts";

/** Id, publisher, link, title, kind, and where its text begins and ends. */
type KeptPassage = readonly [string, string, string, string, string, number, number];

/** Tens of thousands of small things that this module wrote: whole, or not parsed at all. */
const keptSchema = z.object({
  schema: z.literal(SCHEMA),
  /** Of the texts, in bytes. */
  length: z.int(),
  passages: z.custom<readonly KeptPassage[]>(Array.isArray),
  subjects: z.custom<KeptIndex["subjects"]>(Array.isArray),
  search: z.string(),
});

/**
 * Makes and keeps the index where there is none of this file yet.
 * @param path passages, NDJSON or gzip
 * @param site its folder
 * @returns what opens it
 * @throws LongitudeError PASSAGES_INVALID, and what reading the file throws
 */
export async function keptPassages(path: string, site: string): Promise<() => Promise<PassageIndex>> {
  const bytes = await readFile(path).catch(() => null);
  const hash = createHash("sha256")
    .update(bytes ?? "")
    .update(await codeVersion(MODULE))
    .digest("hex");
  const cache = join(site, "cache");
  const name = `${NAME}${hash.slice(0, 24)}`;
  const isKept = await stat(join(cache, `${name}.json`)).then(
    () => bytes !== null,
    () => false,
  );
  const made = async () => {
    const index = new PassageIndex((await readPassages(path)).passages);
    await keep(cache, name, index).catch(() => {});
    return index;
  };
  if (isKept) return () => read(join(cache, name)).catch(made);
  const index = await made();
  return async () => index;
}

/** @throws where it is not there, or is not what was written */
async function read(file: string): Promise<PassageIndex> {
  const { length, passages, subjects, search } = keptSchema.parse(
    JSON.parse(await readFile(`${file}.json`, "utf8")),
  );
  const texts = openSync(`${file}.txt`, "r");
  const textOf = (from: number, to: number): string => {
    const piece = Buffer.alloc(to - from);
    if (readSync(texts, piece, 0, piece.length, from) !== piece.length) throw new RangeError("no such text");
    return piece.toString("utf8");
  };
  textOf(length - 1, length);
  const all = passages.map(
    ([id, publisher, url, title, kind, from, to]): Passage => ({
      id,
      publisher,
      url,
      title,
      kind,
      get text() {
        return textOf(from, to);
      },
    }),
  );
  return new PassageIndex(all, { subjects, search });
}

/** The texts first: who finds the index finds them. */
async function keep(cache: string, name: string, index: PassageIndex): Promise<void> {
  await mkdir(cache, { recursive: true });
  const pieces: Buffer[] = [];
  let length = 0;
  const passages = index.passages.map(({ id, publisher, url, title, kind, text }) => {
    const piece = Buffer.from(text);
    pieces.push(piece);
    length += piece.length;
    return [id, publisher, url, title, kind, length - piece.length, length];
  });
  const draft = join(cache, `${name}.${randomUUID()}`);
  await writeFile(`${draft}.txt`, Buffer.concat(pieces));
  await rename(`${draft}.txt`, join(cache, `${name}.txt`));
  await writeFile(`${draft}.json`, JSON.stringify({ schema: SCHEMA, length, passages, ...index.kept() }));
  await rename(`${draft}.json`, join(cache, `${name}.json`));
  for (const other of await readdir(cache))
    if (other.startsWith(NAME) && !other.startsWith(name)) await rm(join(cache, other), { force: true });
}
