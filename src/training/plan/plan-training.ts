/**
 * Plans a training: short trials of several sizes on the site's own tokens, each given the same time, so that together
 * they show at which size a budget is best spent (IsoFLOP, Hoffmann 2022, approach 2 and 3); a law fitted to their losses;
 * from law and pace the size, tokens, loss and hours of this budget and of others.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Effects } from "../../effects/effects.ts";
import { createRandom } from "../../effects/random.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { PLAN_BUDGET_TOO_SMALL, PLAN_NO_LAW } from "../../errors/registry.ts";
import { deriveArchitecture } from "../../network/architecture.ts";
import { parameterLayout } from "../../network/parameters.ts";
import type { OutcomeDefinition } from "../../vetting/outcome-definition.ts";
import { type RunSetUp, setUpRun } from "../run-set-up.ts";
import type { TrainingConfig } from "../training-config.ts";
import { type Candidate, chooseSize, type Expectation, planRow, secondsPerToken } from "./choose-size.ts";
import { nonNegativeLeastSquares } from "./non-negative-least-squares.ts";
import { fitScalingLaw, type LossPoint, lossAt, resampledLaws, type ScalingLaw } from "./scaling-law.ts";
import { type Assumptions, type Pace, PLAN_SCHEMA, type TrainingPlan, type Trial } from "./training-plan.ts";
import { readTrialLengths, type TrialLength, writeTrialLengths } from "./trial-lengths.ts";
import { measurePace, type PaceSample } from "./trial-pace.ts";
import { runTrial } from "./trial-run.ts";
import { TrialStore } from "./trial-store.ts";

export interface PlanOptions {
  /** Folder written by `tokenize`. */
  readonly tokens: string;
  readonly outcomes: readonly OutcomeDefinition[];
  readonly config: TrainingConfig;
  /** For the training itself; the trials take `trialShare` of it before. */
  readonly budgetSeconds: number;
  readonly trialShare: number;
  readonly assumptions: Assumptions;
  /** Folder of the trials' states. */
  readonly work: string;
  /** Depths that trials may have; each is as wide as the dial makes it. */
  readonly depths?: readonly number[];
  /** Steps of the shortest trial, and from how many on a loss says something about longer runs. */
  readonly steps?: TrialSteps;
}

export interface TrialSteps {
  readonly fewest: number;
  readonly fittedFrom: number;
}

export type PlanEvent =
  | { readonly kind: "sizing"; readonly depth: number }
  | {
      readonly kind: "trial";
      readonly trial: number;
      readonly of: number;
      readonly parameters: number;
      readonly tokens: number;
      readonly total: number;
      readonly tokensPerSecond: number;
      readonly loss: number;
    }
  | { readonly kind: "done"; readonly plan: TrainingPlan };

const TRIAL_DEPTHS = [1, 2, 3, 4, 6, 8, 12, 16];
/** Sizes of which the speed is measured first. */
const PROBED = [1, 3];
const FEWEST_SIZES = 4;
const MOST_SIZES = 6;
/** Losses are measured at these shares of a trial. */
const LENGTHS = [1 / 8, 1 / 4, 1 / 2, 1];
/** The first couple of hundred steps fall steeply, by no law of longer runs (docs/log.md). */
const TRIAL_STEPS: TrialSteps = { fewest: 800, fittedFrom: 200 };
/** A trial sees its data no oftener than this: beyond, it learns by heart. */
const MOST_EPOCHS = 8;
/** Cooling down at the shorter lengths makes a trial so much longer. */
const COOL_DOWN_COST = 1.2;
/** Nothing larger than so many times the largest trial is recommended. */
const LARGEST_BEYOND_TRIALS = 4;
const MOST_DEPTH = 48;
const RESAMPLES = 100;
const BUDGETS = [1 / 16, 1 / 4, 1, 4, 16];

export async function* planTraining(options: PlanOptions, effects: Effects): AsyncGenerator<PlanEvent> {
  await mkdir(options.work, { recursive: true });
  const setUps = new Map<number, RunSetUp>();
  const setUpOf = async (depth: number): Promise<RunSetUp> => {
    const known = setUps.get(depth);
    if (known !== undefined) return known;
    const setUp = await setUpRun({ ...options, config: sizedBy(depth, options.config) });
    setUps.set(depth, setUp);
    return setUp;
  };
  const first = await setUpOf(1);
  const epochTokens = tokensOf(first);
  const sizes = (options.depths ?? TRIAL_DEPTHS).map((depth) =>
    candidateOf(first, depth, options.config.context),
  );
  const layoutFile = join(options.work, "trials.json");
  let planned = await readTrialLengths(layoutFile);
  if (planned === null) {
    const samples: PaceSample[] = [];
    for (const depth of PROBED) {
      yield { kind: "sizing", depth };
      samples.push(await measurePace(await setUpOf(depth), options.config.threads, effects));
    }
    planned = trialLengths(sizes, paceOf(samples), epochTokens, options);
    await writeTrialLengths(layoutFile, planned);
  }
  const trials: Trial[] = [];
  for (const [i, { depth: trialDepth, tokens }] of planned.entries()) {
    const size = sizes.find(({ depth }) => depth === trialDepth) as Candidate;
    const running = runTrial(
      {
        setUp: await setUpOf(size.depth),
        threads: options.config.threads,
        onsetWeight: options.config.onsetWeight,
        lengths: LENGTHS.map((share) => share * tokens),
        store: new TrialStore(join(options.work, `depth-${size.depth}.safetensors`)),
      },
      effects,
    );
    for (;;) {
      const step = await running.next();
      if (step.done === true) {
        const { points, seconds, trainedTokens } = step.value;
        const { depth, width, parameters } = size;
        const tokensPerSecond = trainedTokens / seconds;
        trials.push({ depth, width, parameters, points, seconds, tokensPerSecond });
        break;
      }
      const of = planned.length;
      yield { kind: "trial", trial: i + 1, of, parameters: size.parameters, ...step.value };
    }
    setUps.delete(size.depth);
  }
  yield { kind: "done", plan: planFrom(trials, first, epochTokens, options) };
}

/** Law, check and choices from finished trials. @throws PLAN_NO_LAW */
export function planFrom(
  trials: readonly Trial[],
  setUp: Pick<RunSetUp, "architecture">,
  epochTokens: number,
  {
    config,
    budgetSeconds,
    assumptions,
    steps = TRIAL_STEPS,
  }: Pick<PlanOptions, "config" | "budgetSeconds" | "assumptions" | "steps">,
): TrainingPlan {
  const pointsOf = (some: readonly Trial[]) => pointsFrom(some, steps.fittedFrom * config.batchTokens);
  const points = pointsOf(trials);
  const law = fitScalingLaw(points, epochTokens);
  assertLaw(law, trials);
  const largest = trials.at(-1) as Trial;
  const last = largest.points.at(-1) as Trial["points"][number];
  const foretold = lossAt(
    fitScalingLaw(pointsOf(trials.slice(0, -1)), epochTokens, law.repetitionEpochs),
    largest.parameters,
    last.tokens,
  );
  const expectation: Expectation = {
    law,
    resampled: resampledLaws(points, law, createRandom(config.seed).fork("plan"), RESAMPLES),
    error: Math.max(Math.abs(Math.log(foretold / last.loss)), 2 * law.relativeError),
    largest: largest.parameters,
    points: points.length,
  };
  const pace = paceOf(
    trials.map(({ parameters, tokensPerSecond }) => ({ parameters, secondsPerToken: 1 / tokensPerSecond })),
  );
  const candidates = Array.from({ length: MOST_DEPTH }, (_, i) =>
    candidateOf(setUp, i + 1, config.context),
  ).filter(({ parameters }) => parameters <= LARGEST_BEYOND_TRIALS * largest.parameters);
  const bestFor = (share: number) => {
    const seconds = share * budgetSeconds;
    const choice = chooseSize(law, pace, candidates, seconds);
    return planRow(choice, seconds / 3600, expectation, pace, trials, assumptions);
  };
  const stated = candidateOf(setUp, config.depth, config.context, config);
  const configured = { size: stated, tokens: config.epochs * epochTokens };
  return {
    schema: PLAN_SCHEMA,
    budgetHours: budgetSeconds / 3600,
    threads: config.threads,
    epochTokens,
    trials,
    law,
    check: { parameters: largest.parameters, tokens: last.tokens, foretold, measured: last.loss },
    pace,
    recommended: bestFor(1),
    rows: BUDGETS.map(bestFor),
    configured: planRow(configured, null, expectation, pace, trials, assumptions),
    assumptions,
  };
}

/** Sizes and tokens of the trials: as many sizes as the time is enough for, each for the same time. */
function trialLengths(
  sizes: readonly Candidate[],
  pace: Pace,
  epochTokens: number,
  { budgetSeconds, trialShare, config, steps = TRIAL_STEPS }: PlanOptions,
): TrialLength[] {
  const seconds = (trialShare * budgetSeconds) / COOL_DOWN_COST;
  const timeOf = ({ parameters }: Candidate) => secondsPerToken(pace, parameters);
  const fewest = steps.fewest * config.batchTokens;
  for (let count = Math.min(MOST_SIZES, sizes.length); count >= FEWEST_SIZES; count--) {
    const affordable = sizes.filter((size) => fewest * timeOf(size) * count <= seconds);
    if (affordable.length < count) continue;
    const chosen = Array.from(
      { length: count },
      (_, i) => affordable[Math.round((i * (affordable.length - 1)) / (count - 1))] as Candidate,
    );
    return chosen.map((size) => ({
      depth: size.depth,
      tokens: Math.max(fewest, Math.min(MOST_EPOCHS * epochTokens, seconds / count / timeOf(size))),
    }));
  }
  const needed =
    (FEWEST_SIZES * fewest * timeOf(sizes[FEWEST_SIZES - 1] as Candidate) * COOL_DOWN_COST) / trialShare;
  throw new LongitudeError(
    PLAN_BUDGET_TOO_SMALL,
    `trials of ${FEWEST_SIZES} sizes do not fit into ${(100 * trialShare).toFixed(0)} % of ${minutes(budgetSeconds)}; a budget of ${minutes(needed)} would do`,
  );
}

/** A law is one only if more parameters and more tokens helped, or it is told that they did not. */
function assertLaw(law: ScalingLaw, trials: readonly Trial[]): void {
  const falls = trials.filter(({ points }) => (points.at(-1)?.loss ?? 0) < (points[0]?.loss ?? 0)).length;
  if (law.dataTerm > 0 && falls * 2 > trials.length) return;
  throw new LongitudeError(
    PLAN_NO_LAW,
    `the tuning loss fell in ${falls} of ${trials.length} trials, so no law of it can be fitted`,
  );
}

/** Losses of runs of at least so many tokens. */
function pointsFrom(trials: readonly Trial[], fewest: number): LossPoint[] {
  return trials.flatMap(({ parameters, points }, run) =>
    points
      .filter(({ tokens }) => tokens >= fewest)
      .map(({ tokens, loss }) => ({ run, parameters, tokens, loss })),
  );
}

/** Seconds a token as a line over parameters, by least relative squares. */
function paceOf(samples: readonly PaceSample[]): Pace {
  const rows = samples.map(({ parameters, secondsPerToken }) => [
    1 / secondsPerToken,
    parameters / secondsPerToken,
  ]);
  const [fixed, perParameter] = nonNegativeLeastSquares(
    rows,
    samples.map(() => 1),
  ).solution as [number, number];
  return { fixed, perParameter };
}

function sizedBy(depth: number, config: TrainingConfig): TrainingConfig {
  const { width: _, heads: __, feedForward: ___, learningRate: ____, ...rest } = config;
  return { ...rest, depth };
}

function candidateOf(
  { architecture: { vocabulary, outcomes, pieces } }: Pick<RunSetUp, "architecture">,
  depth: number,
  context: number,
  stated: Partial<Pick<TrainingConfig, "width" | "heads" | "feedForward">> = {},
): Candidate {
  const { width, heads, feedForward } = stated;
  const architecture = deriveArchitecture(
    { depth, context, width, heads, feedForward },
    { vocabulary, outcomes, pieces },
  );
  return {
    depth,
    width: architecture.width,
    parameters: parameterLayout(architecture).size,
    architecture,
  };
}

/** Tokens of the training persons, once. */
function tokensOf(setUp: RunSetUp): number {
  return setUp
    .plannedBatches(0)
    .reduce((sum, { rows }) => sum + rows.flat().reduce((all, { part }) => all + part.tokens.length, 0), 0);
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}
