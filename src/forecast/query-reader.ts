/**
 * Hazards of any set of events by the query head: one pass over a history, then a small network for each query.
 * Death competes as the onset head reads it where the model was trained for death, else as the query head reads it.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { sizeOf } from "../network/graph.ts";
import { queryHeadLayout, queryReadingGraph } from "../network/query-head.ts";
import { type Feeds, GraphSession } from "../network/session.ts";
import { stateGraph } from "../network/state-graph.ts";
import { latestPart } from "../tokens/lay-out.ts";
import type { TokenShares } from "../tokens/outcome-tokens.ts";
import type { Checkpoint } from "../training/checkpoint.ts";
import { QUERY_HEAD_FILE, type QueryHead, readQueryHead } from "../training/queries/query-head.ts";
import { byToken, PAIR_FEATURES, pairFeatures, queryRates } from "../training/queries/query-pairs.ts";
import { QueryPlaces } from "../training/queries/query-places.ts";
import { DAYS_PER_YEAR } from "../vetting/duration.ts";
import { cumulativeIncidence } from "./cumulative-incidence.ts";
import { type ForecastRequest, type Hazards, historyUntil } from "./direct-reading.ts";
import { historyRows, passOver } from "./history-rows.ts";

interface State {
  /** [width] */
  readonly state: Float32Array;
  readonly logTotal: number;
}

const REQUESTS_AT_ONCE = 64;

export class QueryReader {
  private readonly sessions = new Map<string, GraphSession>();
  private readonly places: QueryPlaces;
  private readonly weights: Feeds;

  private constructor(
    private readonly checkpoint: Checkpoint,
    private readonly head: QueryHead,
    private readonly threads: number,
  ) {
    this.places = new QueryPlaces(checkpoint, head.rates);
    this.weights = Object.fromEntries(
      queryHeadLayout(head.sizes).parts.map(({ name, shape, offset }) => [
        name,
        head.weights.subarray(offset, offset + sizeOf(shape)),
      ]),
    );
  }

  /** Null when the folder has no query head. @throws CHECKPOINT_INVALID when it has one of another model */
  static open(folder: string, checkpoint: Checkpoint, threads: number): QueryReader | null {
    if (!existsSync(join(folder, QUERY_HEAD_FILE))) return null;
    return new QueryReader(checkpoint, readQueryHead(folder, checkpoint), threads);
  }

  /** @returns for each request [queries x pieces], events a year */
  async hazards(requests: readonly ForecastRequest[], queries: readonly TokenShares[]): Promise<Hazards[]> {
    const { architecture } = this.checkpoint;
    const histories = requests.map(({ patient, day }) =>
      latestPart(historyUntil(patient, day, this.checkpoint), architecture.context),
    );
    const states = await passOver(histories, architecture.context, (rows, time, batch) =>
      this.statesOf(rows, time, batch),
    );
    const results: Hazards[] = [];
    const most = requests.length === 1 ? 1 : REQUESTS_AT_ONCE;
    for (let from = 0; from < requests.length; from += most)
      results.push(
        ...(await this.readSome(
          requests.slice(from, from + most),
          states.slice(from, from + most),
          queries,
          most,
        )),
      );
    return results;
  }

  async close(): Promise<void> {
    for (const session of this.sessions.values()) await session.close();
    this.sessions.clear();
  }

  /**
   * Risk of each query within `horizonDays`, death competing unless it is among the query's events.
   * @param competing deaths a year of each request, [pieces]; read by the query head when absent
   */
  async risks(
    requests: readonly ForecastRequest[],
    queries: readonly TokenShares[],
    horizonDays: number,
    competing?: readonly Float64Array[],
  ): Promise<Float64Array[]> {
    const { death } = this.checkpoint.vocabulary;
    const deathQuery = { tokens: Int32Array.of(death), shares: Float64Array.of(1) };
    const { pieces } = this.head.sizes;
    const read = await this.hazards(requests, [...queries, deathQuery]);
    return read.map((hazards, i) => {
      const of = (q: number) => hazards.subarray(q * pieces, (q + 1) * pieces);
      const deaths = competing?.[i] ?? of(queries.length);
      return Float64Array.from(queries, ({ tokens }, q) =>
        cumulativeIncidence(
          {
            onset: of(q),
            death: tokens.includes(death) ? null : deaths,
            edgesYears: this.head.edgesYears,
          },
          horizonDays / DAYS_PER_YEAR,
        ),
      );
    });
  }

  private async statesOf(histories: readonly Int32Array[], time: number, batch: number): Promise<State[]> {
    const { architecture, weights } = this.checkpoint;
    const session = await this.session(`states ${time}`, () =>
      stateGraph(architecture, { batch, time, reads: batch }),
    );
    const feeds = { parameters: weights, ...historyRows(histories, batch, time) };
    const results = await session.run(feeds);
    const { width } = architecture;
    return histories.map((_, row) => ({
      state: (results.states as Float32Array).slice(row * width, (row + 1) * width),
      logTotal: (results.logTotals as Float32Array)[row] as number,
    }));
  }

  private async readSome(
    requests: readonly ForecastRequest[],
    states: readonly State[],
    queries: readonly TokenShares[],
    ticks: number,
  ): Promise<Hazards[]> {
    const { sizes } = this.head;
    const pairs = ticks * queries.length;
    const rates = queryRates(queries, this.head.rates);
    const lookup = byToken(queries);
    const feeds = {
      states: new Float32Array(ticks * sizes.width),
      queries: this.places.vectors(queries),
      features: new Float32Array(pairs * PAIR_FEATURES),
      logRates: Float32Array.from({ length: pairs }, (_, i) => Math.log(rates[i % queries.length] as number)),
    };
    for (const [i, request] of requests.entries()) {
      const { state, logTotal } = states[i] as State;
      feeds.states.set(state, i * sizes.width);
      const logChances = this.places.logChances(queries, state, logTotal);
      pairFeatures(request, queries, lookup, rates, logChances, feeds.features, i * queries.length);
    }
    const session = await this.session(`${ticks} x ${queries.length}`, () =>
      queryReadingGraph(sizes, { ticks, queries: queries.length }),
    );
    const { logHazards } = await session.run({ ...this.weights, ...feeds });
    const columns = queries.length * sizes.pieces;
    return requests.map((_, i) =>
      Float64Array.from((logHazards as Float32Array).subarray(i * columns, (i + 1) * columns), Math.exp),
    );
  }

  private async session(
    key: string,
    graph: () => Parameters<typeof GraphSession.open>[0],
  ): Promise<GraphSession> {
    let session = this.sessions.get(key);
    if (session === undefined) {
      session = await GraphSession.open(graph(), this.threads);
      this.sessions.set(key, session);
    }
    return session;
  }
}
