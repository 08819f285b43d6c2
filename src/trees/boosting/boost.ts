/**
 * Gradient boosting of regression trees on histograms: second-order steps, shrinkage, units and features sampled per
 * tree, early stopping on other rows.
 * Losses: `logistic` for a status (log-odds scale), `poisson` for counts over an exposure (log-hazard scale).
 * Invariant: the same data, settings and generator give the same trees.
 */
import type { Random } from "../../effects/random.ts";
import type { BoostingRows } from "./boosting-rows.ts";
import { type GrowthSettings, growTree, growthBuffers } from "./grow-tree.ts";
import { type Tree, treeValues } from "./tree.ts";

export interface BoostSettings extends GrowthSettings {
  readonly rounds: number;
  /** Share of units in each tree. */
  readonly unitShare: number;
  /** Share of features that each tree may use. */
  readonly featureShare: number;
  /** Stops after so many rounds without a better loss on the stopping rows. */
  readonly patience: number;
  /** With stopping rows: trees that there are at least. */
  readonly minimumRounds: number;
}

export interface BoostTarget {
  readonly rows: BoostingRows;
  /** Status (0/1) or number of events, per row. */
  readonly y: Float64Array;
  /** Weight (logistic) or exposure (poisson), per row; > 0. */
  readonly weight: Float64Array;
  /** Score before the first tree, per row. */
  readonly offset: Float64Array;
}

export type Loss = "logistic" | "poisson";

export interface Boosted {
  readonly trees: Tree[];
  /** Mean loss on the stopping rows after each round, from before the first tree on; empty without such rows. */
  readonly path: number[];
}

export function boost(
  loss: Loss,
  target: BoostTarget,
  settings: BoostSettings,
  random: Random,
  stopping?: BoostTarget,
): Boosted {
  const { rows } = target;
  const units = rows.features.units;
  const fitted = startScores(loss, target);
  const stopped = stopping === undefined ? undefined : startScores(loss, stopping);
  const gradient = new Float64Array(rows.unitOfRow.length);
  const hessian = new Float64Array(rows.unitOfRow.length);
  const buffers = growthBuffers(rows);
  const allFeatures = Array.from({ length: rows.features.features }, (_, i) => i);
  const featuresPerTree = Math.max(1, Math.round(settings.featureShare * allFeatures.length));
  const inSample = new Uint8Array(units);
  const trees: Tree[] = [];
  const path: number[] = stopping && stopped ? [meanLoss(loss, stopping, stopped)] : [];
  let bestRound = 0;
  for (let round = 1; round <= settings.rounds; round++) {
    for (let unit = 0; unit < units; unit++) {
      inSample[unit] = settings.unitShare >= 1 || random.next() < settings.unitShare ? 1 : 0;
    }
    derivatives(loss, target, fitted, inSample, gradient, hessian);
    const candidates = random
      .shuffle(allFeatures.slice())
      .slice(0, featuresPerTree)
      .sort((a, b) => a - b);
    if (rows.slotOfRow !== null) candidates.push(rows.features.features);
    const tree = growTree(rows, gradient, hessian, candidates, settings, buffers);
    trees.push(tree);
    addTree(loss, tree, target, fitted);
    if (stopping !== undefined && stopped !== undefined) {
      addTree(loss, tree, stopping, stopped);
      path.push(meanLoss(loss, stopping, stopped));
      if ((path[round] as number) < (path[bestRound] as number)) bestRound = round;
      else if (round - bestRound >= settings.patience && round >= settings.minimumRounds) break;
    }
  }
  const kept = stopping === undefined ? trees.length : Math.max(bestRound, settings.minimumRounds);
  return { trees: trees.slice(0, kept), path };
}

/** Scores of rows; for Poisson also the expected events, kept by multiplication (an exponential a row is dear). */
interface Scores {
  readonly score: Float64Array;
  readonly expected: Float64Array;
  readonly step: Float64Array;
}

function startScores(loss: Loss, { offset, weight }: BoostTarget): Scores {
  const score = offset.slice();
  const expected = loss === "poisson" ? weight.map((w, row) => w * Math.exp(score[row] as number)) : score;
  return { score, expected, step: new Float64Array(score.length) };
}

function addTree(loss: Loss, tree: Tree, target: BoostTarget, { score, expected, step }: Scores): void {
  treeValues(tree, target.rows, step);
  let before = Number.NaN;
  let factor = 1;
  for (let row = 0; row < score.length; row++) {
    const value = step[row] as number;
    score[row] = (score[row] as number) + value;
    if (loss !== "poisson") continue;
    if (value !== before) {
      factor = Math.exp(value);
      before = value;
    }
    expected[row] = (expected[row] as number) * factor;
  }
}

function derivatives(
  loss: Loss,
  { rows, y, weight }: BoostTarget,
  { score, expected }: Scores,
  inSample: Uint8Array,
  gradient: Float64Array,
  hessian: Float64Array,
): void {
  for (let row = 0; row < score.length; row++) {
    const w = weight[row] as number;
    if (inSample[rows.unitOfRow[row] as number] === 0 || w === 0) {
      gradient[row] = 0;
      hessian[row] = 0;
    } else if (loss === "poisson") {
      const mean = expected[row] as number;
      gradient[row] = mean - (y[row] as number);
      hessian[row] = mean;
    } else {
      const p = 1 / (1 + Math.exp(-(score[row] as number)));
      gradient[row] = w * (p - (y[row] as number));
      hessian[row] = Math.max(1e-12, w * p * (1 - p));
    }
  }
}

/** Negative log-likelihood per unit of weight, up to a constant. */
function meanLoss(loss: Loss, { y, weight }: BoostTarget, { score, expected }: Scores): number {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < score.length; row++) {
    const s = score[row] as number;
    const w = weight[row] as number;
    total += w;
    sum +=
      loss === "poisson"
        ? (expected[row] as number) - (y[row] as number) * s
        : w * (Math.max(s, 0) - (y[row] as number) * s + Math.log1p(Math.exp(-Math.abs(s))));
  }
  return sum / total;
}
