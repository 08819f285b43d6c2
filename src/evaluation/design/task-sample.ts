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

/** Rows of one model by outcome, landmark and person, so that each task looks only at its own. */
export type RiskIndex = ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<number, RiskRow>>>;

/** @throws EVALUATION_RISK_INVALID when a person has two rows for one outcome and landmark */
export function indexRisks(model: string, rows: readonly RiskRow[]): RiskIndex {
  const index = new Map<string, Map<string, Map<number, RiskRow>>>();
  let twice = 0;
  for (const row of rows) {
    const ofOutcome = at(index, row.outcome, () => new Map<string, Map<number, RiskRow>>());
    const known = at(ofOutcome, row.landmark, () => new Map<number, RiskRow>());
    if (known.has(row.subjectId)) twice++;
    known.set(row.subjectId, row);
  }
  if (twice > 0) {
    throw new LongitudeError(
      EVALUATION_RISK_INVALID,
      `${model}: ${twice} of ${rows.length} rows repeat a person, outcome and landmark`,
    );
  }
  return index;
}

function at<T>(map: Map<string, T>, key: string, create: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created = create();
  map.set(key, created);
  return created;
}

/**
 * @param models every model that must have a risk for every person of the task
 * @throws EVALUATION_RISKS_MISSING, EVALUATION_RISK_INVALID
 */
export function taskSample(
  histories: readonly PatientHistory[],
  persons: TaskPersons,
  task: { outcome: string; landmark: string },
  horizon: { name: string; days: number },
  models: ReadonlyMap<string, RiskIndex>,
  strataCount: number,
): TaskSample {
  const risks = new Map<string, Float64Array>();
  for (const [model, index] of models) {
    const rows = index.get(task.outcome)?.get(task.landmark);
    const where = `${model}, ${task.outcome} @ ${task.landmark}, ${horizon.name}`;
    risks.set(model, risksOf(rows, histories, persons, horizon.name, where));
  }
  const { positions, predictionDays } = persons;
  const recordLength = new Float64Array(positions.length);
  for (let i = 0; i < recordLength.length; i++)
    recordLength[i] = recordYears(
      histories[positions[i] as number] as PatientHistory,
      predictionDays[i] as number,
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
  rows: ReadonlyMap<number, RiskRow> | undefined,
  histories: readonly PatientHistory[],
  persons: TaskPersons,
  horizon: string,
  where: string,
): Float64Array {
  let missing = 0;
  let invalid = 0;
  const { positions } = persons;
  const out = new Float64Array(positions.length);
  for (let i = 0; i < out.length; i++) {
    const risk = rows?.get((histories[positions[i] as number] as PatientHistory).subjectId)?.risks[horizon];
    if (risk === undefined) missing++;
    else if (!(risk >= 0 && risk <= 1)) invalid++;
    out[i] = risk ?? Number.NaN;
  }
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
