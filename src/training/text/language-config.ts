/** The `language:` section of longitude.yaml: which texts are learned, and by how big a model. */
import { z } from "zod";
import { textSourceSchema } from "../../tokens/text/text-sources.ts";
import { derivedLearningRate, type TrainingConfig, trainingSchema } from "../training-config.ts";

const pairsSchema = z.union(
  [
    z.strictObject({
      /** Pairs of `answers.ndjson` in the site's vetting folder, vetted one by one; instead of a file. */
      vetted: z.literal("site"),
    }),
    z.strictObject({
      /** NDJSON or CSV, plain or gzip; relative to longitude.yaml. Who vetted it stands in `<file>.provenance.json`. */
      file: z.string().min(1),
      /** Field of the file with the question, which is read. */
      question: z.string().min(1).default("question"),
      /** Field of the file with the answer, which alone is learned. */
      answer: z.string().min(1).default("answer"),
      /** Field whose value keeps pairs together in one split. */
      group: z.string().min(1).optional(),
    }),
  ],
  { error: "pairs are `vetted: site`, or a `file` with its provenance beside it" },
);

const instructionsSchema = z.strictObject({
  /** Vetted question-answer pairs; others are left out and counted. */
  pairs: z.array(pairsSchema).min(1),
  /** Passes over the pairs, at most. */
  epochs: z.int().min(1).default(3),
  /** Peak learning rate; a third of that of `training` when absent. */
  learningRate: z.number().positive().optional(),
});

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
  /** What the trained language model is then taught: to answer questions. */
  instructions: instructionsSchema.optional(),
});

export type InstructionsConfig = z.output<typeof instructionsSchema>;
export type LanguageConfig = z.output<typeof languageSchema>;

/** The language model's training as the engines take it. */
export function languageTraining({ training }: LanguageConfig): TrainingConfig {
  return { ...trainingSchema.parse({}), ...training };
}

/** How the finished language model is taught to answer, whose width is `width`. */
export function instructionTraining(
  language: LanguageConfig,
  { epochs, learningRate }: InstructionsConfig,
  width: number,
): TrainingConfig {
  const training = languageTraining(language);
  const peak = training.learningRate ?? derivedLearningRate(width);
  return { ...training, epochs, learningRate: learningRate ?? peak / 3 };
}
