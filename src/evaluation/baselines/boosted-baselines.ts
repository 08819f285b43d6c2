/** Boosted trees for the status at a horizon: one binary model a task and horizon, IPCW-weighted. */
import type { Random } from "../../effects/random.ts";
import { type BinnedFeatures, selectUnits } from "../../trees/boosting/binned-features.ts";
import type { BoostTarget } from "../../trees/boosting/boost.ts";
import { rowPerUnit } from "../../trees/boosting/boosting-rows.ts";
import type { TreesConfig } from "../../trees/boosting/trees-config.ts";
import { type BoostedModel, boostSettings, tuneThenFit } from "../../trees/boosting/tune-then-fit.ts";
import type { Observations } from "../measures/observations.ts";
import { horizonTarget } from "./linear-baselines.ts";

interface BoostedRows {
  readonly features: BinnedFeatures;
  readonly observations: Observations;
  /** 1 where the person is of the tuning split. */
  readonly isTuning: Uint8Array;
}

export function fitTrees(
  rows: BoostedRows,
  horizonDays: number,
  config: TreesConfig,
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
  const { trees } = tuneThenFit("logistic", known, rows.isTuning, target, boostSettings(config), random);
  return { offset, trees };
}
