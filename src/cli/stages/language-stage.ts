/** Encoded texts → a language model that shares the site's clinical tokens, as a stage of the site. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { contentHash, memoryFileOf } from "../../artefacts/content-hash.ts";
import { createRandom } from "../../effects/random.ts";
import { type BitsPerByte, bitsPerByte } from "../../evaluation/measures/bits-per-byte.ts";
import { readTextShard } from "../../tokens/text/text-shard.ts";
import { readCheckpoint } from "../../training/checkpoint.ts";
import { runLogPath, withRunLog } from "../../training/run-log.ts";
import { languageTraining } from "../../training/text/language-config.ts";
import { setUpTextRun } from "../../training/text/set-up-text-run.ts";
import { TokenReader } from "../../training/text/token-reader.ts";
import { trainWithTorch } from "../../training/torch/train-with-torch.ts";
import { type TrainOptions, train } from "../../training/train.ts";
import type { Stage, StageContext } from "../pipeline.ts";
import { languageOf } from "./language-of.ts";
import { openingOf, progressOf } from "./model-stage.ts";

const MEASURE_FILE = "language.json";

export const languageStage: Stage = {
  name: "language",
  schemaVersion: 1,
  module: import.meta.filename,
  inputs: ["text"],
  outsideInputs: async (site) => {
    const { from } = languageOf(site).training;
    return from === undefined
      ? {}
      : { from: await contentHash(join(from, "model.safetensors"), memoryFileOf(site.folder)) };
  },
  configuration: (site) => {
    const { from: _, processes: __, ...recipe } = languageOf(site).training;
    return { training: recipe };
  },
  async *run(context) {
    const options = optionsOf(context);
    const events =
      options.config.engine === "torch" ? trainWithTorch(options) : train(options, context.effects);
    const log = runLogPath(context.site.folder, context.id);
    const running = withRunLog(events, log, openingOf(languageStage, context), context.effects);
    let parameters = 0;
    for await (const event of running) {
      if (event.kind === "start") parameters = event.parameters;
      if (event.kind === "step") yield progressOf(event);
      if (event.kind !== "done") continue;
      yield { step: "measuring held-out texts", done: 0, total: null, unit: "documents" };
      const heldOut = await measure(context, options);
      const figures = {
        parameters,
        epochs: event.curve.length,
        bestEpoch: event.bestEpoch,
        seconds: event.seconds,
        realTokensPerSecond: event.realTokens / Math.max(event.seconds, 1e-3),
        heldOut,
      };
      await writeFile(join(context.folder, MEASURE_FILE), `${JSON.stringify(figures, null, 2)}\n`);
      return { headline: headlineOf(figures), figures };
    }
    throw new TypeError("training ended without its result");
  },
};

/** Null where no text is held out. */
async function measure(
  { folder, input }: StageContext,
  { config }: TrainOptions,
): Promise<BitsPerByte | null> {
  const documents = readTextShard(join(input("text").folder, "held_out.safetensors"));
  if (documents.length === 0) return null;
  const reader = new TokenReader(await readCheckpoint(folder), config.threads, config.context);
  try {
    const random = createRandom(config.seed).fork("bits per byte");
    return bitsPerByte(documents, await reader.losses(documents), random);
  } finally {
    await reader.close();
  }
}

function optionsOf({ site, id, folder, scratch, input }: StageContext): TrainOptions {
  const config = languageTraining(languageOf(site));
  return {
    tokens: input("text").folder,
    outcomes: [],
    config,
    from: config.from,
    setUp: setUpTextRun,
    out: folder,
    work: scratch,
    run: id,
  };
}

function headlineOf({
  parameters,
  epochs,
  bestEpoch,
  heldOut,
  realTokensPerSecond,
}: {
  readonly parameters: number;
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly heldOut: BitsPerByte | null;
  readonly realTokensPerSecond: number;
}): string {
  const count = (value: number) => Math.round(value).toLocaleString("en-US");
  const measured =
    heldOut === null
      ? "no text is held out"
      : `${heldOut.value.toFixed(3)} bits per byte (${heldOut.low.toFixed(3)} to ${heldOut.high.toFixed(3)}) on ${count(heldOut.documents)} held-out documents`;
  return `${count(parameters)} parameters, best after epoch ${bestEpoch + 1} of ${epochs}, ${measured}, ${count(realTokensPerSecond)} tokens/s`;
}
