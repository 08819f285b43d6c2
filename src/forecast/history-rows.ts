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
