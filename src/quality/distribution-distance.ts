/** How far apart two distributions are. */

/** The share of values up to each of some values that occur, ascending; the last share is 1. */
export interface Cumulative {
  readonly n: number;
  readonly x: readonly number[];
  readonly below: readonly number[];
}

/** Share of values ≤ `value`. */
export function shareBelow({ x, below }: Cumulative, value: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : below[low - 1]!;
}

/** Kolmogorov–Smirnov statistic: the largest difference of the two cumulative shares. */
export function ksDistance(a: Cumulative, b: Cumulative): number {
  let largest = 0;
  for (const value of [...a.x, ...b.x]) {
    largest = Math.max(largest, Math.abs(shareBelow(a, value) - shareBelow(b, value)));
  }
  return largest;
}

/** The distance that two samples of one distribution exceed once in a thousand times (Smirnov 1948, large samples). */
export function ksByChance(n: number, m: number): number {
  return Math.sqrt(-Math.log(0.001 / 2) / 2) * Math.sqrt((n + m) / (n * m));
}

/**
 * Population stability index over given shares: Σ (now − before) × ln(now / before). An empty bin counts half an event.
 * @param n number of events behind each side's shares
 */
export function psi(
  before: readonly number[],
  now: readonly number[],
  n: { readonly before: number; readonly now: number },
): number {
  let sum = 0;
  for (const [i, share] of before.entries()) {
    const was = Math.max(share, 0.5 / n.before);
    const is = Math.max(now[i] ?? 0, 0.5 / n.now);
    sum += (is - was) * Math.log(is / was);
  }
  return sum;
}

/** PSI over tenths of the earlier distribution; tenths that fall on one value are one bin. */
export function valuePsi(before: Cumulative, now: Cumulative): number {
  const edges: number[] = [];
  for (let tenth = 1; tenth < 10; tenth++) {
    const edge = quantileOf(before, tenth / 10);
    if (edge !== edges.at(-1) && edge !== before.x.at(-1)) edges.push(edge);
  }
  const shares = (side: Cumulative): number[] => {
    const upTo = [0, ...edges.map((edge) => shareBelow(side, edge)), 1];
    return upTo.slice(1).map((share, i) => share - upTo[i]!);
  };
  return psi(shares(before), shares(now), { before: before.n, now: now.n });
}

/** The least value that occurs up to which at least this share of the values lies. */
export function quantileOf({ x, below }: Pick<Cumulative, "x" | "below">, share: number): number {
  const at = below.findIndex((reached) => reached >= share - 1e-12);
  return x[at < 0 ? x.length - 1 : at] ?? Number.NaN;
}
