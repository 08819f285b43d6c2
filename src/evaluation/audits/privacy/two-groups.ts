/** Persons learned from beside persons never seen: figures of the difference, with intervals over persons. */
import { createRandom } from "../../../effects/random.ts";
import { prepareAuroc } from "../../measures/auroc.ts";
import { drawResamples } from "../../measures/bootstrap.ts";
import type { Estimate } from "../../measures/estimate.ts";
import { estimateOver, weightedMean } from "../../measures/estimate-over.ts";
import { CASE, CONTROL } from "../../measures/observations.ts";

/** Fewer persons on a side, and nothing is said. */
const FEWEST = 20;

export interface Resampling {
  readonly count: number;
  readonly seed: number;
}

/** How often a person learned from has the higher score than one never seen; 0.5 is chance. */
export function toldApart(
  learned: readonly number[],
  unseen: readonly number[],
  resampling: Resampling,
): Estimate | null {
  const scores = [...learned, ...unseen];
  const status = Uint8Array.from(scores, (_, i) => (i < learned.length ? CASE : CONTROL));
  const area = prepareAuroc(status, scores);
  return resampled(learned, unseen, resampling, (weights) => area(weights));
}

/** Share of the persons learned from above the score that one in a hundred of the others exceeds. */
export function toldAtOnePercent(
  learned: readonly number[],
  unseen: readonly number[],
  resampling: Resampling,
): Estimate | null {
  const scores = [...learned, ...unseen];
  const order = scores.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  return resampled(learned, unseen, resampling, (weights) => {
    let [all, found] = [0, 0];
    let allowed = 0;
    for (let i = 0; i < scores.length; i++) {
      if (i < learned.length) all += weights[i]!;
      else allowed += 0.01 * weights[i]!;
    }
    for (const i of order) {
      if (i < learned.length) found += weights[i]!;
      else allowed -= weights[i]!;
      if (allowed < 0) break;
    }
    return found / all;
  });
}

/** Mean of the persons learned from minus that of the others. */
export function meanDifference(
  learned: readonly number[],
  unseen: readonly number[],
  resampling: Resampling,
): Estimate | null {
  const scores = [...learned, ...unseen];
  return resampled(
    learned,
    unseen,
    resampling,
    (weights) =>
      weightedMean(scores, weights, 0, learned.length) - weightedMean(scores, weights, learned.length),
  );
}

/** Mean over one group. */
export function meanWithInterval(values: readonly number[], resampling: Resampling): Estimate | null {
  const mean = (weights: Float64Array) => weightedMean(values, weights);
  return values.length < 2 ? null : bootstrap(values.length, resampling, mean);
}

function resampled(
  learned: readonly number[],
  unseen: readonly number[],
  resampling: Resampling,
  statistic: (weights: Float64Array) => number,
): Estimate | null {
  if (learned.length < FEWEST || unseen.length < FEWEST) return null;
  return bootstrap(learned.length + unseen.length, resampling, statistic);
}

function bootstrap(
  n: number,
  { count, seed }: Resampling,
  statistic: (weights: Float64Array) => number,
): Estimate | null {
  const resamples = drawResamples(n, count, createRandom(seed).fork("privacy resamples"));
  return estimateOver(
    resamples,
    statistic,
    `percentile bootstrap over persons, ${count} resamples, seed ${seed}`,
  );
}
