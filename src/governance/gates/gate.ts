/**
 * What a gate is: which figure of which evidence, on which side of which bound, and what it keeps a model from.
 * `gates.yaml` is a list of these; what it leaves out has the strict default.
 */
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { GATES_INVALID } from "../../errors/registry.ts";
import { AUDIT_NAMES } from "../../evaluation/audits/audit.ts";
import { DESIGNS } from "../../evaluation/design/evaluation-design.ts";
import { boundSchema } from "../../evaluation/measures/bound.ts";
import { silentGateSchema } from "./silent-gate.ts";

export const GATES_SCHEMA = "longitude.gates/1";

/** Checks that are no figures of a task. */
export const CONDITIONS = ["outcomes vetted", "data quality passed", "de-identification proven"] as const;

const common = {
  id: z.string().regex(/^[a-z0-9-]+$/, "lower-case letters, digits and hyphens"),
  title: z.string().min(1),
  /** `deploy`: keeps the model from being shown; `silent`: keeps it from running at all. */
  keepsFrom: z.enum(["deploy", "silent"]).default("deploy"),
};

const figureGate = z.strictObject({
  ...common,
  kind: z.literal("figure"),
  /** Which design's evidence: the site's held-out persons; these, held out by time or by site; or records from elsewhere. */
  design: z.enum(DESIGNS).default("internal"),
  /** A measure of the main model (`cIndex`), or of its calibration (`ici`). */
  measure: z.string().min(1),
  bounds: z.array(boundSchema).min(1),
});

const comparisonGate = z.strictObject({
  ...common,
  kind: z.literal("comparison"),
  design: z.enum(DESIGNS).default("internal"),
  measure: z.enum(["cIndex", "auroc", "auprc", "brier"]).default("cIndex"),
  /** A baseline's name, or `strongest`. */
  against: z.string().min(1).default("strongest"),
  bounds: z.array(boundSchema).min(1),
});

const subgroupGate = z.strictObject({
  ...common,
  kind: z.literal("subgroups"),
  design: z.enum(DESIGNS).default("internal"),
  measure: z.enum(["auroc", "observedToExpected", "falseNegativeRate", "falsePositiveRate"]),
  /** `ratio` or `difference` to the reference level. */
  compare: z.enum(["ratio", "difference"]),
  bounds: z.array(boundSchema).min(1),
});

const sizeGate = z.strictObject({
  ...common,
  kind: z.literal("size"),
  design: z.enum(DESIGNS).default("internal"),
  minimumEvents: z.int().min(1),
});

const auditGate = z.strictObject({
  ...common,
  kind: z.literal("audit"),
  audit: z.enum(AUDIT_NAMES),
});

const conditionGate = z.strictObject({
  ...common,
  kind: z.literal("condition"),
  condition: z.enum(CONDITIONS),
});

const gateSchema = z.discriminatedUnion("kind", [
  figureGate,
  comparisonGate,
  subgroupGate,
  sizeGate,
  auditGate,
  conditionGate,
]);

export const gatesSchema = z
  .strictObject({
    schema: z.literal(GATES_SCHEMA),
    gates: z.array(gateSchema).min(1),
    /** What must have matured in silence before anything is shown; null: the site asks for nothing. */
    silent: silentGateSchema.nullable().prefault({}),
  })
  .refine(
    ({ gates }) => new Set(gates.map(({ id }) => id)).size === gates.length,
    "a gate's id stands twice",
  );

export type Gate = z.output<typeof gateSchema>;
export type Gates = z.output<typeof gatesSchema>;

/** @throws LongitudeError GATES_INVALID */
export async function readGates(path: string): Promise<Gates> {
  try {
    return gatesSchema.parse(parse(await readFile(path, "utf8")));
  } catch (cause) {
    const where =
      cause instanceof z.ZodError
        ? cause.issues.map(({ path: at }) => at.join(".")).join(", ")
        : "not readable";
    throw new LongitudeError(GATES_INVALID, `${path}: ${where}`, { cause });
  }
}

/** What must hold when a site says nothing else. */
export const DEFAULT_GATES: Gates = gatesSchema.parse({
  schema: GATES_SCHEMA,
  gates: [
    {
      id: "vetted",
      kind: "condition",
      title: "Experts have vetted the outcome",
      condition: "outcomes vetted",
    },
    {
      id: "quality",
      kind: "condition",
      title: "The records passed their quality checks",
      condition: "data quality passed",
      keepsFrom: "silent",
    },
    {
      id: "deidentified",
      kind: "condition",
      title: "The records are proven to be de-identified",
      condition: "de-identification proven",
      keepsFrom: "silent",
    },
    { id: "events", kind: "size", title: "Enough onsets to judge", minimumEvents: 100 },
    {
      id: "ranking",
      kind: "figure",
      title: "Ranks clearly better than chance",
      measure: "cIndex",
      bounds: [{ on: "low", atLeast: 0.65 }],
      keepsFrom: "silent",
    },
    {
      id: "baselines",
      kind: "comparison",
      title: "No baseline does as well",
      bounds: [{ on: "low", atLeast: 0 }],
    },
    {
      id: "in-the-large",
      kind: "figure",
      title: "As many onsets as expected",
      measure: "observedToExpected",
      bounds: [
        { on: "low", atLeast: 0.7 },
        { on: "high", atMost: 1.4 },
      ],
    },
    {
      id: "calibration",
      kind: "figure",
      title: "Risks lie close to what is observed",
      measure: "ici",
      bounds: [{ on: "high", atMost: 0.05 }],
    },
    {
      id: "missed",
      kind: "subgroups",
      title: "No group's cases are missed more often",
      measure: "falseNegativeRate",
      compare: "ratio",
      bounds: [{ on: "low", atMost: 1.25 }],
    },
    {
      id: "fair-risks",
      kind: "subgroups",
      title: "No group's risk is stated too low or too high",
      measure: "observedToExpected",
      compare: "ratio",
      bounds: [
        { on: "low", atMost: 1.25 },
        { on: "high", atLeast: 0.8 },
      ],
    },
    {
      id: "elsewhere",
      kind: "figure",
      title: "Proven on records from elsewhere",
      design: "external",
      measure: "cIndex",
      bounds: [{ on: "low", atLeast: 0.65 }],
    },
    {
      id: "leakage",
      kind: "audit",
      title: "Nothing leaks from the future",
      audit: "leakage",
      keepsFrom: "silent",
    },
    {
      id: "robust",
      kind: "audit",
      title: "Holds on records that differ a little",
      audit: "robustness",
    },
    {
      id: "memory",
      kind: "audit",
      title: "The model has memorised nobody",
      audit: "privacy",
      keepsFrom: "silent",
    },
  ],
});
