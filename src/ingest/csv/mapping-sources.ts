/**
 * The parts of a mapping that say where one thing stands in a row: a time, a code, a value.
 * docs/reference/mapping.md documents every key.
 */
import { z } from "zod";
import { recogniseUnit } from "../unit.ts";

export const column = z.string().min(1);

const unit = z.string().refine((text) => recogniseUnit(text) !== null, {
  message: "not a unit of UCUM (https://ucum.org)",
});

/** What a column with a time holds. */
const TIME_KINDS = [
  "date",
  "unix-seconds",
  "unix-milliseconds",
  "days-from-index",
  "hours-from-index",
  "minutes-from-index",
  "days-from-order",
] as const;
export type TimeKind = (typeof TIME_KINDS)[number];

/** A column with a time: a date (ISO 8601, or as `format` says) or a count from the index date or the row's place. */
export const timeSource = z.strictObject({
  column,
  as: z.enum(TIME_KINDS).default("date"),
  /** How a date is written, where not ISO 8601: `MM/DD/YYYY HH:mm`. */
  format: z
    .string()
    .regex(/YYYY|YY/, "a format names the year with YYYY or YY")
    .optional(),
  /** Column with the time of day, `8:30`, when it stands apart from the date. */
  clock: column.optional(),
  /** Added to the time, in days. */
  plusDays: z.number().optional(),
});

/** A stated number of days after the index date, or after the row's place in the order: the same for every row. */
const fixedTime = z.strictObject({ from: z.enum(["index", "order"]), plusDays: z.number() });

/** `index`: the person's index date. `order`: the row's own place in the made-up order of the table. */
export const eventTime = z.union([z.enum(["index", "order"]), fixedTime, timeSource]);

/** The row counts only when every named column holds one of the listed texts. */
export const condition = z.record(z.string(), z.array(z.string()).min(1)).default({});

/** Texts that mean that there is no value, for single columns, beside those of the whole mapping. */
export const missingTexts = z.record(z.string(), z.array(z.string()).min(1)).default({});

/** Left out on purpose; the text says why and stands in the tally. */
const drop = z.strictObject({ drop: z.string().min(1) });

const described = { unit: unit.optional(), description: z.string().optional() };

const codeTarget = z.union([
  z.strictObject({
    code: z.string().min(1),
    ...described,
    /** True of the person and without a time. */
    static: z.boolean().default(false),
    /** Texts of the value that mean that there is none, for this code only. */
    missing: z.array(z.string()).default([]),
    /** The value is no number but a text that has a code of its own. */
    values: z.record(z.string(), z.union([z.string().min(1), drop])).optional(),
    /** The number is multiplied by this before it is kept, e.g. 100 for a share that is a percentage elsewhere. */
    scale: z.number().positive().default(1),
  }),
  /** The value is the age in years at the index date and gives the birth. */
  z.strictObject({ birth: z.literal("age-at-index-years"), missing: z.array(z.string()).default([]) }),
  drop,
]);
export type CodeTarget = z.output<typeof codeTarget>;

export const codeSource = z.union([
  /** The same code for every row. */
  z.strictObject({ fixed: z.string().min(1), ...described }),
  /** The column's text is looked up; a text that is not listed is rejected. */
  z.strictObject({ column, codes: z.record(z.string(), codeTarget) }),
  /** The column's text is the code, behind a prefix such as `ICD10CM/`. */
  z.strictObject({
    column,
    prefix: z.string(),
    /** Repairs what spreadsheets do to codes: lost zeros in front, a point that was left out. */
    format: z.enum(["icd9cm", "icd10cm"]).optional(),
  }),
  /** Each of the columns is an event of its own: its number is the value, or its text an answer. */
  z.strictObject({
    columns: z.record(z.string(), z.strictObject({ code: z.string().min(1), ...described })),
    /** Text → what stands behind the code (`//UP`, or nothing); without it the text is a number. */
    answers: z.record(z.string(), z.union([z.string(), drop])).optional(),
  }),
]);
export type CodeSource = z.output<typeof codeSource>;

const valueColumn = z.strictObject({
  column,
  /** Text → number, e.g. the middle of a range; a text that is not listed is read as a number. */
  numbers: z.record(z.string(), z.number()).default({}),
  scale: z.number().positive().default(1),
});
export type ValueSource = z.output<typeof valueColumn>;

export const valueSource = z
  .union([column, valueColumn])
  .transform(
    (source): ValueSource =>
      typeof source === "string" ? { column: source, numbers: {}, scale: 1 } : source,
  );

export type EventTimeSource = z.output<typeof eventTime>;
