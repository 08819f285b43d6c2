/**
 * The shape of `evidence.json`, which lies beside `evaluation.json` and looks closer at the main model: thresholds and
 * net benefit, the smooth calibration curve, subgroups. docs/reference/evidence.md explains it.
 * Invariants: every figure has an interval and n, or is null where the data cannot support it; a level with too few
 * persons has no figures.
 */
import { z } from "zod";
import { estimateSchema } from "../measures/estimate.ts";
import { SUBGROUP_FIGURES } from "../resampling/subgroup-figures.ts";
import { THRESHOLD_FIGURES } from "../resampling/threshold-figures.ts";

export const EVIDENCE_SCHEMA = "longitude.evidence/1";

const measure = estimateSchema.nullable();

function record<const Names extends readonly string[]>(names: Names) {
  return z.strictObject(
    Object.fromEntries(names.map((name) => [name, measure])) as { [K in Names[number]]: typeof measure },
  );
}

const threshold = z.strictObject({
  /** A person is flagged at or above this risk. */
  risk: z.number(),
  /** Why it is here: a configured risk, the share of persons that it flags, or a point of the decision curve. */
  from: z.enum(["risk", "share", "curve"]),
  /** With `from: share`: the share of persons that was asked for. */
  share: z.number().nullable(),
  figures: record(THRESHOLD_FIGURES),
});

const comparison = record(["auroc", "observedToExpected", "falseNegativeRate", "falsePositiveRate"]);

const level = z.strictObject({
  name: z.string(),
  n: z.number().int(),
  /** Onsets by the horizon; null when there are some, but fewer than the minimum cell. */
  events: z.number().int().nullable(),
  /** `judged`, or why not: `too few to judge`. */
  judged: z.enum(["judged", "too few to judge"]),
  figures: record(SUBGROUP_FIGURES).nullable(),
  /** This level minus the reference level, and divided by it, on the same resamples; null for the reference itself. */
  difference: comparison.nullable(),
  ratio: comparison.nullable(),
});

const subgroup = z.strictObject({
  attribute: z.string(),
  /** The largest level that is judged; null when none is. */
  reference: z.string().nullable(),
  /** The operating threshold at which cases count as missed. */
  threshold: z.number(),
  levels: z.array(level),
});

const band = z.strictObject({
  fromDays: z.number(),
  /** Null: without end. */
  toDays: z.number().nullable(),
  /** Onsets in it; never fewer than the minimum cell. */
  onsets: z.number().int(),
  share: measure,
});

const overTime = z.strictObject({
  /** Of the periods that the prediction times lie in. */
  grain: z.enum(["month", "quarter", "year"]),
  periods: z.array(level.omit({ difference: true, ratio: true })),
  /** By days from prediction to onset: the share of the onsets that the threshold finds. */
  leadTime: z.strictObject({ threshold: z.number(), bands: z.array(band) }),
  /** By days from the onset until the record knew of it: the share of the onsets. */
  labelDelay: z.array(band),
});

const task = z.strictObject({
  outcome: z.string(),
  title: z.string(),
  landmark: z.string(),
  horizon: z.string(),
  n: z.number().int(),
  events: z.number().int(),
  thresholds: z.array(threshold),
  calibration: z.strictObject({
    /** Mean, median, 90th percentile and maximum distance between predicted risk and the smooth curve. */
    ici: measure,
    e50: measure,
    e90: measure,
    eMax: measure,
    curve: z.array(z.strictObject({ risk: z.number(), observed: measure })),
  }),
  subgroups: z.array(subgroup),
  /** Null in evidence that was measured before it was looked at. */
  overTime: overTime.nullable().default(null),
});

export const evidenceSchema = z.strictObject({
  schema: z.literal(EVIDENCE_SCHEMA),
  model: z.string(),
  persons: z.number().int(),
  /** Levels with fewer persons are taken together and have no figures. */
  minimumCell: z.number().int(),
  tasks: z.array(task),
});

export type Evidence = z.infer<typeof evidenceSchema>;
export type EvidenceTask = z.infer<typeof task>;
export type EvidenceThreshold = z.infer<typeof threshold>;
export type EvidenceSubgroup = z.infer<typeof subgroup>;
