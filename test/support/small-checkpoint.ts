/** A checkpoint with random weights over the small cohort's vocabulary: enough to check what forecasting computes. */
import { join } from "node:path";
import { createRandom } from "../../src/effects/random.ts";
import { deriveArchitecture } from "../../src/network/architecture.ts";
import { initialParameters, parameterLayout } from "../../src/network/parameters.ts";
import { readVocabulary } from "../../src/tokens/tokenize.ts";
import type { Checkpoint } from "../../src/training/checkpoint.ts";

export async function randomCheckpoint(tokensFolder: string, keyValueHeads?: number): Promise<Checkpoint> {
  const vocabulary = await readVocabulary(join(tokensFolder, "vocabulary.json"));
  const derived = deriveArchitecture(
    { depth: 2, width: 32, heads: 4, feedForward: 40, context: 64 },
    { vocabulary: vocabulary.size, outcomes: 2, pieces: 3 },
  );
  const architecture = { ...derived, keyValueHeads: keyValueHeads ?? derived.keyValueHeads };
  const layout = parameterLayout(architecture);
  const random = createRandom("random checkpoint");
  const weights = initialParameters(layout, random);
  for (let i = 0; i < weights.length; i++) weights[i]! += 0.1 * random.normal();
  return {
    description: {
      schema: "longitude.checkpoint/1",
      architecture,
      outcomes: [
        { name: "onset", isDeath: false },
        { name: "death", isDeath: true },
      ],
      hazardEdgesYears: [1, 3],
    },
    architecture,
    layout,
    weights,
    vocabulary,
  };
}
