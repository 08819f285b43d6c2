/**
 * One task laid out for resampling: who, what happened, every model's risk, and the weights that all models share.
 */

import { LongitudeError } from "../../errors/longitude-error.ts";
import { EVALUATION_RISK_INVALID, EVALUATION_RISKS_MISSING } from "../../errors/registry.ts";
import type { RiskRow } from "../../forecast/risk-table.ts";
import { recordYears } from "../../trees/features/feature-matrix.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import { type Observations, statusAt } from "../measures/observations.ts";
import { recordLengthStrata } from "../measures/record-length-strata.ts";
import type { TaskPersons } from "./task-persons.ts";

export interface TaskSample {
  readonly persons: TaskPersons;
  readonly observations: Observations;
  readonly horizonDays: number;
  /** CASE, CONTROL or UNKNOWN at the horizon. */
  readonly status: Uint8Array;
  /** Stratum of record length before the prediction time. */
  readonly strata: Uint8Array;
  /** Risk at the horizon per model, in the order of `persons.positions`. */
  readonly risks: ReadonlyMap<string, Float64Array>;
}

/** Rows of one model by outcome and landmark, so that each task looks only at its own. */
export type RiskIndex = ReadonlyMap<string, ReadonlyMap<number, RiskRow>>;

/** @throws EVALUATION_RISK_INVALID when a person has two rows for one outcome and landmark */
export function indexRisks(model: string, rows: readonly RiskRow[]): RiskIndex {
  const index = new Map<string, Map<number, RiskRow>>();
  let twice = 0;
  for (const row of rows) {
    const key = taskKey(row.outcome, row.landmark);
    const known = index.get(key) ?? new Map<number, RiskRow>();
    if (known.has(row.subjectId)) twice++;
    known.set(row.subjectId, row);
    index.set(key, known);
  }
  if (twice > 0) {
    throw new LongitudeError(
      EVALUATION_RISK_INVALID,
      `${model}: ${twice} of ${rows.length} rows repeat a person, outcome and landmark`,
    );
  }
  return index;
}

export function taskKey(outcome: string, landmark: string): string {
  return `${outcome} @ ${landmark}`;
}

/**
 * @param models every model that must have a risk for every person of the task
 * @throws EVALUATION_RISKS_MISSING, EVALUATION_RISK_INVALID
 */
export function taskSample(
  histories: readonly PatientHistory[],
  persons: TaskPersons,
  task: string,
  horizon: { name: string; days: number },
  models: ReadonlyMap<string, RiskIndex>,
  strataCount: number,
): TaskSample {
  const risks = new Map<string, Float64Array>();
  for (const [model, index] of models) {
    risks.set(model, risksOf(model, index.get(task), histories, persons, task, horizon.name));
  }
  const recordLength = Float64Array.from(persons.positions, (position, i) =>
    recordYears(histories[position] as PatientHistory, persons.predictionDays[i] as number),
  );
  return {
    persons,
    observations: persons.observations,
    horizonDays: horizon.days,
    status: statusAt(persons.observations, horizon.days),
    strata: recordLengthStrata(recordLength, strataCount),
    risks,
  };
}

function risksOf(
  model: string,
  rows: ReadonlyMap<number, RiskRow> | undefined,
  histories: readonly PatientHistory[],
  persons: TaskPersons,
  task: string,
  horizon: string,
): Float64Array {
  let missing = 0;
  let invalid = 0;
  const out = Float64Array.from(persons.positions, (position) => {
    const risk = rows?.get((histories[position] as PatientHistory).subjectId)?.risks[horizon];
    if (risk === undefined) missing++;
    else if (!(risk >= 0 && risk <= 1)) invalid++;
    return risk ?? Number.NaN;
  });
  const where = `${model}, ${task}, ${horizon}`;
  if (missing > 0) {
    throw new LongitudeError(
      EVALUATION_RISKS_MISSING,
      `${where}: ${missing} of ${out.length} eligible persons have no risk`,
    );
  }
  if (invalid > 0) {
    throw new LongitudeError(
      EVALUATION_RISK_INVALID,
      `${where}: ${invalid} of ${out.length} risks are not within 0 and 1`,
    );
  }
  return out;
}
