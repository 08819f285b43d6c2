/**
 * What each check is called and where it belongs: the categories of Kahn et al., "A Harmonized Data Quality Assessment
 * Terminology and Framework", eGEMs 2016, 4(1):1244. `verification` looks at the records alone and at stated limits,
 * `over time` at their own months and years and at the previous import.
 */
import type { CheckId } from "./quality-config.ts";

export const CATEGORIES = ["conformance", "completeness", "plausibility"] as const;
export type Category = (typeof CATEGORIES)[number];
export const CONTEXTS = ["verification", "over time"] as const;
type Context = (typeof CONTEXTS)[number];
/** How a figure of the check is written. */
export const FIGURES = ["share", "count", "number"] as const;
type Figure = (typeof FIGURES)[number];

export interface CheckTitle {
  readonly category: Category;
  readonly context: Context;
  readonly title: string;
  readonly figure: Figure;
}

const check = (category: Category, context: Context, title: string, figure: Figure): CheckTitle => ({
  category,
  context,
  title,
  figure,
});

/** In the order of the report. */
export const CHECKS: Readonly<Record<CheckId, CheckTitle>> = {
  rejectedRows: check("conformance", "verification", "Rows that were rejected", "share"),
  unknownUnits: check("conformance", "verification", "Units that are not recognised", "share"),
  malformedCodes: check(
    "conformance",
    "verification",
    "Codes that do not have the form of their system",
    "share",
  ),
  unmappedCodes: check("conformance", "verification", "Codes of no standard system", "share"),
  orphanCodes: check("conformance", "verification", "Codes without description and parent", "share"),
  mixedUnits: check("conformance", "verification", "Several units for one code", "share"),
  eventGaps: check("completeness", "over time", "Months with far fewer events", "count"),
  missingBirth: check("completeness", "verification", "Persons without a date of birth", "share"),
  missingSex: check("completeness", "verification", "Persons without a sex", "share"),
  personsWithoutEvents: check("completeness", "verification", "Persons without a dated event", "share"),
  missingValues: check("completeness", "verification", "Measurements without a value", "share"),
  lostPersons: check("completeness", "over time", "Fewer persons than in the previous import", "share"),
  lostEvents: check("completeness", "over time", "Fewer events in the same months than before", "share"),
  vanishedCodes: check("completeness", "over time", "Frequent codes that have vanished", "count"),
  duplicates: check("plausibility", "verification", "Events that stand twice", "share"),
  copiedCodes: check("plausibility", "verification", "Codes that are copies of each other", "count"),
  outsideLife: check("plausibility", "verification", "Events outside the person's life", "share"),
  futureEvents: check("plausibility", "verification", "Events in the future", "share"),
  oldAges: check("plausibility", "verification", "Persons older than 120 years", "share"),
  reversedEncounters: check("plausibility", "verification", "Encounters that end before they begin", "share"),
  newYearDates: check("plausibility", "verification", "Events on the first of January", "share"),
  wrongSex: check("plausibility", "verification", "Diagnoses of the other sex", "share"),
  implausibleValues: check("plausibility", "verification", "Values beyond stated limits", "share"),
  mislabelledUnits: check("plausibility", "verification", "Values that fit another unit", "share"),
  constantValues: check("plausibility", "verification", "Values that never vary", "count"),
  levelShifts: check("plausibility", "over time", "Years whose values lie apart", "number"),
  eventSurges: check("plausibility", "over time", "Months with far more events", "count"),
  newCodes: check("plausibility", "over time", "Codes that the previous import did not have", "share"),
  codeDrift: check("plausibility", "over time", "Codes drawn otherwise than before (PSI)", "number"),
  valueDrift: check("plausibility", "over time", "Values distributed otherwise than before (PSI)", "number"),
  valueDistance: check("plausibility", "over time", "Largest distance of distributions (KS)", "share"),
};
