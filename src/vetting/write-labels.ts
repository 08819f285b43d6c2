/**
 * Labels as MEDS label Parquet, one folder a task and one file a split: `subject_id`, `prediction_time` and
 * `boolean_value`, whether the outcome happened by the horizon.
 * Invariant: who is censored before the horizon has no label; the numbers of them and of everybody left out are returned.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Database, literal } from "../timeline/database.ts";
import type { Split } from "../timeline/patient-event.ts";
import { MS_PER_DAY } from "./duration.ts";
import { labelAt, predictionDay } from "./label.ts";
import type { Horizon, OutcomeDefinition, PredictionTime } from "./outcome-definition.ts";
import type { PatientHistory } from "./patient-history.ts";

export interface LabelledTask {
  readonly outcome: string;
  readonly landmark: string;
  readonly horizon: string;
  /** Folder below the one that was named. */
  readonly folder: string;
  readonly splits: Readonly<Record<string, { readonly labels: number; readonly positive: number }>>;
  /** Persons whose follow-up ends before the horizon without onset or competing event. */
  readonly censored: number;
  /** Persons who do not count, by reason. */
  readonly attrition: Readonly<Record<string, number>>;
}

interface Labelled {
  readonly subjectId: number;
  readonly micros: bigint;
  readonly value: boolean;
}

/** @param splits of the history at the same position */
export async function writeLabels(
  histories: readonly PatientHistory[],
  splits: readonly Split[],
  outcomes: readonly OutcomeDefinition[],
  out: string,
): Promise<LabelledTask[]> {
  const tasks: LabelledTask[] = [];
  for (const [k, outcome] of outcomes.entries()) {
    for (const time of outcome.predictionTimes) {
      for (const horizon of time.horizons) {
        const { rows, censored, attrition } = labelsOf(histories, splits, outcome, k, time, horizon);
        const folder = [outcome.name, time.landmark, horizon.name].map(fileName).join("/");
        const counts: Record<string, { labels: number; positive: number }> = {};
        for (const [split, labelled] of rows) {
          await writeTable(join(out, folder), split, labelled);
          counts[split] = { labels: labelled.length, positive: labelled.filter(({ value }) => value).length };
        }
        tasks.push({
          outcome: outcome.name,
          landmark: time.landmark,
          horizon: horizon.name,
          folder,
          splits: counts,
          censored,
          attrition,
        });
      }
    }
  }
  return tasks;
}

function labelsOf(
  histories: readonly PatientHistory[],
  splits: readonly Split[],
  outcome: OutcomeDefinition,
  k: number,
  time: PredictionTime,
  horizon: Horizon,
) {
  const rows = new Map<Split, Labelled[]>();
  const attrition: Record<string, number> = {};
  let censored = 0;
  for (const [i, history] of histories.entries()) {
    const day = predictionDay(history, time);
    const label = labelAt(history, outcome, k, day);
    if (!label.eligible || day === null) {
      const why = label.eligible ? "no index date" : label.why;
      attrition[why] = (attrition[why] ?? 0) + 1;
      continue;
    }
    const { days, kind } = label.outcome;
    if (kind === "censored" && days < horizon.days) {
      censored++;
      continue;
    }
    const split = splits[i] as Split;
    const of = rows.get(split) ?? [];
    of.push({
      subjectId: history.subjectId,
      micros: BigInt(Math.round(day * MS_PER_DAY)) * 1000n,
      value: kind === "onset" && days <= horizon.days,
    });
    rows.set(split, of);
  }
  return { rows, censored, attrition };
}

async function writeTable(folder: string, split: Split, rows: readonly Labelled[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const database = await Database.open({ threads: 1 });
  try {
    await database.run(
      "CREATE TABLE label (subject_id BIGINT NOT NULL, micros BIGINT NOT NULL, boolean_value BOOLEAN NOT NULL)",
    );
    const appender = await database.connection.createAppender("label");
    for (const { subjectId, micros, value } of rows) {
      appender.appendBigInt(BigInt(subjectId));
      appender.appendBigInt(micros);
      appender.appendBoolean(value);
      appender.endRow();
    }
    appender.closeSync();
    await database.run(
      `COPY (SELECT subject_id, make_timestamp(micros) AS prediction_time, boolean_value FROM label ORDER BY subject_id)
       TO ${literal(join(folder, `${split}.parquet`))} (FORMAT parquet, COMPRESSION zstd)`,
    );
  } finally {
    database.close();
  }
}

function fileName(text: string): string {
  return text.replace(/[^A-Za-z0-9+-]+/g, "_");
}
