/**
 * Boosted trees of one task: a binary model per horizon, and person-year hazards. The number of trees is chosen by the
 * tuning persons' loss; the model is then grown again on training and tuning persons together.
 */
import type { Random } from "../../effects/random.ts";
import { type BinnedFeatures, selectUnits } from "../boosting/binned-features.ts";
import { type BoostSettings, type BoostTarget, boost, type Loss } from "../boosting/boost.ts";
import { rowPerUnit } from "../boosting/boosting-rows.ts";
import { hazardTarget, personYears } from "../boosting/person-years.ts";
import type { Observations } from "../measures/observations.ts";
import type { BoostedModel } from "./baseline-models.ts";
import { horizonTarget } from "./linear-baselines.ts";

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

export const HAZARD_SETTINGS: TunedSettings = { ...TREES_SETTINGS, minimumRounds: 90, maximumStep: 0.7 };

export interface TunedSettings extends BoostSettings {
  /**
   * Trees that the model has at least. The tuning loss is flat, and few tuning onsets stop it too early: in
   * cross-validation ranking still gained up to about this many trees, most where onsets were few.
   */
  readonly minimumRounds: number;
}

export interface BoostedRows {
  readonly features: BinnedFeatures;
  readonly observations: Observations;
  /** 1 where the person is of the tuning split. */
  readonly isTuning: Uint8Array;
}

export function fitTrees(
  rows: BoostedRows,
  horizonDays: number,
  settings: TunedSettings,
  random: Random,
): BoostedModel {
  const { y, weight } = horizonTarget(rows.observations, horizonDays);
  let cases = 0.5;
  let controls = 0.5;
  for (let i = 0; i < y.length; i++) {
    if (y[i] === 1) cases += weight[i] as number;
    else controls += weight[i] as number;
  }
  const offset = Math.log(cases / controls);
  const target = (units: Int32Array): BoostTarget => ({
    rows: rowPerUnit(selectUnits(rows.features, units)),
    y: Float64Array.from(units, (unit) => y[unit] as number),
    weight: Float64Array.from(units, (unit) => weight[unit] as number),
    offset: new Float64Array(units.length).fill(offset),
  });
  const known = Int32Array.from(y.keys()).filter((unit) => (weight[unit] as number) > 0);
  return { offset, trees: tuneThenFit("logistic", known, rows.isTuning, target, settings, random) };
}

/** @param event 1 where the event of this hazard happened at the end of a person's days */
export function fitHazard(
  rows: BoostedRows,
  event: Uint8Array,
  slotDays: number,
  settings: TunedSettings,
  random: Random,
): BoostedModel {
  const { days } = rows.observations;
  let events = 0.5;
  let exposure = 0;
  for (let i = 0; i < days.length; i++) {
    events += event[i] as number;
    exposure += (days[i] as number) / slotDays;
  }
  const offset = Math.log(events / Math.max(1, exposure));
  const target = (units: Int32Array): BoostTarget => {
    const table = personYears(
      Float64Array.from(units, (unit) => days[unit] as number),
      Uint8Array.from(units, (unit) => event[unit] as number),
      slotDays,
    );
    return hazardTarget(selectUnits(rows.features, units), table, () => offset);
  };
  const everyone = Int32Array.from(days.keys());
  return { offset, trees: tuneThenFit("poisson", everyone, rows.isTuning, target, settings, random) };
}

function tuneThenFit(
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
