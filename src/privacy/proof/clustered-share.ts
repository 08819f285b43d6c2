/**
 * A share of things that come in clusters, as identifiers do in texts: what is missed in one text is missed again in the same
 * text, so that a hundred identifiers in ten texts say less than a hundred in a hundred.
 * Wilson's score interval at the effective size n / deff; deff is the variance of the ratio over clusters (Cochran 1977,
 * Sampling Techniques, 6.8) divided by that of independent ones, never below 1. Where nothing differs between clusters, because
 * all or none are hits, the effect cannot be measured, and each cluster counts as one.
 */
import { wilson } from "./wilson.ts";

export interface Cluster {
  readonly hits: number;
  readonly n: number;
}

/** @returns value, 95 % interval and the number of things, not of clusters */
export function clusteredShare(clusters: readonly Cluster[]): ReturnType<typeof wilson> {
  const counted = clusters.filter(({ n }) => n > 0);
  const n = counted.reduce((sum, one) => sum + one.n, 0);
  const hits = counted.reduce((sum, one) => sum + one.hits, 0);
  if (n === 0) return wilson(0, 0);
  const effective = n / designEffect(counted, hits / n, n);
  const share = wilson((hits / n) * effective, effective);
  return {
    ...share,
    n,
    method: `Wilson score, 95 %, at ${effective.toFixed(1)} effective of ${n} in ${counted.length} texts`,
  };
}

function designEffect(clusters: readonly Cluster[], share: number, n: number): number {
  const k = clusters.length;
  const independent = (share * (1 - share)) / n;
  if (k < 2 || independent === 0) return n / k;
  const spread = clusters.reduce((sum, one) => sum + (one.hits - share * one.n) ** 2, 0);
  const clustered = ((k / (k - 1)) * spread) / n ** 2;
  return Math.min(n, Math.max(1, clustered / independent));
}
