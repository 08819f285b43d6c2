/**
 * A training run over texts: the same network, optimiser and engines as over timelines, the next sub-word instead of the
 * next event, and no onset head.
 */
import { join } from "node:path";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { TOKENIZER_MISMATCH } from "../../errors/registry.ts";
import { deriveArchitecture } from "../../network/architecture.ts";
import { initialParameters, parameterLayout } from "../../network/parameters.ts";
import { readTextShard } from "../../tokens/text/text-shard.ts";
import { readVocabulary } from "../../tokens/tokenize.ts";
import { type Checkpoint, readCheckpoint } from "../checkpoint.ts";
import { type PlannedBatch, planRows, rowLengthsFor, windowShapeFor } from "../epoch-plan.ts";
import { readTextTokenizer } from "../import/text-tokenizer.ts";
import { optimiserSettings, type RunSetUp } from "../run-set-up.ts";
import { copyWeights } from "../start-from.ts";
import type { TrainOptions } from "../train.ts";
import { trainingRandom } from "../trainer.ts";
import { emptyVectors } from "../training-state.ts";
import { buildBatch, type RowPart } from "../window-batch.ts";
import { textParts } from "./text-parts.ts";

/** Documents cannot have onsets. */
const NO_ONSETS = { outcomes: 0, edgesYears: [], washoutDays: [], isDeath: [] };

/** @throws TOKENIZER_MISMATCH when the texts were encoded for another model than `from` */
export async function setUpTextRun({
  tokens,
  config,
  from,
}: Pick<TrainOptions, "tokens" | "config" | "from">): Promise<RunSetUp> {
  const vocabulary = await readVocabulary(join(tokens, "vocabulary.json"));
  const start = from === undefined ? null : await readCheckpoint(from);
  if (start !== null && start.vocabulary.size !== vocabulary.size)
    throw new LongitudeError(TOKENIZER_MISMATCH, "the texts were encoded for another model than this one");
  const parts = (name: string): RowPart[] =>
    readTextShard(join(tokens, name)).flatMap((document) =>
      textParts(document, config.context).map((part) => ({ patient: null, part })),
    );
  const [train, tuning] = [parts("train.safetensors"), parts("tuning.safetensors")];
  const none = { vocabulary: vocabulary.size, outcomes: 0, pieces: 0 };
  const architecture =
    start === null
      ? deriveArchitecture(config, none)
      : { ...start.architecture, context: Math.max(start.architecture.context, config.context), ...none };
  const layout = parameterLayout(architecture);
  const random = trainingRandom(config.seed);
  const { batchTokens, threads } = config;
  const rowLengths = rowLengthsFor(config.context);
  const plan = { rowLengths, batchTokens, threads, reads: false };
  const batchOf = ({ rows, shape }: PlannedBatch) => buildBatch(rows, shape, NO_ONSETS, 1);
  const planned = (epoch: number) => planRows(train, plan, random.fork(`epoch ${epoch}`));
  const totalSteps = planned(0).length * config.epochs;
  return {
    architecture,
    layout,
    optimiser: optimiserSettings(config, architecture.width, totalSteps),
    losses: { dropout: config.dropout, onsetWeight: config.onsetWeight },
    shapes: rowLengths.map((time) => windowShapeFor(time, batchTokens, threads, false)),
    random: random.fork("trainer"),
    vocabulary,
    textTokenizer: await tokenizerFiles(start, tokens, vocabulary.file.textTokens, vocabulary),
    description: {
      schema: "longitude.checkpoint/1",
      architecture,
      outcomes: [],
      hazardEdgesYears: [],
    },
    persons: train.length,
    tuningPersons: tuning.length,
    totalSteps,
    tuning: planRows(tuning, plan, null).map(batchOf),
    plannedBatches: planned,
    batchOf,
    baseLogRates: new Float32Array(0),
    firstVectors() {
      const vectors = emptyVectors(layout);
      vectors.parameters.set(initialParameters(layout, random.fork("weights")));
      if (start !== null) copyWeights(start, layout, vectors.parameters);
      vectors.average.set(vectors.parameters);
      return vectors;
    },
  };
}

async function tokenizerFiles(
  start: Checkpoint | null,
  tokens: string,
  textTokens: number,
  vocabulary: RunSetUp["vocabulary"],
): Promise<ReadonlyMap<string, string> | undefined> {
  if (start !== null) return start.textTokenizer;
  return (await readTextTokenizer(tokens, textTokens)).extended(vocabulary);
}
