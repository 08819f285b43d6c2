/**
 * Fits the boosted hazards of every outcome, and of death, on development persons; an outcome without an onset among
 * them gets none.
 * Invariants: held-out persons are not passed in; the same persons, definitions and seed give the same trees.
 */
import { createRandom } from "../../effects/random.ts";
import { predictionDay } from "../../vetting/label.ts";
import { type OutcomesSection, resolveOutcomes } from "../../vetting/outcome-definition.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import type { TreesConfig } from "../boosting/trees-config.ts";
import { learnFeatureCatalogue } from "../features/feature-catalogue.ts";
import { type FittedHazard, fitHazard, type HazardRows } from "./fit-hazard.ts";
import { deathRows, onsetRows, openHazardPool } from "./hazard-pool.ts";
import { slotDaysOf } from "./hazard-slots.ts";
import { landmarksOf } from "./landmarks-of.ts";
import { EQUAL_SHARE, type TreeHead } from "./tree-head.ts";

export interface FitTreeHeadInput {
  /** Development persons: the training and tuning splits. */
  readonly histories: readonly PatientHistory[];
  /** 1 where the person of the same position belongs to the tuning split. */
  readonly isTuning: Uint8Array;
  /** The written outcomes, with which `histories` were built. */
  readonly outcomes: OutcomesSection;
  readonly trees: TreesConfig;
  readonly seed: number;
}

export interface FitTreeHeadEvent {
  readonly kind: "hazard fitted";
  readonly outcome: string;
  readonly done: number;
  readonly total: number;
}

export interface FittedTreeHead {
  readonly head: TreeHead;
  /** The same without the tuning persons. */
  readonly withoutTuning: TreeHead;
}

export async function* fitTreeHead(
  input: FitTreeHeadInput,
): AsyncGenerator<FitTreeHeadEvent, FittedTreeHead, void> {
  const { histories, isTuning, trees, seed } = input;
  const definitions = resolveOutcomes(input.outcomes);
  const times = landmarksOf(definitions);
  const catalogue = learnFeatureCatalogue(histories, (history) =>
    times.map((time) => predictionDay(history, time)),
  );
  const pool = openHazardPool(catalogue, histories, times);
  const slotDays = slotDaysOf(times);
  const ofDeath = deathRows(pool, histories, isTuning);
  const death = ofDeath.event.includes(1)
    ? fitHazard(ofDeath, slotDays, trees, createRandom(seed).fork("hazard of death"))
    : null;
  const fitted: { outcome: string; hazard: FittedHazard }[] = [];
  for (const [k, outcome] of definitions.entries()) {
    const rows = onsetRows(pool, histories, isTuning, outcome, k);
    const random = createRandom(seed).fork(`hazard of ${outcome.name}`);
    const isDeath = death !== null && sameRows(rows, ofDeath);
    if (rows.event.includes(1))
      fitted.push({
        outcome: outcome.name,
        hazard: isDeath ? death : fitHazard(rows, slotDays, trees, random),
      });
    yield { kind: "hazard fitted", outcome: outcome.name, done: k + 1, total: definitions.length };
  }
  const headOf = (which: keyof FittedHazard): TreeHead => ({
    catalogue,
    share: EQUAL_SHARE,
    hazards: {
      slotDays,
      cuts: pool.cuts,
      death: death?.[which] ?? null,
      outcomes: fitted.map(({ outcome, hazard }) => ({ outcome, model: hazard[which] })),
    },
  });
  return { head: headOf("model"), withoutTuning: headOf("withoutTuning") };
}

/** Whether an outcome's rows are those of death, so that one model serves both. */
function sameRows(a: HazardRows, b: HazardRows): boolean {
  const same = (x: ArrayLike<number>, y: ArrayLike<number>): boolean =>
    x.length === y.length && Array.prototype.every.call(x, (value, i) => value === y[i]);
  return same(a.event, b.event) && same(a.days, b.days) && same(a.features.bins, b.features.bins);
}
