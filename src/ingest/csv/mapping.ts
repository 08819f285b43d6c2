/**
 * `mapping.yaml`: says in which columns of which CSV files the persons, times, codes and values stand.
 * docs/reference/mapping.md documents every key.
 */
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { yamlOutOfBounds } from "../../artefacts/yaml-bounds.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { INPUT_UNREADABLE, MAPPING_INVALID } from "../../errors/registry.ts";
import { parseCalendarTime } from "../calendar.ts";
import { isEncoding } from "./csv-text.ts";
import {
  codeSource,
  column,
  condition,
  eventTime,
  missingTexts,
  timeSource,
  valueSource,
} from "./mapping-sources.ts";

const dateText = z.string().refine((text) => parseCalendarTime(text)?.precision === "day", {
  message: "a date is written YYYY-MM-DD",
});

/** Column → why it is left out on purpose. Every text in it is counted as dropped. */
const droppedColumns = z.record(z.string(), z.string()).default({});

const birth = z.union([
  timeSource,
  z.strictObject({
    column,
    as: z.literal("age-at-index-years"),
    /** Text → age, e.g. the middle of an age group. */
    numbers: z.record(z.string(), z.number()).default({}),
  }),
]);

const subjects = z.strictObject({
  file: z.string().min(1),
  id: column,
  /** A person has several rows: the one with the lowest (first) or highest (last) number in `by` counts. */
  repeated: z.strictObject({ keep: z.enum(["first", "last"]), by: column }).optional(),
  /** Persons with the same text share a split; never an input. */
  group: column.optional(),
  /** The person's index date, when other times are relative to it. */
  index: z
    .union([
      z.strictObject({ column }),
      z.strictObject({ invented: z.strictObject({ seed: z.string(), from: dateText, to: dateText }) }),
    ])
    .optional(),
  birth: birth.optional(),
  sex: z.strictObject({ column, values: z.record(z.string(), z.enum(["M", "F", "O", "U"])) }).optional(),
  death: z.strictObject({ ...timeSource.shape, when: condition }).optional(),
  /** What is true of the person without a time, e.g. race. */
  statics: z.array(codeSource).default([]),
  /** Events that stand in the row of the person, e.g. the index itself or the end of follow-up. */
  events: z
    .array(
      z.strictObject({
        code: z.string().min(1),
        time: eventTime,
        when: condition,
        /** Without a time there is no event; else a missing time is rejected. */
        optional: z.boolean().default(false),
      }),
    )
    .default([]),
  missing: missingTexts,
  drop: droppedColumns,
});

const eventFields = {
  time: eventTime.optional(),
  /** When it could have been known, e.g. the date of a report. */
  available: eventTime.optional(),
  code: codeSource,
  value: valueSource.optional(),
  text: column.optional(),
  /** Column of the unit, when it differs from row to row. */
  unit: column.optional(),
  when: condition,
  /** Where the column of the code or of the value is empty there is no event; else an empty code is rejected. */
  optional: z.boolean().default(false),
};

const event = z.strictObject(eventFields);
export type EventMapping = z.output<typeof event>;

const table = z
  .strictObject({
    file: z.string().min(1),
    subject: column,
    /** Rows without dates: the person's rows by this number, `every` so many days from the index date on. */
    order: z.strictObject({ column, everyDays: z.number().positive() }).optional(),
    ...eventFields,
    code: codeSource.optional(),
    /** Several events a row; what they do not say is as the table says. */
    events: z.array(event).default([]),
    encounter: column.optional(),
    missing: missingTexts,
    drop: droppedColumns,
  })
  .transform(({ code, value, text, unit, optional, events, ...rest }, context) => {
    const { time, available } = rest;
    const own = code === undefined ? [] : [{ code, value, text, unit, time, available, optional, when: {} }];
    const all = [...own, ...events].map((one) => ({
      ...one,
      time: one.time ?? time,
      available: one.available ?? available,
    }));
    if (all.length === 0) context.addIssue("a table needs a code, or a list of events");
    if (all.some((one) => one.time === undefined)) context.addIssue("every event needs a time");
    const usesOrder = all.some((one) => isFromOrder(one.time) || isFromOrder(one.available));
    if (usesOrder && rest.order === undefined) context.addIssue("a time from the order needs the key order");
    return { ...rest, events: all };
  });

function isFromOrder(source: z.output<typeof eventTime> | undefined): boolean {
  if (source === undefined || typeof source === "string") return source === "order";
  return "from" in source ? source.from === "order" : source.as === "days-from-order";
}

export const mappingSchema = z.strictObject({
  schema: z.literal("longitude.mapping/1"),
  delimiter: z.string().length(1).default(","),
  /** Of the files, e.g. `windows-1250`; left out: UTF-8 and UTF-16 are recognised, anything else is Windows-1252. */
  encoding: z.string().refine(isEncoding, { message: "an encoding that is not known" }).optional(),
  /** What stands before the decimals of a number; with a comma, dots stand between thousands. */
  decimal: z.enum([".", ","]).default("."),
  /** Texts that mean that there is no value. */
  missing: z.array(z.string()).default(["", "NA"]),
  subjects,
  tables: z.array(table).default([]),
});

export type Mapping = z.output<typeof mappingSchema>;
export type SubjectMapping = Mapping["subjects"];
export type TableMapping = Mapping["tables"][number];

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
  if (yamlOutOfBounds(text)) {
    throw new LongitudeError(MAPPING_INVALID, `${name} is larger, or nested deeper, than any mapping`);
  }
  let raw: unknown;
  try {
    // Warnings would repeat parts of the file on standard error.
    raw = parse(text, { logLevel: "error", prettyErrors: false });
  } catch (cause) {
    throw new LongitudeError(MAPPING_INVALID, `${name} is not YAML`, { cause });
  }
  const parsed = mappingSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.flatMap((issue) => faultsOf(issue, []));
  throw new LongitudeError(MAPPING_INVALID, `${name} has ${issues.length} fault(s): ${issues.join("; ")}`);
}

/** Of the shapes that a key may have, the one that fits best says what is wrong. */
function faultsOf(issue: z.core.$ZodIssue, at: readonly PropertyKey[]): string[] {
  const path = [...at, ...issue.path];
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const misfit = (branch: readonly z.core.$ZodIssue[]): number =>
      branch.some((one) => one.path.length === 0 && one.code !== "unrecognized_keys") ? 1000 : branch.length;
    const nearest = [...issue.errors].sort((a, b) => misfit(a) - misfit(b))[0]!;
    return nearest.flatMap((inner) => faultsOf(inner, path));
  }
  return [`${path.join(".") || "the file"}: ${issue.message}`];
}
