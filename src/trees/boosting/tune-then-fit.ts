/** Boosting whose number of trees is chosen by the tuning persons' loss, grown again on everybody. */
import { z } from "zod";
import type { Random } from "../../effects/random.ts";
import { type BoostSettings, type BoostTarget, boost, type Loss } from "./boost.ts";
import { treeSchema } from "./tree.ts";
import type { TreesConfig } from "./trees-config.ts";

export const boostedModelSchema = z.strictObject({
  /** Log-odds or log-hazard before the first tree. */
  offset: z.number(),
  trees: z.array(treeSchema),
});

export type BoostedModel = z.infer<typeof boostedModelSchema>;

/** Trees at a learning rate of one; the tuning loss is flat, and few tuning onsets stop it too early. */
export interface Rounds {
  readonly most: number;
  /**
   * The model has at least these: in cross-validation ranking still gained up to about this many trees, most where
   * onsets were few.
   */
  readonly fewest: number;
  /** Without a better tuning loss. */
  readonly patience: number;
}

/** Chosen, as the defaults of the configuration, by cross-validation on Olmsted's development persons (docs/log.md). */
const ROUNDS: Rounds = { most: 24, fewest: 3.2, patience: 1.6 };

export function boostSettings(trees: TreesConfig, rounds: Partial<Rounds> = {}): BoostSettings {
  const { most, fewest, patience } = { ...ROUNDS, ...rounds };
  const scaled = (count: number): number => Math.round(count / trees.learningRate);
  return {
    rounds: scaled(most),
    minimumRounds: scaled(fewest),
    patience: scaled(patience),
    unitShare: 0.7,
    featureShare: trees.featureShare,
    penalty: trees.penalty,
    minimumChildHessian: trees.minimumLeafWeight,
    minimumGain: 0,
    maximumLeaves: trees.leaves,
    maximumDepth: trees.depth,
    learningRate: trees.learningRate,
    maximumStep: 1,
  };
}

/** @returns trees grown on everybody, and as many that know nothing of the tuning units */
export function tuneThenFit(
  loss: Loss,
  units: Int32Array,
  isTuning: Uint8Array,
  target: (units: Int32Array) => BoostTarget,
  settings: BoostSettings,
  random: Random,
): { trees: BoostedModel["trees"]; withoutTuning: BoostedModel["trees"] } {
  const learning = target(units.filter((unit) => isTuning[unit] !== 1));
  const checking = target(units.filter((unit) => isTuning[unit] === 1));
  const withoutTuning = boost(loss, learning, settings, random.fork("tune"), checking).trees;
  const rounds = withoutTuning.length;
  return {
    withoutTuning,
    trees: boost(loss, target(units), { ...settings, rounds }, random.fork("fit")).trees,
  };
}
