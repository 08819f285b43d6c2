/** Logits of our own reading of a checkpoint, one row a token: [time][vocabulary]. */
import { logitsGraph } from "../../src/network/logits-graph.ts";
import { GraphSession } from "../../src/network/session.ts";
import type { Checkpoint } from "../../src/training/checkpoint.ts";

export async function logitsOf(
  { architecture, weights }: Pick<Checkpoint, "architecture" | "weights">,
  ids: readonly number[],
): Promise<number[][]> {
  const time = ids.length;
  const session = await GraphSession.open(logitsGraph(architecture, { batch: 1, time }), 1);
  const { logits } = await session.run({
    parameters: weights,
    tokens: BigInt64Array.from(ids, BigInt),
    positions: BigInt64Array.from(ids, (_, i) => BigInt(i)),
    segments: new BigInt64Array(time).fill(1n),
  });
  await session.close();
  const size = architecture.vocabulary;
  return ids.map((_, row) => Array.from(logits as Float32Array).slice(row * size, (row + 1) * size));
}

export function largestDifference(a: readonly number[][], b: readonly number[][]): number {
  return Math.max(...a.flatMap((row, i) => row.map((value, k) => Math.abs(value - (b[i]?.[k] ?? NaN)))));
}
