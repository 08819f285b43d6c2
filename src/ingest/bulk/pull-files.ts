/** The files of one pull: listed page by page, fetched side by side, put in order at the end. */
import { link, mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { BulkServer } from "./bulk-server.ts";
import { countIssues, writeDeletions } from "./deletions.ts";
import { type FetchedFile, FileFetcher, type PlacedFile } from "./fetch-file.ts";
import type { ManifestPage, ManifestPart } from "./manifest.ts";
import { issuesOf } from "./operation-outcome.ts";

export interface PullTotals {
  /** Files with resources, deletions and outcomes that are kept. */
  readonly files: number;
  /** As they lie on the disk. */
  readonly bytes: number;
  readonly resources: number;
  /** Resources by type; files of mixed types count as `mixed`. */
  readonly byType: Readonly<Record<string, number>>;
  /** Resources that the server has deleted. */
  readonly deleted: number;
  /** Listed files without a resource in them; they are not kept. */
  readonly emptyFiles: number;
  /** `severity code` of what the server reports beside its files. */
  readonly issues: readonly { readonly what: string; readonly count: number }[];
}

/** Below the pull's folder. */
const FOLDERS: Readonly<Record<ManifestPart, string>> = { output: "", deleted: "deleted", error: "outcomes" };
const TYPE_OF: Readonly<Record<ManifestPart, string>> = {
  output: "Resources",
  deleted: "Bundle",
  error: "OperationOutcome",
};

export class PullFiles {
  readonly #listed: PlacedFile[] = [];
  readonly #fetched = new Map<PlacedFile, FetchedFile>();
  readonly #numbers = new Map<string, number>();
  /** Of the page that was listed last. */
  #pageStart = 0;
  readonly #fetcher: FileFetcher;

  /**
   * @param fetched where files lie as they come, so that a later run finds them
   * @param settled where the pull is put together
   */
  constructor(
    server: BulkServer,
    fetched: string,
    private readonly settled: string,
    private readonly parallel: number,
  ) {
    this.#fetcher = new FileFetcher(server, fetched);
  }

  list(page: ManifestPage): void {
    this.#pageStart = this.#listed.length;
    for (const file of page.files) {
      const type = file.part === "output" ? (file.type ?? TYPE_OF.output) : TYPE_OF[file.part];
      const stem = join(FOLDERS[file.part], type);
      const number = (this.#numbers.get(stem) ?? 0) + 1;
      this.#numbers.set(stem, number);
      this.#listed.push({
        ...file,
        name: `${file.part}-${type}.${String(number).padStart(6, "0")}.ndjson`,
        label: `file ${number} of ${file.part} ${type}`,
        hasHeaders: page.organizedBy !== null,
      });
    }
  }

  /**
   * The page that was listed last, asked for again: addresses that are signed for an hour have changed. False when none
   * has, or it is another page.
   */
  readdress(page: ManifestPage): boolean {
    const known = this.#listed.slice(this.#pageStart);
    const same = known.every(
      ({ part, type }, i) => page.files[i]?.part === part && page.files[i].type === type,
    );
    if (!same || known.length !== page.files.length) return false;
    let changed = false;
    for (const [i, file] of known.entries()) {
      const { url, needsToken } = page.files[i]!;
      if (this.#fetched.has(file) || url === file.url) continue;
      this.#listed[this.#pageStart + i] = { ...file, url, needsToken };
      changed = true;
    }
    return changed;
  }

  progress(): { filesDone: number; files: number; bytes: number } {
    return { filesDone: this.#fetched.size, files: this.#listed.length, bytes: this.#fetcher.received };
  }

  /** Fetches what is listed and not there yet; the first failure stops the others. */
  async fetchAll(signal: AbortSignal): Promise<void> {
    const waiting = this.#listed.filter((file) => !this.#fetched.has(file)).reverse();
    let failed = false;
    const lane = async (): Promise<void> => {
      for (let file = waiting.pop(); file !== undefined && !failed; file = waiting.pop()) {
        signal.throwIfAborted();
        try {
          this.#fetched.set(file, await this.#fetcher.fetch(file));
        } catch (error) {
          failed = true;
          throw error;
        }
      }
    };
    const lanes = Array.from({ length: Math.min(this.parallel, waiting.length) }, lane);
    const ends = await Promise.allSettled(lanes);
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }

  /** Puts every file into its place, dates deletions, counts. A crash leaves what was fetched as it is. */
  async settle(transactionTime: string): Promise<PullTotals> {
    await rm(this.settled, { recursive: true, force: true });
    await mkdir(this.settled, { recursive: true, mode: 0o700 });
    const byType: Record<string, number> = {};
    const issues = new Map<string, number>();
    let [files, bytes, resources, deleted, emptyFiles] = [0, 0, 0, 0, 0];
    for (const [file, fetched] of this.#fetched) {
      if (fetched.resources === 0) {
        emptyFiles += 1;
        continue;
      }
      files += 1;
      bytes += fetched.bytes;
      const name = basename(fetched.path).replace(/^(output|deleted|error)-/, "");
      const to = join(this.settled, FOLDERS[file.part], name);
      await mkdir(join(this.settled, FOLDERS[file.part]), { recursive: true, mode: 0o700 });
      if (file.part === "deleted") {
        deleted += await writeDeletions(fetched.path, to.replace(/\.gz$/, ""), transactionTime, file.label);
        continue;
      }
      if (file.part === "error") {
        for (const [what, count] of await countIssues(fetched.path, file.label, issuesOf))
          issues.set(what, (issues.get(what) ?? 0) + count);
      } else {
        resources += fetched.resources;
        const type = file.type ?? "mixed";
        byType[type] = (byType[type] ?? 0) + fetched.resources;
      }
      await link(fetched.path, to);
    }
    const told = [...issues].map(([what, count]) => ({ what, count })).sort((a, b) => b.count - a.count);
    return { files, bytes, resources, byType, deleted, emptyFiles, issues: told };
  }
}
