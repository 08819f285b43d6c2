/**
 * Development person-time for the boosted hazards, pooled over landmarks: every landmark asked, followed to the end,
 * and look-back landmarks before the index date, each followed only until the next one. What follows an ordinary day
 * of the record before the index date teaches the same hazards, and most onsets of a long record lie there.
 * Everybody is alive at the index date, so death is learned after it only: an outcome without any onset in the
 * look-back windows does not use them.
 */

import { DAYS_PER_YEAR } from "../../vetting/duration.ts";
import { labelAt, predictionDay } from "../../vetting/label.ts";
import type { OutcomeDefinition, PredictionTime } from "../../vetting/outcome-definition.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import {
  applyBinCuts,
  type BinCuts,
  type BinnedFeatures,
  learnBinCuts,
  selectUnits,
} from "../boosting/binned-features.ts";
import type { FeatureCatalogue } from "../features/feature-catalogue.ts";
import { type FeatureMatrix, featureMatrix } from "../features/feature-matrix.ts";
import type { HazardRows } from "./fit-hazard.ts";

/** Look-back landmarks before the index date. */
const LOOK_BACKS = 3;

export interface PoolLandmark {
  readonly name: string;
  /** What it is told from, and the days from there; look-backs lie before the index date. */
  readonly anchor: PredictionTime["anchor"];
  readonly offsetDays: number;
  readonly isLookBack: boolean;
  /** Follow-up beyond is cut off: the next landmark counts it. */
  readonly followDays: number;
}

export interface HazardPool {
  readonly landmarks: readonly PoolLandmark[];
  /** Unit of each history at each landmark, -1 where there is none: [landmarks][histories]. */
  readonly unitOf: readonly Int32Array[];
  readonly cuts: BinCuts;
  readonly features: BinnedFeatures;
}

/** Asked landmarks, and look-backs a quarter of the longest horizon apart. */
export function poolLandmarks(times: readonly PredictionTime[]): PoolLandmark[] {
  const spacing = Math.max(...times.flatMap((time) => time.horizons.map((horizon) => horizon.days))) / 4;
  const lookBacks = Array.from({ length: LOOK_BACKS }, (_, i) => ({
    name: `look-back ${LOOK_BACKS - i}`,
    anchor: "index" as const,
    offsetDays: -spacing * (LOOK_BACKS - i),
    isLookBack: true,
    followDays: spacing,
  }));
  const asked = times.map(({ landmark, anchor, offsetDays }) => ({
    name: landmark,
    anchor,
    offsetDays,
    isLookBack: false,
    followDays: Number.POSITIVE_INFINITY,
  }));
  return [...lookBacks, ...asked];
}

export function openHazardPool(
  catalogue: FeatureCatalogue,
  histories: readonly PatientHistory[],
  times: readonly PredictionTime[],
): HazardPool {
  const landmarks = poolLandmarks(times);
  const at: { history: PatientHistory; day: number }[] = [];
  const unitOf = landmarks.map((landmark) => {
    const units = new Int32Array(histories.length).fill(-1);
    for (const [position, history] of histories.entries()) {
      const day = predictionDay(history, landmark);
      if (day === null || history.lastDay <= day || (landmark.isLookBack && history.firstDay > day)) continue;
      units[position] = at.length;
      at.push({ history, day });
    }
    return units;
  });
  const matrix = featureMatrix(catalogue, at);
  const values = withYearsSinceIndex(matrix, at);
  const cuts = learnBinCuts(values, matrix.columns.length + 1);
  return { landmarks, unitOf, cuts, features: applyBinCuts(cuts, values) };
}

/** Feature values with one column more, the years since the index date. */
export function withYearsSinceIndex(
  matrix: FeatureMatrix,
  at: readonly { readonly history: PatientHistory; readonly day: number }[],
): Float64Array {
  const width = matrix.columns.length;
  const out = new Float64Array(matrix.rows * (width + 1));
  for (const [row, { history, day }] of at.entries()) {
    out.set(matrix.values.subarray(row * width, (row + 1) * width), row * (width + 1));
    out[row * (width + 1) + width] = (day - (history.indexDay ?? Number.NaN)) / DAYS_PER_YEAR;
  }
  return out;
}

/** Rows of one outcome's onset hazard. */
export function onsetRows(
  pool: HazardPool,
  histories: readonly PatientHistory[],
  isTuning: Uint8Array,
  outcome: OutcomeDefinition,
  k: number,
): HazardRows {
  const parts = pool.landmarks.map((landmark, l) => {
    const own = outcome.predictionTimes.some((time) => time.landmark === landmark.name);
    if (!own && !landmark.isLookBack) return [];
    return windowRows(pool, histories, l, (history, day) => {
      const label = labelAt(history, outcome, k, day);
      return label.eligible ? { days: label.outcome.days, event: label.outcome.kind === "onset" } : null;
    });
  });
  const isLookBack = (l: number): boolean => (pool.landmarks[l] as PoolLandmark).isLookBack;
  const happensBefore = parts.some((rows, l) => isLookBack(l) && rows.some((row) => row.event));
  const used = parts.filter((_, l) => happensBefore || !isLookBack(l));
  return gather(pool, isTuning, used.flat());
}

/** Rows of the hazard of death among everybody followed at the landmarks asked. */
export function deathRows(
  pool: HazardPool,
  histories: readonly PatientHistory[],
  isTuning: Uint8Array,
): HazardRows {
  const parts = pool.landmarks.map((landmark, l) =>
    landmark.isLookBack
      ? []
      : windowRows(pool, histories, l, (history, day) => ({
          days: history.lastDay - day,
          event: history.deathDay !== null,
        })),
  );
  return gather(pool, isTuning, parts.flat());
}

interface PoolRow {
  readonly unit: number;
  readonly position: number;
  readonly days: number;
  readonly event: boolean;
}

function windowRows(
  pool: HazardPool,
  histories: readonly PatientHistory[],
  l: number,
  follow: (history: PatientHistory, day: number) => { days: number; event: boolean } | null,
): PoolRow[] {
  const landmark = pool.landmarks[l] as PoolLandmark;
  const { followDays } = landmark;
  const rows: PoolRow[] = [];
  for (const [position, history] of histories.entries()) {
    const unit = pool.unitOf[l]?.[position] ?? -1;
    const day = predictionDay(history, landmark);
    if (unit < 0 || day === null) continue;
    const followed = follow(history, day);
    if (followed === null) continue;
    const cut = followed.days > followDays;
    rows.push({ unit, position, days: cut ? followDays : followed.days, event: !cut && followed.event });
  }
  return rows;
}

function gather(pool: HazardPool, isTuning: Uint8Array, rows: readonly PoolRow[]): HazardRows {
  return {
    features: selectUnits(
      pool.features,
      Int32Array.from(rows, (row) => row.unit),
    ),
    days: Float64Array.from(rows, (row) => row.days),
    event: Uint8Array.from(rows, (row) => (row.event ? 1 : 0)),
    isTuning: Uint8Array.from(rows, (row) => isTuning[row.position] as number),
  };
}
