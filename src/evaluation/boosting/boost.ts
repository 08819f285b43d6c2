/**
 * Gradient boosting of regression trees on histograms: second-order steps, shrinkage, units and features sampled per
 * tree, early stopping on other rows.
 * Losses: `logistic` for a status (log-odds scale), `poisson` for counts over an exposure (log-hazard scale).
 * Invariant: the same data, settings and generator give the same trees.
 */
import type { Random } from "../../effects/random.ts";
import type { BoostingRows } from "./boosting-rows.ts";
import { type GrowthSettings, growTree, growthBuffers } from "./grow-tree.ts";
import { addTree, type Tree } from "./tree.ts";

export interface BoostSettings extends GrowthSettings {
  readonly rounds: number;
  /** Share of units in each tree. */
  readonly unitShare: number;
  /** Share of features that each tree may use. */
  readonly featureShare: number;
  /** Stops after so many rounds without a better loss on the stopping rows. */
  readonly patience: number;
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
  const n = rows.unitOfRow.length;
  const units = rows.features.units;
  const scores = target.offset.slice();
  const stoppingScores = stopping?.offset.slice();
  const gradient = new Float64Array(n);
  const hessian = new Float64Array(n);
  const buffers = growthBuffers(rows);
  const allFeatures = Array.from({ length: rows.features.features }, (_, i) => i);
  const featuresPerTree = Math.max(1, Math.round(settings.featureShare * allFeatures.length));
  const inSample = new Uint8Array(units);
  const trees: Tree[] = [];
  const path: number[] = [];
  const record = (): void => {
    if (stopping !== undefined && stoppingScores !== undefined)
      path.push(meanLoss(loss, stopping, stoppingScores));
  };
  record();
  let best = path[0] ?? 0;
  let bestRound = 0;
  for (let round = 1; round <= settings.rounds; round++) {
    for (let unit = 0; unit < units; unit++) {
      inSample[unit] = settings.unitShare >= 1 || random.next() < settings.unitShare ? 1 : 0;
    }
    derivatives(loss, target, scores, inSample, gradient, hessian);
    const candidates = random
      .shuffle(allFeatures.slice())
      .slice(0, featuresPerTree)
      .sort((a, b) => a - b);
    if (rows.slotOfRow !== null) candidates.push(rows.features.features);
    const tree = growTree(rows, gradient, hessian, candidates, settings, buffers);
    trees.push(tree);
    addTree(tree, rows, scores);
    if (stopping !== undefined && stoppingScores !== undefined) {
      addTree(tree, stopping.rows, stoppingScores);
      record();
      const now = path[round] as number;
      if (now < best) {
        best = now;
        bestRound = round;
      } else if (round - bestRound >= settings.patience) break;
    }
  }
  return { trees: stopping === undefined ? trees : trees.slice(0, bestRound), path };
}

function derivatives(
  loss: Loss,
  { rows, y, weight }: BoostTarget,
  scores: Float64Array,
  inSample: Uint8Array,
  gradient: Float64Array,
  hessian: Float64Array,
): void {
  for (let row = 0; row < scores.length; row++) {
    const w = weight[row] as number;
    if (inSample[rows.unitOfRow[row] as number] === 0 || w === 0) {
      gradient[row] = 0;
      hessian[row] = 0;
    } else if (loss === "poisson") {
      const expected = w * Math.exp(scores[row] as number);
      gradient[row] = expected - (y[row] as number);
      hessian[row] = expected;
    } else {
      const p = 1 / (1 + Math.exp(-(scores[row] as number)));
      gradient[row] = w * (p - (y[row] as number));
      hessian[row] = Math.max(1e-12, w * p * (1 - p));
    }
  }
}

/** Negative log-likelihood per unit of weight, up to a constant. */
export function meanLoss(loss: Loss, { y, weight }: BoostTarget, scores: Float64Array): number {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row] as number;
    const w = weight[row] as number;
    total += w;
    sum +=
      loss === "poisson"
        ? w * Math.exp(score) - (y[row] as number) * score
        : w * (Math.max(score, 0) - (y[row] as number) * score + Math.log1p(Math.exp(-Math.abs(score))));
  }
  return sum / total;
}
