/**
 * Features of everybody who is followed at a landmark, computed once and shared by all outcomes asked there.
 * Invariant: designs and cuts are learnt on the development persons passed to `learnLandmark`, and only there.
 */

import {
  applyBinCuts,
  type BinCuts,
  type BinnedFeatures,
  learnBinCuts,
} from "../../trees/boosting/binned-features.ts";
import type { FeatureCatalogue } from "../../trees/features/feature-catalogue.ts";
import { type FeatureKind, type FeatureMatrix, featureMatrix } from "../../trees/features/feature-matrix.ts";
import { withYearsSinceIndex } from "../../trees/hazards/hazard-pool.ts";
import { predictionDay } from "../../vetting/label.ts";
import type { PredictionTime } from "../../vetting/outcome-definition.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import { applyLinearDesign, type LinearDesign, learnLinearDesign } from "./linear-design.ts";

/** What the age-sex model sees. */
const AGE_SEX: ReadonlySet<FeatureKind> = new Set(["age", "static"]);
/** What the linear models see; extremes add nothing to last and mean there. */
const LINEAR: ReadonlySet<FeatureKind> = new Set([
  "age",
  "static",
  "record",
  "last",
  "mean",
  "count",
  "slope",
  "recency",
  "ever",
  "since",
]);

export interface LandmarkFeatures {
  /** Row of each history, -1 where the person is not followed at the landmark. */
  readonly rowOf: Int32Array;
  readonly ageSex: Float64Array;
  readonly ageSexWidth: number;
  readonly linear: Float64Array;
  readonly linearWidth: number;
  /** For the binary trees. */
  readonly binned: BinnedFeatures;
}

export interface LandmarkDesign {
  readonly ageSexDesign: LinearDesign;
  readonly linearDesign: LinearDesign;
  readonly cuts: BinCuts;
}

export function learnLandmark(
  catalogue: FeatureCatalogue,
  histories: readonly PatientHistory[],
  time: PredictionTime,
): LandmarkDesign {
  const { matrix } = rowsFollowed(catalogue, histories, time);
  return {
    ageSexDesign: learnLinearDesign(matrix, AGE_SEX),
    linearDesign: learnLinearDesign(matrix, LINEAR),
    cuts: learnBinCuts(matrix.values, matrix.columns.length),
  };
}

/** The same persons' features for the pooled hazards, whose cuts are common to all landmarks. */
export function hazardFeatures(
  catalogue: FeatureCatalogue,
  hazardCuts: BinCuts,
  histories: readonly PatientHistory[],
  time: PredictionTime,
): { rowOf: Int32Array; binned: BinnedFeatures } {
  const { matrix, rowOf, at } = rowsFollowed(catalogue, histories, time);
  return { rowOf, binned: applyBinCuts(hazardCuts, withYearsSinceIndex(matrix, at)) };
}

export function landmarkFeatures(
  catalogue: FeatureCatalogue,
  design: LandmarkDesign,
  histories: readonly PatientHistory[],
  time: PredictionTime,
): LandmarkFeatures {
  const { matrix, rowOf } = rowsFollowed(catalogue, histories, time);
  return {
    rowOf,
    ageSex: applyLinearDesign(design.ageSexDesign, matrix),
    ageSexWidth: design.ageSexDesign.columns.length,
    linear: applyLinearDesign(design.linearDesign, matrix),
    linearWidth: design.linearDesign.columns.length,
    binned: applyBinCuts(design.cuts, matrix.values),
  };
}

function rowsFollowed(
  catalogue: FeatureCatalogue,
  histories: readonly PatientHistory[],
  time: PredictionTime,
): { matrix: FeatureMatrix; rowOf: Int32Array; at: readonly { history: PatientHistory; day: number }[] } {
  const rowOf = new Int32Array(histories.length).fill(-1);
  const at: { history: PatientHistory; day: number }[] = [];
  for (const [position, history] of histories.entries()) {
    const day = predictionDay(history, time);
    if (day === null || history.lastDay <= day) continue;
    rowOf[position] = at.length;
    at.push({ history, day });
  }
  return { matrix: featureMatrix(catalogue, at), rowOf, at };
}

/** Some rows of a table [rows x width]. */
export function selectRows(table: Float64Array, width: number, rows: Int32Array): Float64Array {
  const out = new Float64Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] as number) * width;
    out.set(table.subarray(from, from + width), i * width);
  }
  return out;
}
