/** What `longitude plan` finds: the trials, the law fitted to them, and what each budget buys. `plan.json` holds it. */
import type { ScalingLaw } from "./scaling-law.ts";

export const PLAN_SCHEMA = "longitude.plan/1";

export interface TrialPoint {
  readonly tokens: number;
  /** Tuning loss as training looks at it: next event and, weighted, onset. */
  readonly loss: number;
  readonly nextEventLoss: number;
  readonly onsetLoss: number;
}

export interface ModelSize {
  readonly depth: number;
  readonly width: number;
  readonly parameters: number;
}

export interface Trial extends ModelSize {
  readonly points: readonly TrialPoint[];
  /** Of its training steps. */
  readonly seconds: number;
  readonly tokensPerSecond: number;
}

/** Seconds a token here: fixed + perParameter x parameters. */
export interface Pace {
  readonly fixed: number;
  readonly perParameter: number;
}

/** What a loss is expected to be: 95 % interval, n trial losses behind it. */
export interface ExpectedLoss {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
  readonly method: string;
}

export interface PlanRow extends ModelSize {
  /** Time that may be spent here; null for the size and length of longitude.yaml. */
  readonly budgetHours: number | null;
  readonly tokens: number;
  readonly epochs: number;
  readonly loss: ExpectedLoss;
  readonly hoursHere: number;
  readonly hoursOneGpu: number;
  readonly hoursManyGpus: number;
  /** How far beyond the trials: times the largest size, times the longest run. */
  readonly beyondTrials: { readonly parameters: number; readonly tokens: number };
}

export interface Assumptions {
  /** Peak of one GPU, floating-point operations a second. */
  readonly gpuFlops: number;
  /** Share of the peak that training reaches. */
  readonly gpuUtilisation: number;
  readonly gpus: number;
  /** Share of N times one GPU's speed that N reach. */
  readonly gpuScaling: number;
}

export interface TrainingPlan {
  readonly schema: typeof PLAN_SCHEMA;
  readonly budgetHours: number;
  readonly threads: number;
  /** Tokens of all training persons, once. */
  readonly epochTokens: number;
  readonly trials: readonly Trial[];
  readonly law: ScalingLaw;
  /** The last loss of the largest trial, foretold from all smaller ones. */
  readonly check: {
    readonly parameters: number;
    readonly tokens: number;
    readonly foretold: number;
    readonly measured: number;
  };
  readonly pace: Pace;
  readonly recommended: PlanRow;
  /** Smaller and larger budgets, the asked one among them. */
  readonly rows: readonly PlanRow[];
  /** The size and number of epochs that longitude.yaml states. */
  readonly configured: PlanRow;
  readonly assumptions: Assumptions;
}
