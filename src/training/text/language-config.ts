/** The `language:` section of longitude.yaml: which texts are learned, and by how big a model. */
import { z } from "zod";
import { textTokensSchema } from "../../tokens/text/text-tokens-config.ts";
import { type TrainingConfig, trainingSchema } from "../training-config.ts";

export const languageSchema = z.strictObject({
  ...textTokensSchema.shape,
  /** Sizes and schedule; the same keys as in `training`, without those that are about onsets. */
  training: trainingSchema
    .omit({
      onsetWeight: true,
      beforeIndexWeight: true,
      hazardEdges: true,
      learnUntil: true,
      treeHead: true,
      plantedRecords: true,
    })
    .prefault({ depth: 4, context: 256, epochs: 3, dropout: 0 }),
});

export type LanguageConfig = z.output<typeof languageSchema>;

/** The language model's training as the engines take it. */
export function languageTraining({ training }: LanguageConfig): TrainingConfig {
  return { ...trainingSchema.parse({}), ...training };
}
