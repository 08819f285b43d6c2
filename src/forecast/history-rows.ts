/** Histories as the rows that a pass over windows takes: one history a row, read at its last token. */

export interface HistoryRows {
  readonly tokens: BigInt64Array;
  readonly positions: BigInt64Array;
  readonly segments: BigInt64Array;
  /** Position of the last token of each row, counted over all rows. */
  readonly reads: BigInt64Array;
}

/** @param rows at least as many as there are histories; those without one are padding */
export function historyRows(histories: readonly Int32Array[], rows: number, length: number): HistoryRows {
  const tokens = new BigInt64Array(rows * length);
  const positions = new BigInt64Array(rows * length);
  const segments = new BigInt64Array(rows * length);
  const reads = BigInt64Array.from({ length: rows }, (_, row) => BigInt(row * length));
  histories.forEach((history, row) => {
    history.forEach((token, i) => {
      tokens[row * length + i] = BigInt(token);
      positions[row * length + i] = BigInt(i);
      segments[row * length + i] = 1n;
    });
    reads[row] = BigInt(row * length + history.length - 1);
  });
  return { tokens, positions, segments, reads };
}

/** Few distinct row lengths, so that few graphs are opened: powers of two from 32, at most the context. */
export function rowLengthFor(longest: number, context: number): number {
  let length = 32;
  while (length < longest) length *= 2;
  return Math.max(longest, Math.min(length, context));
}

/** Every length that `rowLengthFor` gives for histories that fit the context. */
export function rowLengths(context: number): number[] {
  const lengths: number[] = [];
  for (let length = 32; length < context; length *= 2) lengths.push(length);
  return [...lengths, context];
}

const TOKENS_AT_ONCE = 2048;

/**
 * Takes many histories through a pass, those of like length together, so that little of a row is padding.
 * @param run gives one result for each of at most `batch` histories, each at most `length` long
 * @param tokensAtOnce of one pass, padding included: what a pass costs, however few histories it has
 * @returns results in the order of the histories
 */
export async function passOver<T>(
  histories: readonly Int32Array[],
  context: number,
  run: (histories: readonly Int32Array[], length: number, batch: number) => Promise<readonly T[]>,
  tokensAtOnce = TOKENS_AT_ONCE,
): Promise<T[]> {
  const lengthOf = (i: number) => (histories[i] as Int32Array).length;
  const order = histories.map((_, i) => i).sort((a, b) => lengthOf(a) - lengthOf(b) || a - b);
  const results: T[] = new Array(histories.length);
  for (let done = 0; done < order.length; ) {
    const longest = lengthOf(order[Math.min(done + 31, order.length - 1)] as number);
    const length = rowLengthFor(longest, context);
    const batch = Math.max(1, Math.floor(tokensAtOnce / length));
    const chosen = order.slice(done, done + batch).filter((i) => lengthOf(i) <= length);
    const rows = chosen.map((i) => histories[i] as Int32Array);
    const read = await run(rows, length, batch);
    chosen.forEach((i, row) => {
      results[i] = read[row] as T;
    });
    done += chosen.length;
  }
  return results;
}
