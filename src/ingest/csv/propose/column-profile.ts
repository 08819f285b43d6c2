/** What the values of one column look like, from the first rows of its file. */

import { parseCalendarTime } from "../../calendar.ts";
import { csvRows } from "../csv-rows.ts";
import { isoOf } from "../date-format.ts";
import { numberOf } from "../row-reader.ts";

export interface ColumnProfile {
  readonly name: string;
  readonly rows: number;
  /** Rows with a text that does not mean that there is none. */
  readonly filled: number;
  /** Texts that seem to mean that there is no value, the empty one aside. */
  readonly missing: readonly string[];
  /** Different texts, the most frequent first; at most `MAX_DISTINCT`. */
  readonly texts: readonly { readonly text: string; readonly n: number }[];
  /** There are more different texts than are kept. */
  readonly many: boolean;
  readonly unique: boolean;
  /** Share of the filled rows that are numbers. */
  readonly numeric: number;
  readonly integer: boolean;
  readonly min: number;
  readonly max: number;
  /** `""` = ISO 8601; null = no dates. */
  readonly dateFormat: string | null;
  /** The dates could also be read with this format: day and month are both below 13. */
  readonly otherFormat: string | null;
  readonly clock: boolean;
}

export interface FileProfile {
  /** Name in the folder, `.gz` taken off. */
  readonly file: string;
  readonly delimiter: string;
  /** What stands before the decimals of its numbers. */
  readonly decimal: "." | ",";
  readonly rows: number;
  /** The file goes on after the rows that were looked at. */
  readonly cut: boolean;
  readonly columns: readonly ColumnProfile[];
  /** The rows that were looked at, in the order of `columns`. */
  readonly sample: readonly (readonly string[])[];
}

const MAX_ROWS = 100_000;
const MAX_DISTINCT = 2_000;
/** Spellings of "no value" in exports. */
const MISSING = new Set([
  "",
  "na",
  "n/a",
  "nan",
  "null",
  "none",
  "nil",
  "?",
  ".",
  "-",
  "--",
  "unknown",
  "missing",
  "not available",
  "#n/a",
]);
/** Numbers that stand for "no value" where nothing else is near them. */
const MISSING_NUMBERS = ["-1", "-9", "-99", "-999", "-9999", "9999", "99999"];
const DATE_FORMATS = [
  "",
  "MM/DD/YYYY",
  "DD/MM/YYYY",
  "MM/DD/YYYY HH:mm",
  "DD/MM/YYYY HH:mm",
  "MM/DD/YYYY HH:mm:ss",
  "DD/MM/YYYY HH:mm:ss",
  "MM/DD/YYYY HH:mm A",
  "DD.MM.YYYY",
  "DD.MM.YYYY HH:mm",
  "DD-MMM-YYYY",
  "DD-MMM-YY",
  "MM/DD/YY",
  "DD-MM-YYYY",
  "YYYY/MM/DD",
  "YYYYMMDD",
];
const ENOUGH = 0.98;

export async function profileFile(path: string, name: string): Promise<FileProfile> {
  const delimiter = await delimiterOf(path);
  let header: readonly string[] = [];
  const rows: (readonly string[])[] = [];
  let cut = false;
  for await (const batch of csvRows(path, delimiter)) {
    header = batch.header;
    for (const row of batch.rows) rows.push(row);
    if (rows.length >= MAX_ROWS) {
      cut = true;
      break;
    }
  }
  const seen = rows.slice(0, MAX_ROWS);
  const texts = header.map((_, i) => seen.map((row) => row[i]!.trim()));
  const decimal = delimiter !== "," && texts.some(hasCommas) ? "," : ".";
  const columns = oneOrderOfDays(header.map((column, i) => profileColumn(column, texts[i]!, decimal)));
  return {
    file: name,
    delimiter,
    decimal,
    rows: seen.length,
    cut: cut && rows.length > 0,
    columns,
    sample: seen,
  };
}

async function delimiterOf(path: string): Promise<string> {
  for await (const { header } of csvRows(path, "\n")) {
    const line = header[0] ?? "";
    const count = (delimiter: string): number => line.split(delimiter).length;
    return [",", ";", "\t", "|"].reduce((best, one) => (count(one) > count(best) ? one : best));
  }
  return ",";
}

/** Numbers with a comma before their decimals, and none with a dot. */
function hasCommas(texts: readonly string[]): boolean {
  const filled = texts.filter((text) => !MISSING.has(text.toLowerCase()));
  const written = filled.filter((text) => /^[<>]?=?\s*[+-]?\d[\d.]*,\d+$/.test(text)).length;
  const whole = filled.filter((text) => /^[<>]?=?\s*[+-]?\d+$/.test(text)).length;
  return written > 0 && written + whole >= ENOUGH * filled.length;
}

/** A file writes its dates in one way: where one column tells day from month, the others follow. */
function oneOrderOfDays(columns: readonly ColumnProfile[]): ColumnProfile[] {
  const dayFirst = (format: string | null): boolean => format?.startsWith("DD") === true;
  const sure = columns.filter(
    ({ dateFormat, otherFormat }) => otherFormat === null && /^(DD|MM)\//.test(dateFormat ?? ""),
  );
  const days = sure.filter(({ dateFormat }) => dayFirst(dateFormat)).length;
  if (sure.length === 0 || (days > 0 && days < sure.length)) return [...columns];
  return columns.map((column) => {
    const { dateFormat, otherFormat } = column;
    if (otherFormat === null) return column;
    const right = [dateFormat, otherFormat].find((format) => dayFirst(format) === days > 0);
    return right === undefined ? column : { ...column, dateFormat: right!, otherFormat: null };
  });
}

function profileColumn(name: string, texts: readonly string[], decimal: "." | ","): ColumnProfile {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const missing = missingTexts(counts);
  const present = [...counts].filter(([text]) => text !== "" && !missing.includes(text));
  const filled = present.reduce((sum, [, n]) => sum + n, 0);
  let numbers = 0;
  let integer = true;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const [text, n] of present) {
    const value = numberOf(text.replace(/^[<>]=?\s*/, ""), decimal);
    if (Number.isNaN(value)) continue;
    numbers += n;
    integer &&= Number.isInteger(value);
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const words = present.map(([text]) => text);
  const fitting = DATE_FORMATS.filter((format) => isDates(words, format));
  return {
    name,
    rows: texts.length,
    filled,
    missing,
    texts: present
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .slice(0, MAX_DISTINCT)
      .map(([text, n]) => ({ text, n })),
    many: present.length > MAX_DISTINCT,
    unique: filled > 1 && present.length === filled,
    numeric: filled === 0 ? 0 : numbers / filled,
    integer: integer && numbers > 0,
    min,
    max,
    dateFormat: fitting[0] ?? null,
    otherFormat: fitting[1] ?? null,
    clock: words.length > 0 && words.every((text) => /^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(text)),
  };
}

/** @param counts rows by text */
export function missingTexts(counts: ReadonlyMap<string, number>): string[] {
  const found = [...counts.keys()].filter((text) => text !== "" && MISSING.has(text.toLowerCase()));
  const numbers = [...counts.keys()].map((text) => numberOf(text)).filter((value) => !Number.isNaN(value));
  if (numbers.length < 2) return found;
  for (const text of MISSING_NUMBERS) {
    const value = Number(text);
    if (!counts.has(text)) continue;
    const others = numbers.filter((number) => number !== value);
    // -1 among numbers that are otherwise never negative; 9999 far beyond all others.
    const apart = value < 0 ? others.every((one) => one >= 0) : Math.max(...others) * 3 < value;
    if (apart) found.push(text);
  }
  return found;
}

function isDates(texts: readonly string[], format: string): boolean {
  if (texts.length === 0) return false;
  // A bare year or number is a date to ISO 8601, and to us only when it has a month.
  const some = texts.slice(0, MAX_DISTINCT);
  const fit = some.filter((text) => {
    if (format === "" && !/^\d{4}-\d\d/.test(text)) return false;
    const iso = isoOf(text, format === "" ? null : format, null);
    return iso !== null && parseCalendarTime(iso) !== null;
  });
  return fit.length >= ENOUGH * some.length;
}
