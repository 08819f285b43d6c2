/**
 * The one decoding engine: computes each patient's history once, then extends all futures of many patients together,
 * one token a step. Who asks decides what a token means: it is given the probabilities of a future's next token and
 * answers with the token to feed, or null when that future ends and leaves the batch.
 */
import { LongitudeError } from "../errors/longitude-error.ts";
import { DECODING_RANGE } from "../errors/registry.ts";
import type { Architecture } from "../network/architecture.ts";
import { FILL_COLUMNS, stepGraph } from "../network/decoding-graph.ts";
import { historyGraph } from "../network/history-graph.ts";
import { type Feeds, GraphSession } from "../network/session.ts";
import { FutureCaches } from "./future-caches.ts";
import { LARGEST_TILE, layTiles } from "./future-tiles.ts";
import { HistoryCaches, type Prefix } from "./history-caches.ts";
import { historyRows, rowLengthFor } from "./history-rows.ts";

export interface Future {
  /** @param probabilities of the next token, [vocabulary], valid during the call; @returns the token to feed, or null */
  next(probabilities: Float32Array): number | null;
}

export interface DecodingJob {
  readonly prefix: Prefix;
  readonly futures: readonly Future[];
}

export interface DecodingOptions {
  readonly architecture: Architecture;
  readonly weights: Float32Array;
  /** Most tokens of one future. */
  readonly longestFuture: number;
  readonly threads: number;
}

/** Rows of one batch: enough to share each weight among many, few enough for activations to stay near the processor. */
const ROWS_AT_ONCE = 1024;
const HISTORY_TOKENS_AT_ONCE = 1024;
/** Futures that have ended leave the batch when they are this share of it. */
const LEAVING_SHARE = 0.2;

interface Row {
  readonly job: number;
  readonly future: Future;
  /** Token to feed; null when the future has ended. */
  token: number | null;
}

export class DecodingEngine {
  private readonly passes = new Map<string, GraphSession>();
  private step: GraphSession | null = null;
  private readonly caches: FutureCaches;
  /** Tokens drawn so far, over all futures. */
  tokens = 0;

  constructor(private readonly options: DecodingOptions) {
    this.caches = new FutureCaches(options.architecture);
  }

  /** Runs the history pass: one prefix a history, each of at most `context` tokens. */
  async prefixes(histories: readonly Int32Array[]): Promise<Prefix[]> {
    const { architecture, weights } = this.options;
    const order = histories.map((_, i) => i);
    order.sort((a, b) => lengthOf(histories, a) - lengthOf(histories, b) || a - b);
    const result: Prefix[] = new Array(histories.length);
    for (let done = 0; done < order.length; ) {
      const shortest = lengthOf(histories, order[done] as number);
      const length = rowLengthFor(shortest, architecture.context);
      const most = Math.max(1, Math.floor(HISTORY_TOKENS_AT_ONCE / length));
      const chosen = order.slice(done, done + most).filter((i) => lengthOf(histories, i) <= length);
      const patients = chosen.length === 1 ? 1 : most;
      const session = await this.pass(length, patients);
      const rows = chosen.map((i) => histories[i] as Int32Array);
      const outputs = await session.run({
        parameters: weights,
        ...historyRows(rows, patients, length),
      });
      chosen.forEach((i, row) => {
        result[i] = HistoryCaches.prefixOf(architecture, outputs, row, length, lengthOf(histories, i));
      });
      done += chosen.length;
    }
    return result;
  }

  /** Extends the futures of all jobs until every one has ended. */
  async decode(jobs: readonly DecodingJob[]): Promise<void> {
    let batch: DecodingJob[] = [];
    let rows = 0;
    for (const job of jobs) {
      if (rows > 0 && rows + job.futures.length > ROWS_AT_ONCE) {
        await this.decodeBatch(batch);
        batch = [];
        rows = 0;
      }
      batch.push(job);
      rows += job.futures.length;
    }
    if (rows > 0) await this.decodeBatch(batch);
  }

  async close(): Promise<void> {
    for (const session of this.passes.values()) await session.close();
    await this.step?.close();
    this.passes.clear();
    this.step = null;
  }

  private async decodeBatch(jobs: readonly DecodingJob[]): Promise<void> {
    const first = jobs.flatMap((job, j) =>
      job.futures.map(
        (future): Row => ({ job: j, future, token: this.ask(future, job.prefix.probabilities) }),
      ),
    );
    let layout = layOutRows(first.filter(isLive), jobs.length, LARGEST_TILE);
    if (layout.rows.length === 0) return;
    this.step ??= await this.openStep();
    const { architecture } = this.options;
    const histories = new HistoryCaches(
      architecture,
      jobs.map((job) => job.prefix),
    );
    const { caches } = this;
    caches.reset(layout.rows.length);
    histories.lay(layout.groups);
    let inputs = rowInputs(layout);
    for (let at = 0; layout.live > 0; at++) {
      if (at + 1 >= caches.capacity) caches.addSlots();
      const probabilities = await this.runStep(layout, inputs, histories, jobs, at);
      const { vocabulary } = architecture;
      layout.rows.forEach((row, r) => {
        if (row === null || row.token === null) return;
        row.token = this.ask(row.future, probabilities.subarray(r * vocabulary, (r + 1) * vocabulary));
      });
      const live = layout.rows.filter(isLive);
      if (live.length < (1 - LEAVING_SHARE) * layout.live || live.length === 0) {
        const next = layOutRows(live, jobs.length, layout.size);
        const before = new Map(layout.rows.map((row, r) => [row, r]));
        caches.keep(Int32Array.from(next.rows, (row) => (row === null ? -1 : (before.get(row) as number))));
        layout = next;
        if (live.length > 0) histories.lay(layout.groups);
        inputs = rowInputs(layout);
      }
    }
  }

  private async runStep(
    layout: Layout,
    inputs: RowInputs,
    histories: HistoryCaches,
    jobs: readonly DecodingJob[],
    at: number,
  ): Promise<Float32Array> {
    const { heads, headWidth } = this.options.architecture;
    const rows = layout.rows.length;
    layout.rows.forEach((row, r) => {
      inputs.tokens[r] = BigInt(row?.token ?? 0);
      const job = row === null ? undefined : jobs[row.job];
      inputs.positions[r] = BigInt((job?.prefix.length ?? 0) + at);
    });
    const results = await (this.step as GraphSession).run({
      tokens: { data: inputs.tokens, shape: [rows] },
      positions: { data: inputs.positions, shape: [rows, 1] },
      grid: BigInt64Array.of(
        BigInt(rows / layout.size),
        BigInt(layout.size),
        BigInt(heads),
        BigInt(headWidth),
      ),
      ownFill: fillOf(at, this.caches.capacity),
      ...histories.feeds(),
      ...this.caches.feeds(),
    });
    this.caches.remember(results, at);
    return results.probabilities as Float32Array;
  }

  private ask(future: Future, probabilities: Float32Array): number | null {
    if (Number.isNaN(probabilities[0]))
      throw new LongitudeError(DECODING_RANGE, "a step of decoding gave no numbers");
    this.tokens++;
    return future.next(probabilities);
  }

  private async pass(history: number, patients: number): Promise<GraphSession> {
    const key = `${patients} x ${history}`;
    let session = this.passes.get(key);
    if (session === undefined) {
      const { architecture, threads } = this.options;
      session = await GraphSession.open(historyGraph(architecture, { patients, history }), threads);
      this.passes.set(key, session);
    }
    return session;
  }

  private async openStep(): Promise<GraphSession> {
    const { architecture, weights, longestFuture, threads } = this.options;
    return GraphSession.open(stepGraph(architecture, weights, architecture.context + longestFuture), threads);
  }
}

interface RowInputs {
  readonly tokens: BigInt64Array;
  readonly positions: BigInt64Array;
}

function rowInputs({ rows }: Layout): RowInputs {
  return { tokens: new BigInt64Array(rows.length), positions: new BigInt64Array(rows.length) };
}

/** Rows of a batch, tile after tile; null is padding. */
interface Layout {
  readonly rows: readonly (Row | null)[];
  readonly size: number;
  readonly groups: readonly number[];
  readonly live: number;
}

function layOutRows(live: readonly Row[], jobs: number, largest: number): Layout {
  const byJob: Row[][] = Array.from({ length: jobs }, () => []);
  for (const row of live) byJob[row.job]?.push(row);
  const tiles = layTiles(
    byJob.map((rows) => rows.length),
    largest,
  );
  const rows = byJob.flatMap((own) => {
    const padded: (Row | null)[] = [...own];
    while (padded.length % tiles.size !== 0) padded.push(null);
    return padded;
  });
  return { rows, size: tiles.size, groups: tiles.groups, live: live.length };
}

function isLive(row: Row | null): row is Row {
  return row !== null && row.token !== null;
}

/** Which slots are used, and what share of one sink each unused slot is: [slots, 2]. */
function fillOf(used: number, slots: number): Feeds[string] {
  const data = new Float32Array(slots * FILL_COLUMNS);
  for (let slot = 0; slot < slots; slot++) {
    if (slot < used) data[slot * FILL_COLUMNS] = 1;
    else data[slot * FILL_COLUMNS + 1] = 1 / (slots - used);
  }
  return { data, shape: [slots, FILL_COLUMNS] };
}

function lengthOf(histories: readonly Int32Array[], i: number): number {
  return (histories[i] as Int32Array).length;
}
