/**
 * `longitude pull`: a FHIR Bulk Data export onto the disk, whole or what changed since the last one.
 * Invariant: a pull appears in the source's folder whole and checked or not at all; one that was killed goes on with
 * the same job and keeps the files that it had.
 */
import { access, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { publishFolder } from "../../artefacts/durable.ts";
import { asMachineError } from "../../artefacts/machine-error.ts";
import { lockSite } from "../../artefacts/site-lock.ts";
import type { Effects } from "../../effects/effects.ts";
import type { Random } from "../../effects/random.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import {
  PULL_JOB_FAILED,
  PULL_MANIFEST,
  PULL_REFUSED,
  PULL_REQUEST,
  PULL_SOURCE_MISMATCH,
  PULL_UNAVAILABLE,
} from "../../errors/registry.ts";
import type { BulkServer } from "./bulk-server.ts";
import { connect } from "./connect.ts";
import { askState } from "./export-state.ts";
import { exportAddress, exportParameters, kickOff } from "./kick-off.ts";
import { isManifest, type ManifestPage, parseManifest } from "./manifest.ts";
import { PullFiles, type PullTotals } from "./pull-files.ts";
import { type PullInput, type PullOptions, parsePullOptions } from "./pull-options.ts";
import { emptyTotals, folderOf, PULL_REPORT_SCHEMA, type PullEvent } from "./pull-report.ts";
import {
  type Job,
  type Question,
  readJob,
  readSource,
  removeJob,
  type Source,
  writeJob,
  writeSource,
} from "./pull-state.ts";
import { retryAfterMs } from "./retry-delay.ts";
import type { RetryingClient } from "./retrying-client.ts";

const TELL_EVERY_MS = 250;
/** What a file answers whose address has ended. */
const ENDED: ReadonlySet<string> = new Set([PULL_UNAVAILABLE.code, PULL_REFUSED.code, PULL_REQUEST.code]);
const MAX_RENEWALS = 20;

export async function* pull(
  input: PullInput,
  effects: Effects,
  random: Random,
  signal: AbortSignal,
): AsyncGenerator<PullEvent> {
  const options = parsePullOptions(input);
  const connected = await connect(options, effects, random, signal);
  await mkdir(options.out, { recursive: true, mode: 0o700 });
  const lock = await lockSite(options.out, effects);
  try {
    yield* new Pull(options, connected.server, connected.client, connected.base, effects, signal).run();
  } catch (error) {
    signal.throwIfAborted();
    throw asMachineError(error, "pulling an export");
  } finally {
    await lock.release();
  }
}

/** Tells the server to give the export up that an earlier run began, and forgets it. False when there is none. */
export async function cancelPull(
  input: PullInput,
  effects: Effects,
  random: Random,
  signal: AbortSignal,
): Promise<boolean> {
  const options = parsePullOptions(input);
  const { server, client, base } = await connect(options, effects, random, signal);
  if ((await readJob(options.out)) === null) return false;
  const lock = await lockSite(options.out, effects);
  try {
    return await new Pull(options, server, client, base, effects, signal).cancel();
  } finally {
    await lock.release();
  }
}

class Pull {
  readonly #question: Question;
  /** All that is not published yet. */
  readonly #partial: string;
  readonly #fetched: string;
  readonly #settled: string;

  constructor(
    private readonly options: PullOptions,
    private readonly server: BulkServer,
    private readonly client: RetryingClient,
    private readonly base: URL,
    private readonly effects: Effects,
    private readonly signal: AbortSignal,
  ) {
    const { level, group = null, types, typeFilters, elements } = options;
    this.#question = { server: base.href, level, group, types, typeFilters, elements };
    this.#partial = join(options.out, ".partial");
    this.#fetched = join(this.#partial, "fetched");
    this.#settled = join(this.#partial, "settled");
  }

  async *run(): AsyncGenerator<PullEvent> {
    const { out } = this.options;
    const source = await readSource(out);
    this.#checkSource(source);
    const begun = await this.#goOn();
    if (begun?.publishing != null && (await this.#isPublished(begun.publishing.folder))) {
      // Killed between the publication and the note of it: only the note is missing.
      yield* this.#finish(source, begun, begun.publishing, emptyTotals(begun.publishing), true);
      return;
    }
    let job = begun ?? (await this.#begin(source));
    const resumed = begun !== null;
    const files = new PullFiles(this.server, this.#fetched, this.#settled, this.options.parallel);
    let time: string | null;
    try {
      time = yield* this.#collect(job, files);
      if (time === null && resumed) {
        // The server has forgotten the export of an earlier run.
        await this.#forget();
        job = await this.#begin(source);
        time = yield* this.#collect(job, files);
      }
      if (time === null)
        throw new LongitudeError(PULL_JOB_FAILED, "the server does not know the export any more");
    } catch (error) {
      // What has failed for good is not gone on with.
      if (error instanceof LongitudeError && error.code === PULL_JOB_FAILED.code) await this.#forget();
      throw error;
    }
    const totals = await files.settle(time);
    const done = {
      folder: folderOf(time, source),
      since: job.since,
      transactionTime: time,
      files: totals.files,
      resources: totals.resources,
      deleted: totals.deleted,
    };
    job = { ...job, publishing: done };
    await writeJob(out, job);
    // No pull that is noted has this name: what stands there was left by a run that was killed.
    await rm(join(out, done.folder), { recursive: true, force: true });
    await publishFolder(this.#settled, join(out, done.folder));
    yield* this.#finish(source, job, done, totals, resumed);
  }

  /** True when there was an export to cancel. */
  async cancel(): Promise<boolean> {
    const job = await readJob(this.options.out);
    if (job === null) return false;
    await this.#deleteJob(job);
    await this.#forget();
    return true;
  }

  #checkSource(source: Source | null): void {
    if (source === null) return;
    const [was, is] = [source.question, this.#question];
    const differs = (keys: readonly (keyof Question)[]): boolean =>
      keys.some((key) => JSON.stringify(was[key]) !== JSON.stringify(is[key]));
    if (differs(["server", "level", "group"]))
      throw new LongitudeError(
        PULL_SOURCE_MISMATCH,
        "the folder holds another server's, level's or group's records",
      );
    if (this.options.since !== "never" && differs(["types", "typeFilters", "elements"])) {
      throw new LongitudeError(
        PULL_SOURCE_MISMATCH,
        "the folder's pulls asked for other types, filters or elements",
        {
          remedy: "Ask for the same, or pull everything anew with --since never: it replaces what is there.",
        },
      );
    }
  }

  /** The export that an earlier run has begun, if it answers the same question; another one is given up. */
  async #goOn(): Promise<Job | null> {
    const job = await readJob(this.options.out);
    if (job === null) {
      await rm(this.#partial, { recursive: true, force: true });
      return null;
    }
    const { since } = this.options;
    const sameSince = since === "auto" || job.since === (since === "never" ? null : since);
    if (sameSince && JSON.stringify(job.question) === JSON.stringify(this.#question)) return job;
    await this.#deleteJob(job);
    await this.#forget();
    return null;
  }

  async #begin(source: Source | null): Promise<Job> {
    const { options } = this;
    const last = source?.pulls.at(-1)?.transactionTime ?? null;
    const since = options.since === "auto" ? last : options.since === "never" ? null : options.since;
    const address = exportAddress(this.base, options);
    const state = await kickOff(this.server, address, exportParameters(options, since), options.post);
    const job: Job = {
      schema: "longitude.pull-job/1",
      question: this.#question,
      since,
      state: state.href,
      publishing: null,
    };
    await writeJob(options.out, job);
    return job;
  }

  /**
   * Asks until the export is complete, and fetches what is listed as it is listed, page after page.
   * @returns the time that the export is of; null when the server knows nothing of it
   */
  async *#collect(job: Job, files: PullFiles): AsyncGenerator<PullEvent, string | null> {
    await mkdir(this.#fetched, { recursive: true, mode: 0o700 });
    const { rules } = this.server;
    const began = this.effects.now();
    const seen = new Set<string>();
    let url = rules.checked(job.state, "the export's state");
    let time: string | null = null;
    let listed = false;
    for (let asked = 0; ; asked++) {
      const state = await askState(this.server, url);
      if (state.kind === "gone") return seen.size === 0 ? null : this.#gone();
      const page: ManifestPage | null =
        state.kind === "complete" || isManifest(state.manifest) ? parseManifest(state.manifest) : null;
      if (page !== null) {
        if (time !== null && time !== page.transactionTime)
          throw new LongitudeError(PULL_MANIFEST, "the pages of the manifest are of different times");
        time = page.transactionTime;
        if (!listed) files.list(page);
        listed = true;
        yield* this.#fetchPage(files, url);
      }
      if (page?.next != null) {
        if (seen.size > 1_000_000 || seen.has(page.next))
          throw new LongitudeError(PULL_MANIFEST, "the pages of the manifest go round in a circle");
        seen.add(page.next);
        url = rules.checked(page.next, "the next page of the manifest", url.href);
        listed = false;
        continue;
      }
      if (state.kind === "complete") return time;
      yield {
        kind: "progress",
        stage: "exporting",
        told: state.progress,
        waitedMs: this.effects.now() - began,
      };
      const { pollMs, longestWaitMs } = this.options;
      const told = retryAfterMs(state.retryAfter, this.effects.now());
      // A server that says 0 is not asked without a pause.
      await this.client.wait(
        told === null
          ? Math.min(pollMs * 1.5 ** asked, longestWaitMs)
          : Math.max(told, Math.min(pollMs, 1000)),
      );
    }
  }

  #gone(): never {
    throw new LongitudeError(PULL_JOB_FAILED, "a page of the manifest is not there any more");
  }

  /** Addresses of files may end before all is fetched: the manifest is asked again, and may name them anew. */
  async *#fetchPage(files: PullFiles, page: URL): AsyncGenerator<PullEvent> {
    for (let renewals = 0; ; renewals++) {
      try {
        yield* this.#fetch(files);
        return;
      } catch (error) {
        const ended = error instanceof LongitudeError && ENDED.has(error.code);
        if (!ended || renewals >= MAX_RENEWALS) throw error;
        const state = await askState(this.server, page);
        if (state.kind === "gone" || !isManifest(state.manifest)) throw error;
        if (!files.readdress(parseManifest(state.manifest))) throw error;
      }
    }
  }

  /** Fetches all that is listed; what is told now and then is told here. */
  async *#fetch(files: PullFiles): AsyncGenerator<PullEvent> {
    const work = files.fetchAll(this.signal);
    let over = false;
    const end = work.then(
      () => {
        over = true;
      },
      () => {
        over = true;
      },
    );
    while (!over) {
      let timer: NodeJS.Timeout | undefined;
      const tick = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, TELL_EVERY_MS);
      });
      await Promise.race([end, tick]);
      clearTimeout(timer);
      yield { kind: "progress", stage: "fetching", ...files.progress() };
    }
    await work;
  }

  async #isPublished(folder: string): Promise<boolean> {
    return access(join(this.options.out, folder)).then(
      () => true,
      () => false,
    );
  }

  async *#finish(
    source: Source | null,
    job: Job,
    done: NonNullable<Job["publishing"]>,
    totals: PullTotals,
    resumed: boolean,
  ): AsyncGenerator<PullEvent> {
    const { out } = this.options;
    // A whole export stands for everything before it: what was deleted meanwhile is not in it and told nowhere.
    const before = (source?.pulls ?? []).filter(({ folder }) => folder !== done.folder);
    const pulls = job.since === null ? [done] : [...before, done];
    await writeSource(out, { schema: "longitude.pull-source/1", question: job.question, pulls });
    const jobDeleted = await this.#deleteJob(job);
    await this.#forget();
    if (job.since === null)
      for (const { folder } of before) await rm(join(out, folder), { recursive: true, force: true });
    yield {
      kind: "done",
      report: {
        schema: PULL_REPORT_SCHEMA,
        folder: done.folder,
        since: job.since,
        transactionTime: done.transactionTime,
        resumed,
        ...totals,
        waits: this.client.waits,
        jobDeleted,
      },
    };
  }

  /** The server may keep an export for a day; told so, it need not. Its refusal changes nothing here. */
  async #deleteJob(job: Job): Promise<boolean> {
    try {
      const url = this.server.rules.checked(job.state, "the export's state");
      const headers = async (): Promise<Record<string, string>> => ({ accept: "application/fhir+json" });
      const { status } = await this.server.text({
        method: "DELETE",
        url,
        headers,
        token: true,
        what: "the export",
      });
      return status < 300;
    } catch (error) {
      this.signal.throwIfAborted();
      if (error instanceof LongitudeError) return false;
      throw error;
    }
  }

  async #forget(): Promise<void> {
    await removeJob(this.options.out);
    await rm(this.#partial, { recursive: true, force: true });
  }
}
