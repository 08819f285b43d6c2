/**
 * A language model → one that has been taught to answer, on vetted pairs alone, as a stage of the site: the question is
 * read, the answer learned. What held-out answers cost in bits per byte is measured before and after.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRandom } from "../../effects/random.ts";
import {
  type BitsPerByte,
  type BitsPerByteChange,
  bitsPerByte,
  bitsPerByteChange,
} from "../../evaluation/measures/bits-per-byte.ts";
import { type EncodedDocument, readTextShard } from "../../tokens/text/text-shard.ts";
import { readCheckpoint } from "../../training/checkpoint.ts";
import { runLogPath, withRunLog } from "../../training/run-log.ts";
import { instructionTraining } from "../../training/text/language-config.ts";
import { setUpTextRun } from "../../training/text/set-up-text-run.ts";
import { TokenReader } from "../../training/text/token-reader.ts";
import { trainWithTorch } from "../../training/torch/train-with-torch.ts";
import { type TrainOptions, train } from "../../training/train.ts";
import type { Stage, StageContext } from "../pipeline.ts";
import { languageOf } from "./language-of.ts";
import { openingOf, progressOf } from "./model-stage.ts";
import { PAIRS_FILE } from "./pairs-stage.ts";
import { instructionsOf } from "./vetted-pairs.ts";

const MEASURE_FILE = "instructions.json";

export const instructionsStage: Stage = {
  name: "instructions",
  schemaVersion: 1,
  module: import.meta.filename,
  inputs: ["language", "pairs"],
  configuration: (site) => {
    const { from: _, processes: __, ...recipe } = languageOf(site).training;
    const { epochs, learningRate } = instructionsOf(site);
    return { training: recipe, epochs, learningRate: learningRate ?? null };
  },
  async *run(context) {
    const options = await optionsOf(context);
    const events =
      options.config.engine === "torch" ? trainWithTorch(options) : train(options, context.effects);
    const log = runLogPath(context.site.folder, context.id);
    const running = withRunLog(events, log, openingOf(instructionsStage, context), context.effects);
    for await (const event of running) {
      if (event.kind === "step") yield progressOf(event);
      if (event.kind !== "done") continue;
      yield { step: "measuring held-out answers", done: 0, total: null, unit: "pairs" };
      const figures = {
        schema: "longitude.instructions/1",
        epochs: event.curve.length,
        bestEpoch: event.bestEpoch,
        learningRate: options.config.learningRate ?? null,
        seconds: event.seconds,
        heldOut: await beforeAndAfter(context, options),
        pairs: JSON.parse(await readFile(join(context.input("pairs").folder, PAIRS_FILE), "utf8")) as unknown,
      };
      await writeFile(join(context.folder, MEASURE_FILE), `${JSON.stringify(figures, null, 2)}\n`);
      return { headline: headlineOf(figures), figures };
    }
    throw new TypeError("training ended without its result");
  },
};

interface BeforeAndAfter {
  readonly before: BitsPerByte;
  readonly after: BitsPerByte;
  readonly change: BitsPerByteChange;
}

/** Null where no pair is held out. */
async function beforeAndAfter(
  { folder, input }: StageContext,
  { config }: TrainOptions,
): Promise<BeforeAndAfter | null> {
  const documents = readTextShard(join(input("pairs").folder, "held_out.safetensors"));
  if (documents.length === 0) return null;
  const before = await lossesOf(input("language").folder, documents, config);
  const after = await lossesOf(folder, documents, config);
  // Forks of one name draw the same documents.
  const random = () => createRandom(config.seed).fork("bits per byte");
  return {
    before: bitsPerByte(documents, before, random()),
    after: bitsPerByte(documents, after, random()),
    change: bitsPerByteChange(documents, before, after, random()),
  };
}

async function lossesOf(
  folder: string,
  documents: readonly EncodedDocument[],
  { threads, context }: TrainOptions["config"],
) {
  const reader = new TokenReader(await readCheckpoint(folder), threads, context);
  try {
    return await reader.losses(documents);
  } finally {
    await reader.close();
  }
}

async function optionsOf({ site, id, folder, scratch, input }: StageContext): Promise<TrainOptions> {
  const start = input("language").folder;
  const { architecture } = await readCheckpoint(start);
  return {
    tokens: input("pairs").folder,
    outcomes: [],
    config: instructionTraining(languageOf(site), instructionsOf(site), architecture.width),
    from: start,
    setUp: setUpTextRun,
    out: folder,
    work: scratch,
    run: id,
  };
}

function headlineOf({
  heldOut,
  epochs,
  bestEpoch,
}: {
  readonly heldOut: BeforeAndAfter | null;
  readonly epochs: number;
  readonly bestEpoch: number;
}): string {
  if (heldOut === null) return `best after epoch ${bestEpoch + 1} of ${epochs}, no pair is held out`;
  const { before, after, change } = heldOut;
  return `answers of ${after.documents} held-out questions: ${before.value.toFixed(3)} bits per byte before, ${after.value.toFixed(3)} after, change ${change.value.toFixed(3)} (${change.low.toFixed(3)} to ${change.high.toFixed(3)}); best after epoch ${bestEpoch + 1} of ${epochs}`;
}
