/** What de-identification did to a dataset: stored as `metadata/privacy.json` beside it. No value of a person is in it. */
import { z } from "zod";
import { PROFILES } from "../privacy-config.ts";

export const PRIVACY_JSON = "metadata/privacy.json";
export const PRIVACY_REPORT_SCHEMA = "longitude.privacy/1";

const counted = z.array(z.strictObject({ rule: z.string(), what: z.string(), count: z.int().nonnegative() }));
const riskSchema = z.strictObject({
  quasiIdentifiers: z.array(z.string()),
  persons: z.int().nonnegative(),
  classes: z.int().nonnegative(),
  /** Persons in the smallest class. */
  k: z.int().nonnegative(),
  /** Share of the persons who are alone in their class. */
  unique: z.number(),
  /** Greatest and mean chance that a person known to be in the store is found: 1 / class size. */
  prosecutor: z.strictObject({ greatest: z.number(), mean: z.number() }),
  /** The same for somebody of the population, who may be in the store or not. */
  journalist: z.strictObject({ greatest: z.number(), mean: z.number(), population: z.int().nullable() }),
  /** Class size → persons in classes of that size; sizes of 20 and more together under 20. */
  sizes: z.record(z.string(), z.int()),
});
export type Risk = z.output<typeof riskSchema>;

export const privacyReportSchema = z.strictObject({
  schema: z.literal(PRIVACY_REPORT_SCHEMA),
  profile: z.enum(PROFILES),
  zone: z.string(),
  /** The effective configuration. */
  configuration: z.json(),
  persons: z.strictObject({
    in: z.int(),
    kept: z.int(),
    optedOut: z.int(),
    suppressed: z.int(),
    /** Safe Harbor: persons over 89, in one group. */
    over89: z.int(),
    /** Expert Determination: persons whose statics or date of birth were made coarser. */
    generalised: z.int(),
  }),
  events: z.strictObject({ in: z.int(), kept: z.int() }),
  /** Every rule with what it did. */
  rules: counted,
  /** FHIR, OMOP, HL7: elements of the export by class, those that the table does not know under `unknown`. */
  elements: z.array(
    z.strictObject({
      class: z.enum(["keep", "transform", "drop", "unknown"]),
      element: z.string(),
      count: z.int().nonnegative(),
    }),
  ),
  risk: riskSchema,
  /** Before anything was generalised or suppressed. */
  riskBefore: riskSchema,
  riskLimit: z.number().nullable(),
});
export type PrivacyReport = z.output<typeof privacyReportSchema>;

/** Counts by rule and detail. */
export class RuleCounts {
  readonly #counts = new Map<string, { rule: string; what: string; count: number }>();

  add(rule: string, what: string, count = 1): void {
    if (count === 0) return;
    const key = `${rule}\u0000${what}`;
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { rule, what, count });
    else known.count += count;
  }

  rows(): { rule: string; what: string; count: number }[] {
    return [...this.#counts.values()].sort((a, b) =>
      a.rule === b.rule ? b.count - a.count : a.rule < b.rule ? -1 : 1,
    );
  }
}
