/**
 * The shape of `evaluation.json`, in which evidence is stored and exchanged; docs/reference/evaluation.md explains it.
 * Invariants: every measure has an interval and n, or is null where the data cannot support it; there is no NaN.
 */
import { z } from "zod";
import { definitionVettingSchema } from "../../vetting/statements/vetting-status.ts";
import { estimateSchema } from "../measures/estimate.ts";
import { evaluationDesignSchema, INTERNAL } from "./evaluation-design.ts";

export const EVALUATION_SCHEMA = "longitude.evaluation/1";

const measure = estimateSchema.nullable();

/** Every measure of one model on one task, in the order in which they are resampled. */
export const MEASURE_NAMES = [
  "cIndex",
  "auroc",
  "aurocCompleteCase",
  "aurocInStrata",
  "auprc",
  "auprcCompleteCase",
  "brier",
  "brierCompleteCase",
  "calibrationSlope",
  "calibrationSlopeCompleteCase",
  "calibrationIntercept",
  "calibrationInterceptCompleteCase",
  "observedToExpected",
  "observedToExpectedCompleteCase",
  "calibrationAalenJohansen",
  "meanRisk",
] as const;

export type MeasureName = (typeof MEASURE_NAMES)[number];

/** Measures of which paired differences (model minus baseline) are given. */
export const DIFFERENCE_NAMES = [
  "cIndex",
  "auroc",
  "aurocCompleteCase",
  "aurocInStrata",
  "auprc",
  "brier",
] as const;

/** Measures of which means over outcomes are given. */
export const SUMMARY_NAMES = ["cIndex", "auroc", "aurocCompleteCase", "aurocInStrata", "brier"] as const;

function record<const Names extends readonly string[]>(names: Names) {
  return z.strictObject(
    Object.fromEntries(names.map((name) => [name, measure])) as { [K in Names[number]]: typeof measure },
  );
}

export const VERDICTS = ["better", "not distinguishable", "worse", "too few to judge"] as const;

const curves = z.strictObject({
  /** Points (share of controls flagged, share of cases flagged), IPCW-weighted, from (0, 0) to (1, 1). */
  roc: z.array(z.tuple([z.number(), z.number()])),
  /** Groups of rising predicted risk: mean risk against Aalen-Johansen incidence at the horizon. */
  calibration: z.array(
    z.strictObject({ n: z.number().int(), meanRisk: z.number(), observed: estimateSchema.nullable() }),
  ),
});

const taskSchema = z.strictObject({
  outcome: z.string(),
  title: z.string(),
  landmark: z.string(),
  horizon: z.string(),
  horizonDays: z.number(),
  /** Persons eligible at the landmark. */
  n: z.number().int(),
  /** Onsets by the horizon. */
  events: z.number().int(),
  /** Onsets over all follow-up, which the C-index uses. */
  eventsEver: z.number().int(),
  /** Deaths without an onset by the horizon. */
  deaths: z.number().int(),
  /** Persons whose follow-up ends before the horizon without onset or death. */
  censored: z.number().int(),
  /** Persons not in the task, by reason. */
  attrition: z.record(z.string(), z.number().int()),
  /** Aalen-Johansen cumulative incidence at the horizon. */
  observedIncidence: measure,
  models: z.record(z.string(), record(MEASURE_NAMES)),
  /** Main model minus the baseline named, on the same resamples. */
  differences: z.record(z.string(), record(DIFFERENCE_NAMES)),
  verdict: z.enum(VERDICTS),
  /** The baseline with the highest C-index on this task, which the verdict is against. */
  verdictAgainst: z.string().nullable(),
  /** The verdict with its figures, as a sentence. */
  verdictText: z.string(),
  /** Error code of the reason why the task was not judged, or null. */
  code: z.string().nullable(),
  curves: z.record(z.string(), curves),
});

const summarySchema = z.strictObject({
  landmark: z.string(),
  horizon: z.string(),
  /** Outcomes that the means are taken over: those judged. */
  outcomes: z.array(z.string()),
  /** Means over outcomes; persons resampled jointly. */
  models: z.record(z.string(), record(SUMMARY_NAMES)),
  differences: z.record(z.string(), record(SUMMARY_NAMES)),
  verdicts: z.record(z.string(), z.number().int()),
});

export const evaluationSchema = z.strictObject({
  schema: z.literal(EVALUATION_SCHEMA),
  /** Persons evaluated. */
  persons: z.number().int(),
  /** How they differ from those learned from; older evidence was internal. */
  design: evaluationDesignSchema.default(INTERNAL),
  mainModel: z.string(),
  baselines: z.array(z.string()),
  bootstrap: z.strictObject({ resamples: z.number().int(), seed: z.number(), clusters: z.literal("person") }),
  /** Where record length was cut for `aurocInStrata`. */
  recordLengthStrata: z.number().int(),
  /** Whether each outcome's definition was vetted when this was measured; what is not, is not for clinical use. */
  vetting: z.array(definitionVettingSchema),
  tasks: z.array(taskSchema),
  summary: z.array(summarySchema),
});

export type Evaluation = z.infer<typeof evaluationSchema>;
export type EvaluationTask = z.infer<typeof taskSchema>;
export type EvaluationSummary = z.infer<typeof summarySchema>;
export type ModelMeasures = EvaluationTask["models"][string];
export type TaskCurves = z.infer<typeof curves>;
export type Verdict = (typeof VERDICTS)[number];
