/** The `quality` section of longitude.yaml: what records must hold before anything is built from them. */
import { z } from "zod";

const share = (limit: number) => z.number().min(0).max(1).default(limit);
const number = (limit: number) => z.number().min(0).default(limit);

export const limitsSchema = z.strictObject({
  /** Rejected candidate events of one source, as a share of its candidates. */
  rejectedRows: share(0.01),
  /** Values of a code in a unit that is not recognised, as a share of its values. */
  unknownUnits: share(0.01),
  /** Events of a code system whose codes do not have its form, as a share of the system's events. */
  malformedCodes: share(0.001),
  /** Events that carry a code of no standard system, as a share of all. */
  unmappedCodes: share(0.05),
  /** Events with a code that has neither a description nor a parent, as a share of all. */
  orphanCodes: share(0.01),
  /** Values of a code in another unit than most, or in none, as a share of its values. */
  mixedUnits: share(0.01),
  /** Months with less than a fifth of the events of the months around, in one domain. */
  eventGaps: number(0),
  /** Persons without a date of birth, as a share. */
  missingBirth: share(0.01),
  /** Persons without a sex, as a share. */
  missingSex: share(0.01),
  /** Persons of whom nothing is dated but birth and death, as a share. */
  personsWithoutEvents: share(0.05),
  /** Events without a value, as a share, for a code that mostly has one. */
  missingValues: share(0.05),
  /** Events that stand twice (same person, time, code and value), as a share of the domain's. */
  duplicates: share(0.005),
  /** Pairs of codes that carry the same values, one of which is not dropped. */
  copiedCodes: number(0),
  /** Events before birth or more than a month after death, rejected ones included, as a share of all. */
  outsideLife: share(0.001),
  /** Events after the present month, as a share of all. */
  futureEvents: share(0),
  /** Persons older than 120 years in their record, as a share. */
  oldAges: share(0),
  /** Encounters that end before they begin, as a share. */
  reversedEncounters: share(0.001),
  /** Events of a domain on the first of January, as a share: a year known alone, written as a date. */
  newYearDates: share(0.02),
  /** Diagnoses that the recorded sex does not have, as a share of the diagnoses concerned. */
  wrongSex: share(0.01),
  /** Values of a code beyond its stated limits, as a share. */
  implausibleValues: share(0.005),
  /** Values of a code that fit another unit than the one that stands with them, as a share. */
  mislabelledUnits: share(0.001),
  /** Codes whose values are all the same. */
  constantValues: number(0),
  /** Distance of a year's median from the code's own, in widths of its middle half. */
  levelShifts: number(1.5),
  /** Months with more than five times the events of the months around, in one domain. */
  eventSurges: number(0),
  /** Persons that the previous import had and this one lacks in number, as a share. */
  lostPersons: share(0.02),
  /** Events that a domain had in the months of the previous import and now lacks in number, as a share. */
  lostEvents: share(0.05),
  /** Codes that were frequent in the previous import and are absent. */
  vanishedCodes: number(0),
  /** Events with a code that the previous import did not have, as a share of all. */
  newCodes: share(0.05),
  /** Population stability index of the codes of a system against the previous import. */
  codeDrift: number(0.25),
  /** Population stability index of a code's values against the previous import. */
  valueDrift: number(0.25),
  /** Largest distance between the two distributions of a code's values (Kolmogorov–Smirnov), beyond chance. */
  valueDistance: share(0.2),
});

export type Limits = z.output<typeof limitsSchema>;
export type CheckId = keyof Limits;

export const checkIds = Object.keys(limitsSchema.shape) as [CheckId, ...CheckId[]];

export const waiverSchema = z.strictObject({
  /** The check whose finding is accepted. */
  check: z.enum(checkIds),
  /** What of it: a domain, system or code as the report names it; a `*` at the end stands for any ending. */
  of: z.string().min(1).default("*"),
  /** Who answers for it. */
  name: z.string().trim().min(2),
  /** Why it may stand. */
  reason: z.string().trim().min(10),
  /** Last day on which it counts, `2027-06-30`; after it the build stops again. */
  expires: z.iso.date(),
});
export type Waiver = z.output<typeof waiverSchema>;

export const qualitySchema = z.strictObject({
  /** The limit of each check. A finding above it stops the build. */
  limits: limitsSchema.prefault({}),
  /** Fewer values or events than this say nothing about a distribution. */
  minimumCount: z.number().int().min(20).default(200),
  /** Dates were moved or invented person by person: months and years, and today's date, then say nothing. */
  shiftedDates: z.boolean().default(false),
  /** Findings that somebody has accepted, with a name, a reason and a last day. */
  waivers: z.array(waiverSchema).default([]),
});

export type QualityConfig = z.output<typeof qualitySchema>;
