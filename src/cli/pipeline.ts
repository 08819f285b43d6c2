/**
 * Runs the stages of a site in order, makes what is missing and reuses the rest.
 * Leaving the loop (or aborting the signal) stops the stage under way and leaves the site usable; a stage that
 * keeps checkpoints in its scratch folder goes on from them next time.
 * Invariant: an artefact's recipe names everything that its stage may read.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { type Artefact, type ArtefactStore, openArtefactStore } from "../artefacts/artefact-store.ts";
import { canonicalJson, type Json, toJson } from "../artefacts/canonical-json.ts";
import { codeVersion } from "../artefacts/code-version.ts";
import { asMachineError } from "../artefacts/machine-error.ts";
import { artefactId, type Recipe } from "../artefacts/recipe.ts";
import { lockSite } from "../artefacts/site-lock.ts";
import type { Effects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { ARTEFACT_DAMAGED, ARTEFACT_MISSING } from "../errors/registry.ts";
import type { Progress } from "./progress.ts";
import type { Site } from "./read-site.ts";

/** In the folder of each artefact of a stage. */
export const SUMMARY_FILE = "summary.json";
const summarySchema = z.strictObject({ headline: z.string(), figures: z.json() });

export interface StageContext {
  readonly site: Site;
  /** The artefact's id: names configuration, inputs and code. */
  readonly id: string;
  /** Where to write. */
  readonly folder: string;
  /** Survives an interruption; removed when the stage has succeeded. */
  readonly scratch: string;
  /** What an input stage has made. */
  input(stage: string): Artefact;
  readonly effects: Effects;
}

export interface Stage {
  readonly name: string;
  readonly schemaVersion: number;
  /** The stage's own module; its code version covers what it imports. */
  readonly module: string;
  /** Names of earlier stages whose folders it reads. */
  readonly inputs: readonly string[];
  /** Names of earlier stages that must have passed, though nothing of them is read: no part of the recipe. */
  readonly after?: readonly string[];
  /** Hashes of what is read from outside the site, by role. */
  outsideInputs?(site: Site): Promise<Readonly<Record<string, string>>>;
  /** The slice of the configuration that can change its result. */
  configuration(site: Site): object;
  /** Yields progress; returns the key figures, which are stored beside the result. */
  run(context: StageContext): AsyncGenerator<Progress, StageSummary>;
  /** Judges the result on every run, also when it is reused: what depends on the date is judged here. Throws to stop. */
  gate?(context: GateContext): Promise<void>;
}

export interface GateContext {
  readonly site: Site;
  readonly artefact: Artefact;
  input(stage: string): Artefact;
  readonly effects: Effects;
}

/** Key figures of one stage: a line for people, and what `--json` prints. */
export interface StageSummary {
  readonly headline: string;
  readonly figures: object;
}

/** One stage's result, as `--json` prints it. */
export interface StageResult {
  readonly stage: string;
  readonly made: boolean;
  readonly seconds: number;
  readonly id: string;
  readonly codeVersion: string;
  readonly folder: string;
  readonly headline: string;
  readonly figures: Json;
}

export type BuildEvent =
  | { readonly type: "started"; readonly stage: string; readonly position: number; readonly of: number }
  | { readonly type: "progress"; readonly stage: string; readonly progress: Progress }
  | { readonly type: "finished"; readonly result: StageResult };

export interface BuildOptions {
  /** Stages to arrive at; everything upstream of them is run too. The whole list when left out. */
  readonly targets?: readonly string[];
  readonly signal?: AbortSignal;
}

/** @throws LongitudeError from a stage, SITE_LOCKED; the signal's reason when it was aborted */
export async function* runPipeline(
  site: Site,
  stages: readonly Stage[],
  effects: Effects,
  options: BuildOptions = {},
): AsyncGenerator<BuildEvent, readonly StageResult[]> {
  const wanted = neededFor(stages, options.targets);
  const store = openArtefactStore(site.folder);
  const lock = await lockSite(site.folder, effects);
  try {
    await store.removePartial();
    // Before anything runs: an edit of the sources during a long build is not what this process runs.
    const versions = new Map<string, string>();
    for (const stage of wanted) versions.set(stage.name, await codeVersion(stage.module));
    const done = new Map<string, Artefact>();
    const results: StageResult[] = [];
    for (const [position, stage] of wanted.entries()) {
      options.signal?.throwIfAborted();
      yield { type: "started", stage: stage.name, position, of: wanted.length };
      const startedAt = effects.now();
      const recipe = await recipeOf(stage, site, done, versions.get(stage.name) ?? "");
      const found = await store.find(recipe);
      const artefact = found ?? (yield* make(store, recipe, stage, site, done, effects, options.signal));
      done.set(stage.name, artefact);
      await stage.gate?.({ site, artefact, input: inputOf(stage, done), effects });
      const result: StageResult = {
        stage: stage.name,
        made: found === null,
        seconds: (effects.now() - startedAt) / 1000,
        id: artefact.manifest.id,
        codeVersion: artefact.manifest.codeVersion,
        folder: artefact.folder,
        ...(await readSummary(artefact.folder)),
      };
      results.push(result);
      yield { type: "finished", result };
    }
    return results;
  } finally {
    await lock.release();
  }
}

async function* make(
  store: ArtefactStore,
  recipe: Recipe,
  stage: Stage,
  site: Site,
  done: ReadonlyMap<string, Artefact>,
  effects: Effects,
  signal: AbortSignal | undefined,
): AsyncGenerator<BuildEvent, Artefact> {
  const draft = await store.begin(recipe);
  let published = false;
  try {
    const input = inputOf(stage, done);
    const { folder, scratch } = draft;
    const running = stage.run({ site, id: artefactId(recipe), folder, scratch, input, effects });
    const summary = yield* relay(running, stage.name, signal);
    await writeFile(join(draft.folder, SUMMARY_FILE), `${canonicalJson(toJson(summary))}\n`);
    const artefact = await draft.publish();
    published = true;
    return artefact;
  } catch (error) {
    throw asMachineError(error, `running ${stage.name}`);
  } finally {
    if (!published) await draft.discard();
  }
}

function inputOf(stage: Stage, done: ReadonlyMap<string, Artefact>): (name: string) => Artefact {
  return (name) => {
    const artefact = stage.inputs.includes(name) ? done.get(name) : undefined;
    if (artefact === undefined)
      throw new TypeError(`stage ${stage.name} does not declare ${name} as an input`);
    return artefact;
  };
}

/** Passes progress on; ends the stage's generator when the consumer leaves or the signal is aborted. */
async function* relay(
  running: AsyncGenerator<Progress, StageSummary>,
  stage: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<BuildEvent, StageSummary> {
  try {
    for (;;) {
      const step = await running.next();
      if (step.done === true) return step.value;
      signal?.throwIfAborted();
      yield { type: "progress", stage, progress: step.value };
      await setImmediate(); // a stage that never waits would keep Ctrl-C from being heard
      signal?.throwIfAborted();
    }
  } finally {
    await running.return({ headline: "", figures: {} });
  }
}

/** What the site's configuration and inputs name now, without making anything. @throws ARTEFACT_MISSING */
export async function currentArtefact(
  site: Site,
  stages: readonly Stage[],
  target: string,
): Promise<Artefact> {
  const store = openArtefactStore(site.folder);
  const done = new Map<string, Artefact>();
  for (const stage of neededFor(stages, [target])) {
    const found = await store.find(await recipeOf(stage, site, done, await codeVersion(stage.module)));
    if (found === null)
      throw new LongitudeError(ARTEFACT_MISSING, `${site.folder} has no ${stage.name} as configured now`);
    done.set(stage.name, found);
  }
  return done.get(target)!;
}

async function recipeOf(
  stage: Stage,
  site: Site,
  done: ReadonlyMap<string, Artefact>,
  version: string,
): Promise<Recipe> {
  const inputs: Record<string, string> = { ...(await stage.outsideInputs?.(site)) };
  for (const name of stage.inputs) {
    const made = done.get(name);
    if (made === undefined) throw new TypeError(`stage ${stage.name} reads ${name}, which has not been run`);
    inputs[name] = made.manifest.id;
  }
  return {
    kind: stage.name,
    schemaVersion: stage.schemaVersion,
    inputs,
    codeVersion: version,
    configuration: toJson(stage.configuration(site)),
  };
}

/** The target stages and everything upstream of them, in the list's order. */
function neededFor(stages: readonly Stage[], targets: readonly string[] | undefined): readonly Stage[] {
  if (targets === undefined) return stages;
  const needed = new Set(targets);
  for (const stage of stages.toReversed()) {
    if (needed.has(stage.name))
      for (const earlier of [...stage.inputs, ...(stage.after ?? [])]) needed.add(earlier);
  }
  return stages.filter((stage) => needed.has(stage.name));
}

async function readSummary(folder: string): Promise<{ headline: string; figures: Json }> {
  const text = await readFile(join(folder, SUMMARY_FILE), "utf8");
  const parsed = summarySchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new LongitudeError(ARTEFACT_DAMAGED, `${folder}/${SUMMARY_FILE} does not hold key figures`);
}
