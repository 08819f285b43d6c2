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

/** Rows of one model by outcome, landmark and position in the histories, so that each task looks only at its own. */
export type RiskIndex = ReadonlyMap<string, ReadonlyMap<string, readonly (RiskRow | undefined)[]>>;

/**
 * @param positions place in the histories of each person; rows of others are left out
 * @throws EVALUATION_RISK_INVALID when a person has two rows for one outcome and landmark
 */
export function indexRisks(
  model: string,
  rows: readonly RiskRow[],
  positions: ReadonlyMap<number, number>,
): RiskIndex {
  type ByPosition = (RiskRow | undefined)[];
  const index = new Map<string, Map<string, ByPosition>>();
  let twice = 0;
  for (const row of rows) {
    const position = positions.get(row.subjectId);
    if (position === undefined) continue;
    const ofOutcome = at(index, row.outcome, () => new Map<string, ByPosition>());
    const known = at(ofOutcome, row.landmark, () => new Array<RiskRow | undefined>(positions.size));
    if (known[position] !== undefined) twice++;
    known[position] = row;
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
    risks.set(model, risksOf(rows, persons.positions, horizon.name, where));
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
  rows: readonly (RiskRow | undefined)[] | undefined,
  positions: Int32Array,
  horizon: string,
  where: string,
): Float64Array {
  let missing = 0;
  let invalid = 0;
  const out = new Float64Array(positions.length);
  for (let i = 0; i < out.length; i++) {
    const risk = rows?.[positions[i] as number]?.risks[horizon];
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
