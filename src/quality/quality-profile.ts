/**
 * What was measured of a dataset: counts, densities and distributions, no person's value. Pure: the same records give
 * the same profile, whatever the limits and the date. Kept after a build, so that the next import is compared with it.
 */
import { z } from "zod";

export const PROFILE_SCHEMA = "longitude.quality-profile/1";
const count = z.number().int().min(0);

/** Months are counted from January of year 0: year × 12 + month − 1. */
const densitySchema = z.strictObject({
  domain: z.string(),
  firstMonth: z.number().int(),
  /** Events of each month from the first on. */
  events: z.array(count),
  onNewYear: count,
  /** Rows beyond the first of equal person, time, code, value, unit and text. */
  repeats: count,
});

const systemSchema = z.strictObject({
  system: z.string(),
  standard: z.boolean(),
  events: count,
  codes: count,
  malformedEvents: count,
  malformedCodes: z.array(z.string()),
  orphanEvents: count,
  orphanCodes: z.array(z.string()),
});

const codeSchema = z.strictObject({
  code: z.string(),
  description: z.string().nullable(),
  events: count,
  /** Events with a number. */
  values: count,
});

/** Distribution of one code in one unit. `x` are values that occur; `below[i]` is the share of values up to `x[i]`. */
const valuesSchema = z.strictObject({
  code: z.string(),
  unit: z.string().nullable(),
  n: count,
  distinct: count,
  x: z.array(z.number()),
  below: z.array(z.number()),
  /** Beyond the stated limits; null where none are stated. */
  outside: count.nullable(),
  /** The other unit that most of the values beyond the limits fit, and how many do. */
  mislabelled: z.strictObject({ unit: z.string(), n: count }).nullable(),
  years: z.array(z.strictObject({ year: z.number().int(), n: count, median: z.number() })),
});

export const profileSchema = z.strictObject({
  schema: z.literal(PROFILE_SCHEMA),
  persons: z.strictObject({
    n: count,
    withoutBirth: count,
    withoutSex: count,
    withoutEvents: count,
    olderThan120: count,
  }),
  events: count,
  /** First and last month that are not a straggler's: the thousandth and the 999 thousandths of all dated events. */
  months: z.strictObject({ first: z.number().int(), last: z.number().int() }).nullable(),
  domains: z.array(densitySchema),
  systems: z.array(systemSchema),
  codes: z.array(codeSchema),
  values: z.array(valuesSchema),
  outsideLife: count,
  encounters: z.strictObject({ n: count, reversed: count }),
  sexes: z.array(z.strictObject({ group: z.string(), n: count, wrong: count })),
  /** From the account of the ingest, where the dataset has one. */
  ingest: z
    .strictObject({
      sources: z.array(z.strictObject({ source: z.string(), candidates: count, rejected: count })),
      outsideLife: count,
      unknownUnits: z.array(z.strictObject({ code: z.string(), n: count })),
      copied: z.array(
        z.strictObject({ codes: z.tuple([z.string(), z.string()]), rows: count, resolved: z.boolean() }),
      ),
    })
    .nullable(),
});

export type QualityProfile = z.output<typeof profileSchema>;
export type DomainDensity = QualityProfile["domains"][number];
export type ValueDistribution = QualityProfile["values"][number];
