/**
 * `mapping.yaml`: says in which columns of which CSV files the persons, times, codes and values stand.
 * docs/reference/mapping.md documents every key.
 */
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { INPUT_UNREADABLE, MAPPING_INVALID } from "../../errors/registry.ts";
import { parseCalendarTime } from "../calendar.ts";
import { recogniseUnit } from "../unit.ts";

const column = z.string().min(1);

const dateText = z.string().refine((text) => parseCalendarTime(text)?.precision === "day", {
  message: "a date is written YYYY-MM-DD",
});

const unit = z.string().refine((text) => recogniseUnit(text) !== null, {
  message: "not a unit of UCUM (https://ucum.org)",
});

/** A column with a time: a date (ISO 8601, any precision) or whole days from the person's index date. */
const timeSource = z.strictObject({
  column,
  as: z.enum(["date", "days-from-index"]).default("date"),
});

/** The row counts only when every named column holds one of the listed texts. */
const condition = z.record(z.string(), z.array(z.string()).min(1)).default({});

const codeTarget = z.union([
  z.strictObject({ code: z.string().min(1), unit: unit.optional(), description: z.string().optional() }),
  /** Left out on purpose; the text says why and stands in the tally. */
  z.strictObject({ drop: z.string().min(1) }),
]);

const codeSource = z.union([
  /** The same code for every row. */
  z.strictObject({ fixed: z.string().min(1), unit: unit.optional(), description: z.string().optional() }),
  /** The column's text is looked up; a text that is not listed is rejected. */
  z.strictObject({ column, codes: z.record(z.string(), codeTarget) }),
  /** The column's text is the code, behind a prefix such as `ICD10CM/`. */
  z.strictObject({ column, prefix: z.string() }),
]);

const subjects = z.strictObject({
  file: z.string().min(1),
  id: column,
  /** Persons with the same text share a split; never an input. */
  group: column.optional(),
  /** The person's index date, when other times are relative to it. */
  index: z
    .union([
      z.strictObject({ column }),
      z.strictObject({ invented: z.strictObject({ seed: z.string(), from: dateText, to: dateText }) }),
    ])
    .optional(),
  birth: z.union([timeSource, z.strictObject({ column, as: z.literal("age-at-index-years") })]).optional(),
  sex: z.strictObject({ column, values: z.record(z.string(), z.enum(["M", "F", "O", "U"])) }).optional(),
  death: z.strictObject({ column, as: timeSource.shape.as, when: condition }).optional(),
  /** Events that stand in the row of the person, e.g. the index itself or the end of follow-up. */
  events: z
    .array(
      z.strictObject({
        code: z.string().min(1),
        time: z.union([z.literal("index"), timeSource]),
        when: condition,
      }),
    )
    .default([]),
  /** Columns left out on purpose: column → why. Every text in them is counted as dropped. */
  drop: z.record(z.string(), z.string()).default({}),
});

const table = z.strictObject({
  file: z.string().min(1),
  subject: column,
  time: timeSource,
  /** When it could have been known, e.g. the date of a report. */
  available: timeSource.optional(),
  code: codeSource,
  value: column.optional(),
  text: column.optional(),
  /** Column of the unit, when it differs from row to row. */
  unit: column.optional(),
  encounter: column.optional(),
  when: condition,
  drop: z.record(z.string(), z.string()).default({}),
});

export const mappingSchema = z.strictObject({
  schema: z.literal("longitude.mapping/1"),
  delimiter: z.string().length(1).default(","),
  /** Texts that mean that there is no value. */
  missing: z.array(z.string()).default(["", "NA"]),
  subjects,
  tables: z.array(table).default([]),
});

export type Mapping = z.output<typeof mappingSchema>;
export type SubjectMapping = Mapping["subjects"];
export type TableMapping = Mapping["tables"][number];
export type TimeSource = z.output<typeof timeSource>;

export async function readMapping(path: string): Promise<Mapping> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new LongitudeError(INPUT_UNREADABLE, `cannot read the mapping ${path}`, { cause });
  }
  return parseMapping(text, path);
}

export function parseMapping(text: string, name: string): Mapping {
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (cause) {
    throw new LongitudeError(MAPPING_INVALID, `${name} is not YAML`, { cause });
  }
  const parsed = mappingSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(
    (issue) => `${issue.path.join(".") || "the file"}: ${issue.message}`,
  );
  throw new LongitudeError(MAPPING_INVALID, `${name} has ${issues.length} fault(s): ${issues.join("; ")}`);
}
