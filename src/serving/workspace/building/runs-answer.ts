/**
 * The training runs of a site: those whose model is there, and those that are under way, were stopped or failed, as their
 * logs tell. Losses, speeds and configurations; nothing of a person.
 * Invariant: what is shown was read when it was asked for; nothing is kept.
 */
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type BuiltArtefact, builtArtefacts } from "../../../artefacts/built-artefacts.ts";
import { canonicalJson } from "../../../artefacts/canonical-json.ts";
import { isoTime } from "../../../state/value-parsers.ts";
import { bestEpoch } from "../../../training/early-stopping.ts";
import { type RunLogLine, readRunLog, runLogPath } from "../../../training/run-log.ts";
import { tuningCurveSchema } from "../../../training/train-event.ts";
import type { ServerContext } from "../../server-context.ts";
import { readJson } from "./read-json.ts";

const MINIMUM_CELL = 11;
/** Stages that train something. */
const TRAINED = ["model", "language"];
/** A run that has said nothing for so long is taken for stopped: measuring the tuning persons is the longest silence. */
const SILENT_MS = 15 * 60_000;
/** Steps that are drawn; a longer run is thinned evenly. */
const MOST_STEPS = 400;

const runSchema = z.strictObject({
  id: z.string(),
  stage: z.string(),
  status: z.enum(["finished", "training", "stopped", "failed"]),
  /** Code of the error that ended it. */
  code: z.string().nullable(),
  /** Whether the served release has its model. */
  served: z.boolean(),
  /** ISO 8601; null where its log was not kept. */
  startedAt: z.string().nullable(),
  /** When it finished, else when it was last heard of. */
  at: z.string(),
  parameters: z.int().nullable(),
  depth: z.number().nullable(),
  /** Epochs measured. */
  epochs: z.int(),
  tuningLoss: z.number().nullable(),
  seconds: z.number().nullable(),
  /** Of the training steps, from 0 to 1. */
  done: z.number(),
  /** Persons (texts, of a language model) that it is measured on; null where unknown or fewer than the minimum cell. */
  tuningPersons: z.int().nullable(),
  /** Loss on them after each epoch. */
  tuning: z.array(z.strictObject({ epoch: z.int(), step: z.int(), loss: z.number() })),
  /** What it learned from, by the artefact's id. */
  data: z.string().nullable(),
  /** Short hash of its configuration: equal where two runs were asked for alike. */
  configuration: z.string(),
});

export const runsAnswerSchema = z.strictObject({ at: z.string(), runs: z.array(runSchema) });

const runAnswerSchema = z.strictObject({
  run: runSchema,
  inputs: z.record(z.string(), z.string()),
  codeVersion: z.string().nullable(),
  effective: z.json(),
  /** Tuning and training loss after each epoch. */
  curve: tuningCurveSchema,
  bestEpoch: z.int().nullable(),
  steps: z.array(
    z.strictObject({
      step: z.int(),
      /** Of training, the mean of the epoch so far. */
      loss: z.number(),
      learningRate: z.number(),
      gradientNorm: z.number(),
      tokensPerSecond: z.number(),
      memoryBytes: z.number(),
    }),
  ),
  secondsLeft: z.number().nullable(),
  totalSteps: z.int().nullable(),
  /** Makes it again, or goes on with it, on the machine that has the site. */
  command: z.string(),
});

export const openedRunSchema = z.strictObject({
  at: z.string(),
  /** Null: the site has no run yet. */
  opened: runAnswerSchema.nullable(),
});

export type OpenedRun = z.output<typeof openedRunSchema>;
export type RunsAnswer = z.output<typeof runsAnswerSchema>;
export type RunAnswer = z.output<typeof runAnswerSchema>;
export type Run = RunsAnswer["runs"][number];

/** The newest first. */
export async function runsAnswer(context: ServerContext): Promise<RunsAnswer> {
  const runs: Run[] = [];
  for (const source of await sourcesOf(context.folder)) runs.push((await readRun(context, source)).run);
  return { at: isoTime(context.effects.now()), runs: runs.sort((a, b) => (a.at < b.at ? 1 : -1)) };
}

/** Undefined where there is no such run. @param id the newest run when left out */
export async function openedRun(
  context: ServerContext,
  id: string | undefined,
): Promise<OpenedRun | undefined> {
  const wanted = id ?? (await runsAnswer(context)).runs[0]?.id;
  const at = isoTime(context.effects.now());
  if (wanted === undefined) return { at, opened: null };
  const source = (await sourcesOf(context.folder)).find((one) => one.id === wanted);
  return source === undefined ? undefined : { at, opened: await readRun(context, source) };
}

interface RunSource {
  readonly id: string;
  readonly artefact: BuiltArtefact | null;
}

async function sourcesOf(folder: string): Promise<RunSource[]> {
  const built = (await builtArtefacts(folder)).filter(({ kind }) => TRAINED.includes(kind));
  const logs = await readdir(join(folder, "runs")).catch(() => [] as string[]);
  const unfinished = logs.flatMap((name) => {
    const id = /^([0-9a-f]{64})\.ndjson$/.exec(name)?.[1];
    return id === undefined || built.some((one) => one.id === id) ? [] : [id];
  });
  return [
    ...built.map((artefact) => ({ id: artefact.id, artefact })),
    ...unfinished.map((id) => ({ id, artefact: null })),
  ];
}

const recordSchema = z.object({ parameters: z.int(), curve: tuningCurveSchema });
const summarySchema = z.object({ figures: z.object({ seconds: z.number() }) });
const trainingSchema = z.object({
  training: z.object({ depth: z.number().nullable().default(null), onsetWeight: z.number().default(1) }),
});

async function readRun(
  { folder, model, effects }: ServerContext,
  { id, artefact }: RunSource,
): Promise<RunAnswer> {
  const log = await readRunLog(runLogPath(folder, id));
  const of = <K extends RunLogLine["kind"]>(kind: K) =>
    log.filter((line): line is Extract<RunLogLine, { kind: K }> => line.kind === kind);
  const record =
    artefact === null ? null : await readJson(join(artefact.folder, "training.json"), recordSchema);
  const summary =
    artefact === null ? null : await readJson(join(artefact.folder, "summary.json"), summarySchema);
  const opened = of("opened").at(-1);
  const now = effects.now();
  const last = log.at(-1);
  const heard = last?.at ?? artefact?.madeAt ?? 0;
  const curve = record?.curve ?? curveOf(log);
  const inputs = artefact?.inputs ?? opened?.inputs ?? {};
  const effective = artefact?.configuration ?? opened?.configuration ?? null;
  const training = trainingSchema.safeParse(effective).data?.training;
  const steps = stepsOf(log, training?.onsetWeight ?? 1);
  const start = of("start").at(-1);
  const stopped = last?.kind === "stopped" ? last : null;
  const lastStep = steps.at(-1);
  const totalSteps = start?.totalSteps ?? null;
  const best = curve.length === 0 ? null : bestEpoch(curve);
  const run: Run = {
    id,
    stage: artefact?.kind ?? opened?.stage ?? "model",
    status:
      artefact !== null
        ? "finished"
        : stopped !== null
          ? stopped.code === null
            ? "stopped"
            : "failed"
          : now - heard > SILENT_MS
            ? "stopped"
            : "training",
    code: artefact === null ? (stopped?.code ?? null) : null,
    served: model.manifest.model === id,
    startedAt: log[0] === undefined ? null : isoTime(log[0].at),
    at: isoTime(artefact?.madeAt ?? heard),
    parameters: record?.parameters ?? start?.parameters ?? null,
    depth: training?.depth ?? null,
    epochs: curve.length,
    tuningLoss: best === null ? null : (curve[best]?.loss ?? null),
    seconds: summary?.figures.seconds ?? (log[0] === undefined ? null : (heard - log[0].at) / 1000),
    done: artefact !== null ? 1 : Math.min(1, (lastStep?.step ?? 0) / (totalSteps ?? Infinity)),
    tuningPersons: shown(start?.tuningPersons),
    tuning: curve.map(({ epoch, step, loss }) => ({ epoch, step, loss })),
    data: inputs.tokens ?? inputs.text ?? null,
    configuration: createHash("sha256").update(canonicalJson(effective)).digest("hex").slice(0, 12),
  };
  return {
    run,
    inputs,
    codeVersion: artefact?.codeVersion ?? null,
    effective,
    curve,
    bestEpoch: best,
    steps: thinned(steps),
    secondsLeft: run.status === "training" ? (of("step").at(-1)?.secondsLeft ?? null) : null,
    totalSteps,
    command: run.stage === "language" ? "longitude train --text --site DIR" : "longitude train --site DIR",
  };
}

/** A run that went on has told some epochs twice: what was told last counts. */
function curveOf(log: readonly RunLogLine[]): RunAnswer["curve"] {
  const byEpoch = new Map(
    log.flatMap((line) => (line.kind === "tuning" ? [[line.point.epoch, line.point] as const] : [])),
  );
  return [...byEpoch.values()].sort((a, b) => a.epoch - b.epoch);
}

function shown(persons: number | undefined): number | null {
  return persons === undefined || persons < MINIMUM_CELL ? null : persons;
}

function stepsOf(log: readonly RunLogLine[], onsetWeight: number): RunAnswer["steps"] {
  const byStep = new Map<number, RunAnswer["steps"][number]>();
  for (const line of log) {
    if (line.kind !== "step") continue;
    const { step, nextEventLoss, onsetLoss, learningRate, gradientNorm, tokensPerSecond, memoryBytes } = line;
    const loss = nextEventLoss + onsetWeight * onsetLoss;
    byStep.set(step, { step, loss, learningRate, gradientNorm, tokensPerSecond, memoryBytes });
  }
  return [...byStep.values()].sort((a, b) => a.step - b.step);
}

/** The last one is always among them. */
function thinned<T>(all: readonly T[]): T[] {
  const every = Math.max(1, Math.ceil(all.length / MOST_STEPS));
  return all.filter((_, i) => (all.length - 1 - i) % every === 0);
}
