/** What `longitude plan` finds: the trials, the law fitted to them, and what each budget buys. `plan.json` holds it. */
import { z } from "zod";
import { scalingLawSchema } from "./scaling-law.ts";

export const PLAN_SCHEMA = "longitude.plan/1";

const sizeSchema = z.strictObject({ depth: z.number(), width: z.number(), parameters: z.number() });

const trialSchema = sizeSchema.extend({
  points: z
    .array(
      z.strictObject({
        tokens: z.number(),
        /** Tuning loss as training looks at it: next event and, weighted, onset. */
        loss: z.number(),
        nextEventLoss: z.number(),
        onsetLoss: z.number(),
      }),
    )
    .readonly(),
  /** Of its training steps. */
  seconds: z.number(),
  tokensPerSecond: z.number(),
});

const rowSchema = sizeSchema.extend({
  /** Time that may be spent here; null for the size and length of longitude.yaml. */
  budgetHours: z.number().nullable(),
  tokens: z.number(),
  epochs: z.number(),
  /** What the loss is expected to be: 95 % interval, n trial losses behind it. */
  loss: z.strictObject({
    value: z.number(),
    low: z.number(),
    high: z.number(),
    n: z.number(),
    method: z.string(),
  }),
  hoursHere: z.number(),
  hoursOneGpu: z.number(),
  hoursManyGpus: z.number(),
  /** How far beyond the trials: times the largest size, times the longest run. */
  beyondTrials: z.strictObject({ parameters: z.number(), tokens: z.number() }),
});

export const planSchema = z.strictObject({
  schema: z.literal(PLAN_SCHEMA),
  budgetHours: z.number(),
  threads: z.number(),
  /** Tokens of all training persons, once. */
  epochTokens: z.number(),
  trials: z.array(trialSchema).readonly(),
  law: scalingLawSchema,
  /** The last loss of the largest trial, foretold from all smaller ones. */
  check: z.strictObject({
    parameters: z.number(),
    tokens: z.number(),
    foretold: z.number(),
    measured: z.number(),
  }),
  /** Seconds a token here: fixed + perParameter x parameters. */
  pace: z.strictObject({ fixed: z.number(), perParameter: z.number() }),
  recommended: rowSchema,
  /** Smaller and larger budgets, the asked one among them. */
  rows: z.array(rowSchema).readonly(),
  /** The size and number of epochs that longitude.yaml states. */
  configured: rowSchema,
  assumptions: z.strictObject({
    /** Peak of one GPU, floating-point operations a second. */
    gpuFlops: z.number(),
    /** Share of the peak that training reaches. */
    gpuUtilisation: z.number(),
    gpus: z.number(),
    /** Share of N times one GPU's speed that N reach. */
    gpuScaling: z.number(),
  }),
});

export type TrainingPlan = Readonly<z.output<typeof planSchema>>;
export type ModelSize = Readonly<z.output<typeof sizeSchema>>;
export type Trial = Readonly<z.output<typeof trialSchema>>;
export type TrialPoint = Trial["points"][number];
export type PlanRow = Readonly<z.output<typeof rowSchema>>;
export type ExpectedLoss = PlanRow["loss"];
export type Pace = TrainingPlan["pace"];
export type Assumptions = TrainingPlan["assumptions"];
