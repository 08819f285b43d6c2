/**
 * Token sequences → checkpoint with the boosted hazards beside it, as a stage of the site. An interrupted run goes on
 * from its last state.
 */
import { join } from "node:path";
import { toJson } from "../../artefacts/canonical-json.ts";
import { contentHash, memoryFileOf } from "../../artefacts/content-hash.ts";
import { createRandom } from "../../effects/random.ts";
import { type NoteLosses, noteLosses } from "../../evaluation/measures/note-losses.ts";
import { chooseTreeShare } from "../../forecast/tree-share.ts";
import { readTokenShard } from "../../tokens/token-shard.ts";
import { readCheckpoint } from "../../training/checkpoint.ts";
import { type RunOpening, runLogPath, withRunLog } from "../../training/run-log.ts";
import { isTrained } from "../../training/torch/run-folder.ts";
import { prepareTorchRun, trainWithTorch } from "../../training/torch/train-with-torch.ts";
import { type TrainOptions, train } from "../../training/train.ts";
import type { TrainEvent } from "../../training/train-event.ts";
import { readTreeHead, WITHOUT_TUNING_FILE, writeTreeHead } from "../../trees/hazards/tree-head.ts";
import { resolveOutcomes } from "../../vetting/outcome-definition.ts";
import type { Stage, StageContext } from "../pipeline.ts";
import type { Progress } from "../progress.ts";
import { readHistories } from "./read-histories.ts";

/** Thrown when a run was only to be prepared: it lies in `folder`, and nothing was trained. */
export class RunPrepared extends Error {
  constructor(readonly folder: string) {
    super("the run is prepared");
    this.name = "RunPrepared";
  }
}

/** @param prepareOnly writes the folder that a job on other machines trains from, and ends with RunPrepared */
export function modelStageWith({ prepareOnly }: { readonly prepareOnly: boolean }): Stage {
  return {
    ...modelStage,
    async *run(context) {
      const options = optionsOf(context);
      if (prepareOnly && !isTrained(options.work)) {
        await prepareTorchRun(options);
        throw new RunPrepared(options.work);
      }
      return yield* modelStage.run(context);
    },
  };
}

export const modelStage: Stage = {
  name: "model",
  schemaVersion: 1,
  module: import.meta.filename,
  inputs: ["records", "tokens", "hazards"],
  outsideInputs: async ({ folder, configuration: { training } }) =>
    training.from === undefined
      ? {}
      : { from: await contentHash(join(training.from, "model.safetensors"), memoryFileOf(folder)) },
  configuration: ({ configuration: { training, outcomes, cohort } }) => {
    // Where a run goes on from is known by its hash; on how many processes it runs is no part of the recipe.
    const { from: _, processes: __, ...recipe } = training;
    return { training: recipe, outcomes, cohort };
  },
  async *run(context) {
    const { site, effects } = context;
    const { training } = site.configuration;
    const options = optionsOf(context);
    const events = training.engine === "torch" ? trainWithTorch(options) : train(options, effects);
    const running = withRunLog(
      events,
      runLogPath(site.folder, context.id),
      openingOf(modelStage, context),
      effects,
    );
    let parameters = 0;
    for await (const event of running) {
      if (event.kind === "start") parameters = event.parameters;
      if (event.kind === "step") yield progressOf(event);
      if (event.kind === "done") {
        const treeShare = training.treeHead ? await addTreeHead(context) : null;
        const notes = await lossOnNotes(context);
        const figures = {
          parameters,
          epochs: event.curve.length,
          bestEpoch: event.bestEpoch,
          tuningLoss: event.curve[event.bestEpoch]?.loss ?? null,
          seconds: event.seconds,
          treeShare,
          ...(notes === null ? {} : { notes }),
          realTokensPerSecond: event.realTokens / Math.max(event.seconds, 1e-3),
        };
        return { headline: headlineOf(figures), figures };
      }
    }
    throw new TypeError("training ended without its result");
  },
};

/** Puts the trees beside the finished checkpoint. @returns their share of the say; null where there are none */
async function addTreeHead({ site, folder, input }: StageContext): Promise<number | null> {
  const { cohort, outcomes, training, tokens } = site.configuration;
  const [head, withoutTuning] = [
    await readTreeHead(input("hazards").folder),
    await readTreeHead(input("hazards").folder, WITHOUT_TUNING_FILE),
  ];
  if (head === null || withoutTuning === null) return null;
  const { histories } = await readHistories(
    input("records").folder,
    cohort,
    outcomes,
    ["tuning"],
    tokens.notes !== undefined,
  );
  const share = await chooseTreeShare({
    checkpoint: await readCheckpoint(folder),
    trees: withoutTuning,
    histories,
    outcomes: resolveOutcomes(outcomes),
    threads: training.threads,
  });
  await writeTreeHead(folder, { ...head, share });
  return share;
}

/** On tuning persons; null where notes are not read. */
async function lossOnNotes({ site, folder, input }: StageContext): Promise<NoteLosses | null> {
  const { tokens, training } = site.configuration;
  if (tokens.notes === undefined) return null;
  return noteLosses(
    await readCheckpoint(folder),
    readTokenShard(join(input("tokens").folder, "tuning.safetensors")),
    {
      context: training.context,
      threads: training.threads,
      random: createRandom(training.seed).fork("notes"),
    },
  );
}

/** What the log of a run says of what is run. */
export function openingOf({ name, inputs, configuration }: Stage, { site, input }: StageContext): RunOpening {
  return {
    stage: name,
    inputs: Object.fromEntries(inputs.map((role) => [role, input(role).manifest.id])),
    configuration: toJson(configuration(site)),
  };
}

function optionsOf({ site, id, folder, scratch, input }: StageContext): TrainOptions {
  const { training, outcomes } = site.configuration;
  return {
    tokens: input("tokens").folder,
    outcomes: resolveOutcomes(outcomes),
    config: training,
    from: training.from,
    out: folder,
    work: scratch,
    run: id,
  };
}

function headlineOf(figures: {
  readonly parameters: number;
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly tuningLoss: number | null;
  readonly treeShare: number | null;
  readonly notes?: NoteLosses;
  readonly realTokensPerSecond: number;
}): string {
  const count = (value: number) => Math.round(value).toLocaleString("en-US");
  const loss = figures.tuningLoss?.toFixed(3) ?? "not measured";
  const share =
    figures.treeShare === null ? "" : `, trees have ${Math.round(100 * figures.treeShare)} % of the say`;
  const notes =
    figures.notes === undefined ? "" : `, ${figures.notes.text.value.toFixed(2)} bits a byte of the notes`;
  return `${count(figures.parameters)} parameters, best after epoch ${figures.bestEpoch + 1} of ${figures.epochs}, tuning loss ${loss}${notes}${share}, ${count(figures.realTokensPerSecond)} real tokens/s`;
}

/** A step of training as a line of progress. */
export function progressOf(event: Extract<TrainEvent, { kind: "step" }>): Progress {
  const loss = event.nextEventLoss + event.onsetLoss;
  const tuning = event.tuningLoss === null ? "" : `, tuning ${event.tuningLoss.toFixed(3)}`;
  return {
    step: `training, epoch ${event.epoch + 1}`,
    done: event.step,
    total: event.totalSteps,
    unit: "steps",
    detail: `loss ${loss.toFixed(3)}${tuning} · ${Math.round(event.tokensPerSecond).toLocaleString("en-US")} tokens/s`,
  };
}
