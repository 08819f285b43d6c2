/**
 * How right a definition is, by chart review of a stratified sample: positive predictive value and sensitivity.
 * A reviewed person of stratum h stands for N_h / n_h people (Horvitz & Thompson 1952), so that totals are unbiased
 * whatever was drawn from where. Intervals are melded (Fay, Proschan & Brittain 2015): a stratum's share has the lower
 * confidence distribution Beta(t, n − t + 1) and the upper one Beta(t + 1, n − t), of which the exact binomial limits
 * are quantiles; each end of the interval draws every stratum from the one that moves the figure towards that end. So a
 * sample of negatives in which no case was found does not claim to know that there is none.
 */
import type { Random } from "../../effects/random.ts";
import type { Interval } from "./interval.ts";

export interface ReviewedStratum {
  /** Whether the definition finds these people. */
  readonly found: boolean;
  /** People in it, N_h. */
  readonly population: number;
  /** With a settled label, n_h. */
  readonly reviewed: number;
  /** Of them with the outcome. */
  readonly present: number;
}

export interface DefinitionAccuracy {
  /** Of those whom the definition finds, the share who have the outcome; null without a reviewed one. */
  readonly positivePredictiveValue: Interval | null;
  /** Of those who have the outcome, the share whom the definition finds; null while a stratum has no label. */
  readonly sensitivity: Interval | null;
  /** Share of all people who have it. */
  readonly prevalence: Interval | null;
}

const DRAWS = 4000;
const METHOD = `inverse-probability weights, melded exact interval, ${DRAWS} draws`;

export function definitionAccuracy(strata: readonly ReviewedStratum[], random: Random): DefinitionAccuracy {
  const inhabited = strata.filter(({ population }) => population > 0);
  const found = inhabited.filter((stratum) => stratum.found);
  const complete = inhabited.length > 0 && inhabited.every(({ reviewed }) => reviewed > 0);
  const foundComplete = found.length > 0 && found.every(({ reviewed }) => reviewed > 0);
  const everybody = inhabited.reduce((sum, { population }) => sum + population, 0);
  const of = (one: readonly ReviewedStratum[], figure: Figure, label: string) =>
    interval(one, figure, random.fork(label));
  const ppv: Figure = {
    value: (share) => total(found, share) / total(found, () => 1),
    grows: () => true,
  };
  const sensitivity: Figure = {
    value: (share) => total(found, share) / total(inhabited, share),
    grows: (stratum) => stratum.found,
  };
  const prevalence: Figure = {
    value: (share) => total(inhabited, share) / everybody,
    grows: () => true,
  };
  return {
    positivePredictiveValue: foundComplete ? of(found, ppv, "ppv") : null,
    sensitivity: complete ? of(inhabited, sensitivity, "sensitivity") : null,
    prevalence: complete ? of(inhabited, prevalence, "prevalence") : null,
  };
}

interface Figure {
  value(share: Share): number;
  /** Whether it grows with the share of a stratum, or shrinks. */
  grows(stratum: ReviewedStratum): boolean;
}

/** The share with the outcome in a stratum: as counted, or as drawn from what it could be. */
type Share = (stratum: ReviewedStratum) => number;

function total(strata: readonly ReviewedStratum[], share: Share): number {
  return strata.reduce((sum, stratum) => sum + stratum.population * share(stratum), 0);
}

function interval(strata: readonly ReviewedStratum[], figure: Figure, random: Random): Interval | null {
  const value = figure.value(({ present, reviewed }) => present / reviewed);
  if (!Number.isFinite(value)) return null;
  const end = (upper: boolean, rank: number) => {
    const draws = Float64Array.from({ length: DRAWS }, () => {
      const drawn = new Map(
        strata.map((stratum) => [stratum, drawShare(stratum, figure.grows(stratum) === upper, random)]),
      );
      return figure.value((stratum) => drawn.get(stratum) ?? 0);
    });
    return draws.filter(Number.isFinite).sort().at(rank) ?? value;
  };
  return {
    value,
    low: Math.min(value, end(false, Math.floor(0.025 * DRAWS))),
    high: Math.max(value, end(true, -1 - Math.floor(0.025 * DRAWS))),
    n: strata.reduce((sum, { reviewed }) => sum + reviewed, 0),
    method: METHOD,
  };
}

/** What everybody's share may be, knowing the reviewed ones: a census leaves nothing to draw. */
function drawShare(
  { population, reviewed, present }: ReviewedStratum,
  upper: boolean,
  random: Random,
): number {
  const yes = gamma(present + (upper ? 1 : 0), random);
  const no = gamma(reviewed - present + (upper ? 0 : 1), random);
  return (present + (population - reviewed) * (yes / (yes + no))) / population;
}

/** A gamma variate of scale 1 for a whole number of at least 1 (Marsaglia & Tsang 2000); 0 for shape 0. */
function gamma(shape: number, random: Random): number {
  if (shape === 0) return 0;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
