/**
 * Risk over time read from the onset head: one pass over a history gives every outcome at every horizon.
 */

import { readingGraph } from "../network/reading-graph.ts";
import { GraphSession } from "../network/session.ts";
import type { EncodedPatient } from "../tokens/encoded-patient.ts";
import { latestPart, layOut } from "../tokens/lay-out.ts";
import type { Checkpoint } from "../training/checkpoint.ts";
import { DAYS_PER_YEAR } from "../vetting/duration.ts";
import { cumulativeIncidence } from "./cumulative-incidence.ts";
import { historyRows, passOver, rowLengths } from "./history-rows.ts";

export interface ForecastRequest {
  readonly patient: EncodedPatient;
  /** Prediction time, days since 1970-01-01; nothing after it is read. */
  readonly day: number;
}

/** Hazards of one request: [outcomes x pieces], events per year. */
export type Hazards = Float64Array;

/** Reads hazards of many requests, packing those of like length; the order of the result is that of the requests. */
export class DirectReader {
  private readonly sessions = new Map<number, Promise<GraphSession>>();

  /** @param tokensAtOnce of one pass; fewer where few histories are read at a time */
  constructor(
    private readonly checkpoint: Checkpoint,
    private readonly threads: number,
    private readonly tokensAtOnce?: number,
  ) {}

  /** Opens the graphs of all lengths, so that no request waits for one. */
  async warm(): Promise<void> {
    for (const length of rowLengths(this.checkpoint.architecture.context))
      await this.passOver([new Int32Array(length)]);
  }

  async hazards(requests: readonly ForecastRequest[]): Promise<Hazards[]> {
    const { context } = this.checkpoint.architecture;
    const histories = requests.map(({ patient, day }) =>
      latestPart(historyUntil(patient, day, this.checkpoint), context),
    );
    return this.passOver(histories);
  }

  async close(): Promise<void> {
    for (const session of this.sessions.values()) await (await session).close();
    this.sessions.clear();
  }

  private passOver(histories: readonly Int32Array[]): Promise<Hazards[]> {
    return passOver(
      histories,
      this.checkpoint.architecture.context,
      (rows, time, batch) => this.readRows(rows, time, batch),
      this.tokensAtOnce,
    );
  }

  /** One history a row; reads the last token of each. */
  private async readRows(histories: readonly Int32Array[], time: number, batch: number): Promise<Hazards[]> {
    const { architecture, weights } = this.checkpoint;
    let session = this.sessions.get(time);
    if (session === undefined) {
      session = GraphSession.open(readingGraph(architecture, { batch, time }), this.threads);
      this.sessions.set(time, session);
    }
    const { logHazards } = await (await session).run({
      parameters: weights,
      ...historyRows(histories, batch, time),
    });
    const columns = architecture.outcomes * architecture.pieces;
    return histories.map((_, row) =>
      Float64Array.from((logHazards as Float32Array).subarray(row * columns, (row + 1) * columns), Math.exp),
    );
  }
}

/** Everything known at `day`, ending with a clock tick on it. */
export function historyUntil(patient: EncodedPatient, day: number, checkpoint: Checkpoint) {
  return layOut(patient, checkpoint.vocabulary, { anchorDay: day, untilDay: day });
}

/** Deaths a year of one request, [pieces]; null for a model that was not trained for death. */
export function deathHazards(hazards: Hazards, { description }: Checkpoint): Hazards | null {
  const death = description.outcomes.findIndex((outcome) => outcome.isDeath);
  const pieces = description.hazardEdgesYears.length + 1;
  return death < 0 ? null : hazards.subarray(death * pieces, (death + 1) * pieces);
}

/** Risk of outcome `k` within `horizonDays`, death competing. */
export function riskWithin(hazards: Hazards, checkpoint: Checkpoint, k: number, horizonDays: number): number {
  const { outcomes, hazardEdgesYears } = checkpoint.description;
  const pieces = hazardEdgesYears.length + 1;
  return cumulativeIncidence(
    {
      onset: hazards.subarray(k * pieces, (k + 1) * pieces),
      death: outcomes[k]?.isDeath ? null : deathHazards(hazards, checkpoint),
      edgesYears: hazardEdgesYears,
    },
    horizonDays / DAYS_PER_YEAR,
  );
}
