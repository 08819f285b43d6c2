/** What the gate found of the records: `quality.json` in the folder `quality` of the site. No person's value is in it. */
import { z } from "zod";
import { CATEGORIES, CONTEXTS, FIGURES } from "../check-catalogue.ts";
import { checkIds, waiverSchema } from "../quality-config.ts";

export const QUALITY_SCHEMA = "longitude.quality/1";
const OUTCOMES = ["passed", "failed", "waived", "not judged"] as const;

const findingSchema = z.strictObject({
  of: z.string(),
  value: z.number(),
  n: z.number(),
  detail: z.string(),
  outcome: z.enum(["passed", "failed", "waived"]),
  /** Who accepted it, why and until when. */
  waiver: z.strictObject({ name: z.string(), reason: z.string(), expires: z.string() }).nullable(),
});

const checkSchema = z.strictObject({
  check: z.enum(checkIds),
  category: z.enum(CATEGORIES),
  context: z.enum(CONTEXTS),
  title: z.string(),
  figure: z.enum(FIGURES),
  limit: z.number(),
  /** Not judged: the records have nothing that it looks at, or there is no previous import. */
  outcome: z.enum(OUTCOMES),
  /** Domains, codes and so on that were judged. */
  judged: z.number(),
  /** Those above the limit and the worst below it, the worst first. */
  findings: z.array(findingSchema).readonly(),
});

export const qualityReportSchema = z.strictObject({
  schema: z.literal(QUALITY_SCHEMA),
  passed: z.boolean(),
  date: z.string(),
  persons: z.number(),
  events: z.number(),
  comparedWithPrevious: z.boolean(),
  counts: z.record(z.enum(OUTCOMES), z.number()),
  checks: z.array(checkSchema).readonly(),
  /** Waivers past their last day that would cover a finding: refused. */
  expiredWaivers: z.array(waiverSchema).readonly(),
  /** Waivers that cover nothing. */
  unusedWaivers: z.array(waiverSchema).readonly(),
});

export type QualityReport = Readonly<z.output<typeof qualityReportSchema>>;
export type CheckResult = Readonly<z.output<typeof checkSchema>>;
export type JudgedFinding = Readonly<z.output<typeof findingSchema>>;
export type Outcome = CheckResult["outcome"];
