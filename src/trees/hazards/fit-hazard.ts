/** Boosted hazard of one event in person-time: Poisson in slots, number of trees chosen on tuning persons. */
import type { Random } from "../../effects/random.ts";
import { type BinnedFeatures, selectUnits } from "../boosting/binned-features.ts";
import type { BoostTarget } from "../boosting/boost.ts";
import { hazardTarget, personYears } from "../boosting/person-years.ts";
import type { TreesConfig } from "../boosting/trees-config.ts";
import { type BoostedModel, boostSettings, tuneThenFit } from "../boosting/tune-then-fit.ts";

const FEWEST_ROUNDS = 7.2;
const MAXIMUM_STEP = 0.7;

export interface FittedHazard {
  readonly model: BoostedModel;
  /** The same without the tuning persons: what it says about them it has not learned from them. */
  readonly withoutTuning: BoostedModel;
}

/** One row a person and window of follow-up. */
export interface HazardRows {
  readonly features: BinnedFeatures;
  /** Length of follow-up in the window; > 0. */
  readonly days: Float64Array;
  /** 1 where the event happened at the end of a row's days. */
  readonly event: Uint8Array;
  /** 1 where the person is of the tuning split. */
  readonly isTuning: Uint8Array;
}

export function fitHazard(
  rows: HazardRows,
  slotDays: number,
  config: TreesConfig,
  random: Random,
): FittedHazard {
  const { days, event } = rows;
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
  const settings = { ...boostSettings(config, { fewest: FEWEST_ROUNDS }), maximumStep: MAXIMUM_STEP };
  const { trees, withoutTuning } = tuneThenFit("poisson", everyone, rows.isTuning, target, settings, random);
  return { model: { offset, trees }, withoutTuning: { offset, trees: withoutTuning } };
}
