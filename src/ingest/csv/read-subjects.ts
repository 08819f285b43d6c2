/** The file of persons: birth, sex, death, index date and what else stands in a person's row. */
import { LongitudeError } from "../../errors/longitude-error.ts";
import {
  CODE_UNMAPPED,
  DATE_IMPOSSIBLE,
  DATE_MISSING,
  ID_MISSING,
  INPUT_FILE_EMPTY,
  ROW_MALFORMED,
  VALUE_NOT_NUMERIC,
} from "../../errors/registry.ts";
import { BIRTH, DEATH } from "../../timeline/patient-event.ts";
import { MS_PER_DAY, parseCalendarTime } from "../calendar.ts";
import { type CandidateEvent, isRefusal, PLAIN_EVENT } from "../candidate-event.ts";
import { inventedIndexDate } from "../invented-index-date.ts";
import type { ResourceCopy } from "../staging-sink.ts";
import { recogniseUnit } from "../unit.ts";
import type { CsvContext } from "./csv-context.ts";
import { csvRows } from "./csv-rows.ts";
import type { Mapping, SubjectMapping } from "./mapping.ts";
import { meaningsOf } from "./row-codes.ts";
import { RowHarvest } from "./row-harvest.ts";
import { RowReader, type RowTime } from "./row-reader.ts";

const SOURCE = "subjects";
const DAYS_PER_YEAR = 365.25;

export async function* readSubjects(
  path: string,
  mapping: Mapping,
  context: CsvContext,
): AsyncGenerator<void> {
  const { subjects } = mapping;
  let reader: RowReader | null = null;
  let harvest: RowHarvest | null = null;
  for await (const { header, rows, malformed } of csvRows(path, mapping.delimiter, mapping.encoding)) {
    reader ??= new RowReader(
      path,
      header,
      namedColumns(subjects),
      mapping.missing,
      subjects.missing,
      mapping.decimal,
    );
    if (context.collectIdentifiers)
      harvest ??= new RowHarvest(header, subjects.id, namedColumns(subjects), context);
    context.tally.reject(ROW_MALFORMED, SOURCE, malformed);
    for (const row of rows) readSubject(row, reader, subjects, context);
    harvest?.rows(rows, SOURCE);
    yield;
  }
  if (reader === null) throw new LongitudeError(INPUT_FILE_EMPTY, `${path} is empty`);
}

function namedColumns(subjects: SubjectMapping): string[] {
  const { id, repeated, group, index, birth, sex, death, statics, events, drop } = subjects;
  const optional = [
    repeated?.by,
    group,
    index !== undefined && "column" in index ? index.column : undefined,
    birth?.column,
    ...statics.flatMap((code) =>
      "columns" in code ? Object.keys(code.columns) : "column" in code ? [code.column] : [],
    ),
  ];
  return [
    id,
    ...optional.filter((name) => name !== undefined),
    ...(sex === undefined ? [] : [sex.column]),
    ...(death === undefined ? [] : [death.column, ...Object.keys(death.when)]),
    ...events.flatMap(({ time, when }) => [
      ...(typeof time === "object" && "column" in time ? [time.column] : []),
      ...Object.keys(when),
    ]),
    ...Object.keys(drop),
  ];
}

function readSubject(
  row: readonly string[],
  reader: RowReader,
  subjects: SubjectMapping,
  context: CsvContext,
): void {
  const { staging, tally } = context;
  const person = reader.text(row, subjects.id);
  if (person === null) {
    tally.reject(ID_MISSING, SOURCE);
    return;
  }
  const copy = copyOf(person, row, reader, subjects);
  staging.beginResource(copy);
  const event = { ...PLAIN_EVENT, person, source: SOURCE, resource: copy.resource };
  const indexMs = indexOf(person, row, reader, subjects);

  if (subjects.sex !== undefined) {
    const text = reader.text(row, subjects.sex.column);
    const sex = text === null ? null : (subjects.sex.values[text] ?? "unmapped");
    if (sex === "unmapped") tally.reject(CODE_UNMAPPED, SOURCE);
    else if (sex !== null) staging.addEvent({ ...event, ms: null, code: `SEX/${sex}` });
  }
  const birth = birthOf(row, reader, subjects);
  if (birth !== null) {
    if (birth.ok) staging.addEvent({ ...event, ms: birth.ms, fromIndex: isRelative(birth), code: BIRTH });
    else tally.reject(birth.reason, SOURCE);
  }
  const death = subjects.death;
  const died = death !== undefined && reader.holds(row, death.when) ? reader.time(row, death) : null;
  // Without a condition, an empty date of death means that the person has not died.
  const noDeath =
    died !== null && !died.ok && died.reason === DATE_MISSING && Object.keys(death!.when).length === 0;
  if (died !== null && !noDeath) {
    if (died.ok) staging.addEvent({ ...event, ms: dayOf(died), fromIndex: isRelative(died), code: DEATH });
    else tally.reject(died.reason, SOURCE);
  }
  readStatics(row, reader, subjects, event, context);
  for (const { code, time, when, optional } of subjects.events) {
    if (!reader.holds(row, when)) continue;
    const at = reader.time(row, time);
    if (at.ok) staging.addEvent({ ...event, ms: at.ms, fromIndex: isRelative(at), code });
    else if (optional && at.reason === DATE_MISSING) tally.add("not an event", `no time of ${code}`, SOURCE);
    else tally.reject(at.reason, SOURCE);
  }
  for (const [name, why] of Object.entries(subjects.drop)) {
    if (reader.text(row, name) !== null) tally.add("dropped", `${name}: ${why}`, SOURCE);
  }
  const toMs = (time: RowTime | null, end: boolean): number | null => {
    if (time === null || !time.ok) return null;
    const ms = end ? time.endMs : time.ms;
    return isRelative(time) ? (indexMs === null ? null : indexMs + ms) : ms;
  };
  staging.addPerson({
    person,
    birthMs: toMs(birth, false),
    deathMs: toMs(died, true),
    fromIndex: false,
    indexMs,
    group: subjects.group === undefined ? null : reader.text(row, subjects.group),
    identifiers: [],
  });
}

/** Of several rows of one person one counts; without `repeated` a second row makes the person doubtful. */
function copyOf(
  person: string,
  row: readonly string[],
  reader: RowReader,
  { repeated }: SubjectMapping,
): ResourceCopy {
  if (repeated === undefined) return { resource: null, version: 0 };
  const place = reader.number(row, repeated.by) ?? 0;
  return { resource: `subject/${person}`, version: repeated.keep === "first" ? -place : place };
}

function readStatics(
  row: readonly string[],
  reader: RowReader,
  { statics }: SubjectMapping,
  event: Omit<CandidateEvent, "ms" | "code">,
  { staging, tally, unitAliases }: CsvContext,
): void {
  for (const source of statics) {
    // A person without the text lacks a description, not a row.
    if ("column" in source && reader.text(row, source.column) === null) continue;
    for (const meaning of meaningsOf(row, reader, source, null)) {
      if (isRefusal(meaning)) {
        tally.add(meaning.fate, meaning.reason, SOURCE);
        continue;
      }
      const { code, display, valueText, unit } = meaning;
      const numericValue = valueText === null ? null : reader.numberOf(valueText);
      if (Number.isNaN(numericValue)) tally.reject(VALUE_NOT_NUMERIC, SOURCE);
      else {
        const ucum = unit === null || numericValue === null ? null : recogniseUnit(unit, unitAliases);
        staging.addEvent({ ...event, ms: null, code, display, numericValue, unit: ucum });
      }
    }
  }
}

function isRelative(time: Extract<RowTime, { ok: true }>): boolean {
  return time.base !== "calendar";
}

function indexOf(
  person: string,
  row: readonly string[],
  reader: RowReader,
  { index }: SubjectMapping,
): number | null {
  if (index === undefined) return null;
  if ("column" in index) {
    const text = reader.text(row, index.column);
    return text === null ? null : (parseCalendarTime(text)?.ms ?? null);
  }
  const { seed, from, to } = index.invented;
  return inventedIndexDate(person, {
    seed,
    fromMs: parseCalendarTime(from)!.ms,
    toMs: parseCalendarTime(to)!.ms,
  });
}

function birthOf(row: readonly string[], reader: RowReader, { birth }: SubjectMapping): RowTime | null {
  if (birth === undefined) return null;
  if (birth.as !== "age-at-index-years") return reader.time(row, birth);
  const text = reader.text(row, birth.column);
  if (text === null) return { ok: false, reason: DATE_MISSING };
  const age = birth.numbers[text] ?? reader.numberOf(text);
  if (!(age >= 0 && age <= 130)) return { ok: false, reason: DATE_IMPOSSIBLE };
  const ms = -Math.round(age * DAYS_PER_YEAR) * MS_PER_DAY;
  return { ok: true, ms, endMs: ms, base: "index" };
}

function dayOf(time: Extract<RowTime, { ok: true }>): number {
  return isRelative(time) || time.ms === time.endMs
    ? time.ms
    : Math.floor(time.endMs / MS_PER_DAY) * MS_PER_DAY;
}
