/**
 * Checkpoint, token sequences and records of development persons → a query head and evidence on when to use it, as a stage
 * of the site. The body is read, never changed. Held-out persons are not read.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRandom, type Random } from "../../effects/random.ts";
import { EVIDENCE_FILE } from "../../forecast/estimator-evidence.ts";
import { readTokenShard } from "../../tokens/token-shard.ts";
import { type Checkpoint, readCheckpoint } from "../../training/checkpoint.ts";
import { fitQueryHead } from "../../training/queries/fit-query-head.ts";
import { type QueryHead, writeQueryHead } from "../../training/queries/query-head.ts";
import { tickStates } from "../../training/queries/tick-states.ts";
import { tokenRates } from "../../training/queries/token-rates.ts";
import { behindText } from "../../training/start-from.ts";
import { parseDurationDays } from "../../vetting/duration.ts";
import type { Stage, StageContext } from "../pipeline.ts";
import type { Progress } from "../progress.ts";
import { measureWays } from "./measure-ways.ts";

const TUNING_TICKS = 4000;

export const queriesStage: Stage = {
  name: "queries",
  schemaVersion: 1,
  module: import.meta.filename,
  inputs: ["records", "tokens", "model"],
  configuration: ({ configuration: { queries, cohort, outcomes, forecast, training } }) => ({
    queries,
    cohort,
    outcomes,
    forecast: { futures: forecast.futures, longestFuture: forecast.longestFuture, seed: forecast.seed },
    training: { context: training.context, threads: training.threads },
  }),
  async *run(context) {
    const { site, folder, input, effects } = context;
    const { queries } = site.configuration;
    if (!queries.head) return { headline: "no query head was asked for", figures: { head: false } };
    const model = input("model").folder;
    const checkpoint = await readCheckpoint(model);
    const random = createRandom(queries.seed).fork("queries");
    const begun = effects.now();
    const fitted = yield* teach(context, checkpoint, random);
    if (fitted === null)
      return {
        headline: "no query head: no clock tick of a training person can be learned from",
        figures: { head: false },
      };
    writeQueryHead(folder, fitted.head);
    const fitSeconds = (effects.now() - begun) / 1000;
    const evidence =
      queries.evidencePersons === 0
        ? null
        : yield* measureWays({
            folders: { records: input("records").folder, model, head: folder },
            configuration: site.configuration,
            rates: fitted.head.rates,
            random: random.fork("evidence"),
            effects,
          });
    if (evidence !== null)
      await writeFile(join(folder, EVIDENCE_FILE), `${JSON.stringify(evidence, null, 2)}\n`);
    const all = evidence?.queryMinusSimulation ?? null;
    const compared =
      evidence === null || all === null
        ? "not compared with simulation"
        : `C-index of query minus simulation ${all.value.toFixed(3)} (${all.low.toFixed(3)} to ${all.high.toFixed(3)}) over ${evidence.rows.length} sets on ${evidence.persons} tuning persons`;
    return {
      headline: `${fitted.head.weights.length.toLocaleString("en-US")} weights on ${fitted.ticks.toLocaleString("en-US")} ticks; ${compared}`,
      figures: {
        head: true,
        curve: fitted.curve,
        ticks: fitted.ticks,
        fitSeconds,
        queryMinusSimulation: all,
      },
    };
  },
};

async function* teach(
  { site, input }: StageContext,
  checkpoint: Checkpoint,
  random: Random,
): AsyncGenerator<Progress, { head: QueryHead; curve: readonly object[]; ticks: number } | null> {
  const { queries, training } = site.configuration;
  const shard = (split: string) =>
    behindText(readTokenShard(join(input("tokens").folder, `${split}.safetensors`)), checkpoint.vocabulary);
  const train = shard("train");
  yield { step: "reading states", done: 0, total: null, unit: "" };
  const statesOf = (patients: typeof train, most: number, label: string) =>
    tickStates(checkpoint, patients, {
      context: training.context,
      learnUntilDays:
        training.learnUntil === undefined ? Infinity : (parseDurationDays(training.learnUntil) as number),
      beforeIndexShare: training.beforeIndexWeight,
      most,
      threads: training.threads,
      random: random.fork(label),
    });
  const learned = await statesOf(train, queries.ticks, "training ticks");
  if (learned.ticks.length === 0) return null;
  const tuning = await statesOf(shard("tuning"), TUNING_TICKS, "tuning ticks");
  const running = fitQueryHead(checkpoint, {
    training: learned,
    tuning: tuning.ticks.length === 0 ? learned : tuning,
    rates: tokenRates(train, checkpoint.vocabulary),
    steps: queries.steps,
    hidden: queries.hidden,
    learningRate: queries.learningRate,
    threads: training.threads,
    random: random.fork("fit"),
  });
  for await (const event of running) {
    if (event.kind === "done") return { head: event.head, curve: event.curve, ticks: learned.ticks.length };
    const loss = event.tuningLoss === null ? "" : `tuning loss ${event.tuningLoss.toFixed(3)}`;
    yield { step: "teaching queries", done: event.done, total: event.total, unit: "steps", detail: loss };
  }
  throw new TypeError("the query head ended without its weights");
}
