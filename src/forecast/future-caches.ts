/**
 * Keys and values of the tokens that futures have been fed, one slot a step. The caches are inputs of the step graph
 * and are written in place between steps, so that no step copies them.
 */
import type { Architecture } from "../network/architecture.ts";
import type { CacheName, DecodingShape } from "../network/decoding-graph.ts";
import type { TensorData } from "../network/session.ts";

export type Caches = Record<CacheName, Float32Array>;

export function emptyCaches(architecture: Architecture, shape: DecodingShape): Caches {
  const { depth, headWidth, keyValueHeads } = architecture;
  const size = shape.patients * keyValueHeads * shape.futures * shape.future * headWidth;
  const caches: Record<string, Float32Array> = {};
  for (let layer = 0; layer < depth; layer++) {
    caches[`keys.${layer}`] = new Float32Array(size);
    caches[`values.${layer}`] = new Float32Array(size);
  }
  return caches as Caches;
}

/** Writes a step's new keys and values into slot `at` of the caches, in place. */
export function remember(
  caches: Caches,
  results: Readonly<Record<string, TensorData>>,
  at: number,
  slots: number,
  headWidth: number,
): void {
  for (const [name, cache] of Object.entries(caches)) {
    const added =
      results[
        name.startsWith("keys") ? name.replace("keys", "newKeys") : name.replace("values", "newValues")
      ];
    const vectors = added as Float32Array;
    for (let from = 0, row = 0; from < vectors.length; from += headWidth, row++) {
      cache.set(vectors.subarray(from, from + headWidth), (row * slots + at) * headWidth);
    }
  }
}
