/**
 * One file of an export onto the disk, as the server sends it (gzip stays gzip), and read through before it counts.
 * Invariant: a file under its final name is whole and checked; what was fetched before a crash is gone on with where
 * the server can, else fetched anew.
 */
import { open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { asMachineError } from "../../artefacts/machine-error.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import {
  INPUT_COMPRESSION,
  INPUT_GZIP,
  PULL_CONTENT,
  PULL_COUNT,
  PULL_REQUEST,
  PULL_UNAVAILABLE,
} from "../../errors/registry.ts";
import type { BulkServer } from "./bulk-server.ts";
import { checkNdjson } from "./check-ndjson.ts";
import { type HttpAnswer, header, isGzipped } from "./http-exchange.ts";
import { jsonOf } from "./json-of.ts";
import type { ListedFile } from "./manifest.ts";

export interface PlacedFile extends ListedFile {
  /** Name in the folder of the pull, without `.gz`. */
  readonly name: string;
  /** What messages call it. */
  readonly label: string;
  /** Lines that head a block of resources may or may not be counted. */
  readonly hasHeaders: boolean;
}

export interface FetchedFile {
  readonly path: string;
  readonly bytes: number;
  readonly resources: number;
}

/** What a part that was begun is of; a range of it can be asked for only while that stands. */
const partSchema = z.object({ tag: z.string(), zipped: z.boolean() });

export class FileFetcher {
  /** Bytes that came over the line. */
  received = 0;

  constructor(
    private readonly server: BulkServer,
    private readonly folder: string,
  ) {}

  /** The file if it is there already, else fetched; twice at the most. */
  async fetch(file: PlacedFile): Promise<FetchedFile> {
    const there = await this.#there(file);
    if (there !== null) return there;
    for (let again = false; ; again = true) {
      const zipped = await this.#receive(file);
      try {
        return await this.#accept(file, zipped);
      } catch (error) {
        const content = [PULL_CONTENT, PULL_COUNT, INPUT_GZIP, INPUT_COMPRESSION].map(({ code }) => code);
        if (!(error instanceof LongitudeError) || !content.includes(error.code)) throw error;
        await this.#forgetPart(file);
        if (again) throw error;
      }
    }
  }

  async #there(file: PlacedFile): Promise<FetchedFile | null> {
    for (const path of [this.#path(file), `${this.#path(file)}.gz`]) {
      const size = await sizeOf(path);
      if (size === null) continue;
      const { lines } = await checkNdjson(path, file.label);
      return { path, bytes: size, resources: lines };
    }
    return null;
  }

  /** Leaves the whole body in the part; returns whether it is zipped. */
  async #receive(file: PlacedFile): Promise<boolean> {
    return this.server.send(
      {
        method: "GET",
        url: this.server.rules.checked(file.url, file.label),
        headers: async () => ({
          accept: "application/fhir+ndjson",
          "accept-encoding": "gzip",
          ...(await this.#range(file)),
        }),
        token: file.needsToken,
        what: file.label,
      },
      (answer) => this.#store(file, answer),
    );
  }

  async #range(file: PlacedFile): Promise<Record<string, string>> {
    const part = await this.#part(file);
    return part === null ? {} : { range: `bytes=${part.size}-`, "if-range": part.tag };
  }

  /** What is there of a file that was begun; null = nothing that can be gone on with. */
  async #part(file: PlacedFile): Promise<{ size: number; tag: string; zipped: boolean } | null> {
    const size = (await sizeOf(`${this.#path(file)}.part`)) ?? 0;
    const note = await readFile(`${this.#path(file)}.part-of`, "utf8").catch(() => null);
    const known = partSchema.safeParse(jsonOf(note));
    return size === 0 || !known.success ? null : { size, ...known.data };
  }

  async #store(file: PlacedFile, answer: HttpAnswer): Promise<boolean | null> {
    const { status } = answer;
    const type = header(answer, "content-type") ?? "";
    const part = await this.#part(file);
    if (status === 416 && part !== null) {
      // Fetched whole before a crash, or changed since: from the start.
      answer.body.destroy();
      await this.#forgetPart(file);
      return null;
    }
    if (status === 404 || status === 410) {
      answer.body.destroy();
      throw new LongitudeError(
        PULL_UNAVAILABLE,
        `${file.label} is not there (${status}); its address may have expired`,
      );
    }
    if ((status !== 200 && status !== 206) || /html/i.test(type)) {
      answer.body.destroy();
      throw new LongitudeError(
        status === 200 ? PULL_CONTENT : PULL_REQUEST,
        `${file.label} was answered with ${status}${/html/i.test(type) ? " and a web page" : ""}`,
      );
    }
    const goesOn = status === 206 && part !== null && rangeStart(answer) === part.size;
    if (status === 206 && !goesOn) {
      answer.body.destroy();
      throw new LongitudeError(PULL_CONTENT, `${file.label} came as another range than was asked for`);
    }
    const zipped = goesOn ? part.zipped : isGzipped(answer);
    if (!goesOn) {
      await this.#forgetPart(file);
      const tag = header(answer, "etag");
      // A weak tag does not promise the same bytes.
      if (tag !== null && !tag.startsWith("W/"))
        await writeFile(`${this.#path(file)}.part-of`, JSON.stringify({ tag, zipped }), { mode: 0o600 });
    }
    await this.#append(file, answer);
    return zipped;
  }

  async #append(file: PlacedFile, answer: HttpAnswer): Promise<void> {
    const handle = await open(`${this.#path(file)}.part`, "a", 0o600);
    try {
      for await (const bytes of answer.body as AsyncIterable<Buffer>) {
        await handle.appendFile(bytes).catch((error: unknown) => {
          throw asMachineError(error, "storing an export");
        });
        this.received += bytes.length;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  async #accept(file: PlacedFile, zipped: boolean): Promise<FetchedFile> {
    const part = `${this.#path(file)}.part`;
    const { lines, broken } = await checkNdjson(part, file.label);
    if (broken > 0)
      throw new LongitudeError(
        PULL_CONTENT,
        `${file.label}: ${broken} of ${lines} lines are not JSON objects`,
      );
    if (file.count !== null && lines !== file.count && !(file.hasHeaders && lines > file.count))
      throw new LongitudeError(
        PULL_COUNT,
        `${file.label} has ${lines} resources, the manifest says ${file.count}`,
      );
    const path = `${this.#path(file)}${zipped ? ".gz" : ""}`;
    await rename(part, path);
    await rm(`${this.#path(file)}.part-of`, { force: true });
    return { path, bytes: (await stat(path)).size, resources: lines };
  }

  async #forgetPart(file: PlacedFile): Promise<void> {
    await rm(`${this.#path(file)}.part`, { force: true });
    await rm(`${this.#path(file)}.part-of`, { force: true });
  }

  #path(file: PlacedFile): string {
    return join(this.folder, file.name);
  }
}

function rangeStart(answer: HttpAnswer): number | null {
  const found = /^bytes (\d+)-/.exec(header(answer, "content-range") ?? "");
  return found === null ? null : Number(found[1]);
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch {
    return null;
  }
}
