/**
 * How far what comes in, and what goes out, lies from what the release was made and measured with.
 * Both are population stability indices less their expectation under no change, (bins - 1) / n (Yurdakul 2018), so that few
 * persons raise no alarm by chance alone.
 */
import { psi } from "../../quality/distribution-distance.ts";
import { binOf } from "../../tokens/value-bins.ts";
import type { VocabularyFile } from "../../tokens/vocabulary.ts";
import type { ServedTask } from "../answers/served-model.ts";

export interface Drift {
  /** At least 0. */
  readonly psi: number;
  /** Persons, one value each. */
  readonly n: number;
}

/** Persons behind the training shares are many: what an empty bin counts as. */
const MANY = 100_000;

/**
 * Of one measured quantity.
 * @param key code and unit as the vocabulary has them
 * @param values the newest of each person
 */
export function inputDrift(vocabulary: VocabularyFile, key: string, values: readonly number[]): Drift | null {
  const edges = vocabulary.edges[key];
  const quantiles = vocabulary.quantiles?.[key];
  if (edges === undefined || edges.length === 0 || quantiles === undefined) return null;
  const shares = (of: readonly number[]) =>
    sharesOf(
      of.map((value) => binOf(edges, value)),
      edges.length + 1,
    );
  return corrected(shares(quantiles), shares(values), values.length);
}

/** Of one outcome at one horizon, in the groups of the held-out persons' calibration; null without them. */
export function scoreDrift(
  { evidence }: Pick<ServedTask, "evidence">,
  risks: readonly number[],
): Drift | null {
  const groups = evidence?.curves.longitude?.calibration ?? [];
  if (groups.length < 2) return null;
  const edges = groups.slice(1).map(({ meanRisk }, i) => (meanRisk + (groups[i]?.meanRisk ?? 0)) / 2);
  const persons = groups.reduce((sum, { n }) => sum + n, 0);
  const before = groups.map(({ n }) => n / persons);
  const now = sharesOf(
    risks.map((risk) => binOf(edges, risk)),
    groups.length,
  );
  return corrected(before, now, risks.length);
}

function sharesOf(bins: readonly number[], count: number): number[] {
  const shares = new Array<number>(count).fill(0);
  for (const bin of bins) shares[bin] = (shares[bin] ?? 0) + 1 / bins.length;
  return shares;
}

function corrected(before: readonly number[], now: readonly number[], n: number): Drift {
  const raw = psi(before, now, { before: MANY, now: n });
  return { psi: Math.max(0, raw - (before.length - 1) / n), n };
}
