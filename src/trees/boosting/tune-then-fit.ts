/** Boosting whose number of trees is chosen by the tuning persons' loss, grown again on everybody. */
import { z } from "zod";
import type { Random } from "../../effects/random.ts";
import { type BoostSettings, type BoostTarget, boost, type Loss } from "./boost.ts";
import { treeSchema } from "./tree.ts";

export const boostedModelSchema = z.strictObject({
  /** Log-odds or log-hazard before the first tree. */
  offset: z.number(),
  trees: z.array(treeSchema),
});

export type BoostedModel = z.infer<typeof boostedModelSchema>;

export interface TunedSettings extends BoostSettings {
  /**
   * Trees that the model has at least. The tuning loss is flat, and few tuning onsets stop it too early: in
   * cross-validation ranking still gained up to about this many trees, most where onsets were few.
   */
  readonly minimumRounds: number;
}

/** Chosen by cross-validation on development persons of the Olmsted cohort; docs/log.md has the figures. */
export const TREES_SETTINGS: TunedSettings = {
  rounds: 300,
  minimumRounds: 40,
  unitShare: 0.7,
  featureShare: 0.5,
  patience: 20,
  penalty: 20,
  minimumChildHessian: 10,
  minimumGain: 0,
  maximumLeaves: 6,
  maximumDepth: 4,
  learningRate: 0.08,
  maximumStep: 1,
};

export function tuneThenFit(
  loss: Loss,
  units: Int32Array,
  isTuning: Uint8Array,
  target: (units: Int32Array) => BoostTarget,
  settings: TunedSettings,
  random: Random,
): BoostedModel["trees"] {
  const learning = target(units.filter((unit) => isTuning[unit] !== 1));
  const checking = target(units.filter((unit) => isTuning[unit] === 1));
  const tuned = boost(loss, learning, settings, random.fork("tune"), checking).trees.length;
  const rounds = Math.max(tuned, settings.minimumRounds);
  return boost(loss, target(units), { ...settings, rounds }, random.fork("fit")).trees;
}
