/** The `language:` section of longitude.yaml: which texts are learned, and by how big a model. */
import { z } from "zod";
import { textSourceSchema } from "../../tokens/text/text-sources.ts";
import { type TrainingConfig, trainingSchema } from "../training-config.ts";

export const languageSchema = z.strictObject({
  /** What the language model reads, one after the other. */
  sources: z.array(textSourceSchema).min(1),
  /** Byte-pair tokens learned on the training texts; the first 256 are the bytes. */
  vocabulary: z.int().min(256).max(65_536).default(4096),
  /** A pair of neighbours seen less often becomes no token. */
  minimumCount: z.int().min(2).default(5),
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
    .prefault({}),
});

export type LanguageConfig = z.output<typeof languageSchema>;

/** The language model's training as the engines take it. */
export function languageTraining({ training }: LanguageConfig): TrainingConfig {
  return { ...trainingSchema.parse({}), ...training };
}
