/**
 * Quantile bins of numeric values, one set of edges a code and unit, learned on training persons only.
 * Invariant: memory is bounded: beyond `SAMPLE_SIZE` values of one code and unit a seeded reservoir stands for them.
 */
import type { Random } from "../effects/random.ts";

const SAMPLE_SIZE = 100_000;

/** What names a set of bins: `code` alone, or `code//unit`. */
export function binKey(code: string, unit: string | null): string {
  return unit === null || unit === "" || unit === "1" ? code : `${code}//${unit}`;
}

export class ValueSampler {
  private readonly reservoirs = new Map<string, { values: Float64Array; seen: number }>();

  constructor(private readonly random: Random) {}

  add(key: string, value: number): void {
    let reservoir = this.reservoirs.get(key);
    if (reservoir === undefined) {
      reservoir = { values: new Float64Array(1024), seen: 0 };
      this.reservoirs.set(key, reservoir);
    }
    const at = reservoir.seen < SAMPLE_SIZE ? reservoir.seen : this.random.integer(reservoir.seen + 1);
    reservoir.seen++;
    if (at >= SAMPLE_SIZE) return;
    if (at >= reservoir.values.length) {
      const larger = new Float64Array(Math.min(SAMPLE_SIZE, reservoir.values.length * 4));
      larger.set(reservoir.values);
      reservoir.values = larger;
    }
    reservoir.values[at] = value;
  }

  /** Inner edges of at most `bins` bins a key, ascending and distinct; keys with fewer than `minimum` values left out. */
  edges(bins: number, minimum: number): Map<string, number[]> {
    return this.eachSorted(minimum, (sorted) => quantileEdges(sorted, bins));
  }

  /** `count` evenly spaced quantiles a key; fewer than `minimum` values: left out. */
  quantiles(count: number, minimum: number): Map<string, number[]> {
    return this.eachSorted(minimum, (sorted) => evenQuantiles(sorted, count));
  }

  private eachSorted(minimum: number, of: (sorted: Float64Array) => number[]): Map<string, number[]> {
    const result = new Map<string, number[]>();
    for (const [key, { values, seen }] of [...this.reservoirs].sort(([a], [b]) => (a < b ? -1 : 1)))
      if (seen >= minimum) result.set(key, of(values.slice(0, Math.min(seen, SAMPLE_SIZE)).sort()));
    return result;
  }
}

/** Midpoint quantiles (i + 0.5) / count: none is the least or the greatest value of a person unless values are few. */
function evenQuantiles(sorted: Float64Array, count: number): number[] {
  return Array.from(
    { length: count },
    (_, i) => sorted[Math.floor(((i + 0.5) * sorted.length) / count)] as number,
  );
}

/**
 * Inner edges such that bin i holds values with edge[i-1] <= value < edge[i]. Few distinct values get a bin each.
 * @param sorted values, ascending
 */
export function quantileEdges(sorted: Float64Array, bins: number): number[] {
  const distinct: number[] = [];
  for (const value of sorted) {
    if (distinct.length === 0 || value !== distinct.at(-1)) distinct.push(value);
    if (distinct.length > bins) break;
  }
  if (distinct.length <= bins) {
    return distinct.slice(1).map((value, i) => (value + (distinct[i] as number)) / 2);
  }
  const edges = new Set<number>();
  for (let i = 1; i < bins; i++) {
    const edge = sorted[Math.floor((i * sorted.length) / bins)] as number;
    if (edge > (sorted[0] as number)) edges.add(edge);
  }
  return [...edges];
}

/** Bin of a value: the number of edges at or below it. */
export function binOf(edges: readonly number[], value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
