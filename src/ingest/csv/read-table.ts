/** A file of events: each row gives the candidates that its mapping lists. */
import { LongitudeError } from "../../errors/longitude-error.ts";
import {
  DATE_IMPOSSIBLE,
  DATE_MISSING,
  INPUT_FILE_EMPTY,
  PATIENT_REFERENCE_MISSING,
  ROW_MALFORMED,
  UNIT_UNKNOWN,
  VALUE_NOT_NUMERIC,
} from "../../errors/registry.ts";
import { BIRTH } from "../../timeline/patient-event.ts";
import { MS_PER_DAY } from "../calendar.ts";
import { type CandidateEvent, isRefusal, PLAIN_EVENT, type Refusal, rejected } from "../candidate-event.ts";
import { recogniseUnit } from "../unit.ts";
import type { CsvContext } from "./csv-context.ts";
import { csvRows } from "./csv-rows.ts";
import type { EventMapping, Mapping, TableMapping } from "./mapping.ts";
import type { EventTimeSource } from "./mapping-sources.ts";
import { type Meaning, meaningsOf } from "./row-codes.ts";
import { RowHarvest } from "./row-harvest.ts";
import { RowReader, type RowTime } from "./row-reader.ts";

const DAYS_PER_YEAR = 365.25;
const OLDEST_YEARS = 130;

/** What is the same for all rows of a table. */
interface TableContext {
  readonly reader: RowReader;
  readonly source: string;
  readonly table: TableMapping;
  readonly context: CsvContext;
}

/** @param name of the table in the tally: the file's name without its ending */
export async function* readTable(
  path: string,
  name: string,
  table: TableMapping,
  mapping: Mapping,
  context: CsvContext,
): AsyncGenerator<void> {
  let reader: RowReader | null = null;
  let harvest: RowHarvest | null = null;
  let lastEncoding = "utf-8";
  for await (const { header, rows, malformed, encoding } of csvRows(
    path,
    mapping.delimiter,
    mapping.encoding,
  )) {
    reader ??= new RowReader(
      path,
      header,
      namedColumns(table),
      mapping.missing,
      table.missing,
      mapping.decimal,
    );
    lastEncoding = encoding;
    if (context.collectIdentifiers)
      harvest ??= new RowHarvest(header, table.subject, namedColumns(table), context);
    context.tally.reject(ROW_MALFORMED, name, malformed);
    for (const row of rows) readRow(row, { reader, source: name, table, context });
    harvest?.rows(rows, "table");
    yield;
  }
  if (reader === null) throw new LongitudeError(INPUT_FILE_EMPTY, `${path} is empty`);
  if (lastEncoding !== "utf-8") context.notes.add(`file read as ${lastEncoding}`);
}

function namedColumns({ subject, events, encounter, order, when, drop }: TableMapping): string[] {
  const timeColumns = (time: EventTimeSource | undefined): (string | undefined)[] =>
    typeof time === "object" && "column" in time ? [time.column, time.clock] : [];
  const optional = events.flatMap(({ time, available, code, value, text, unit, when: own }) => [
    ...timeColumns(time),
    ...timeColumns(available),
    ...("columns" in code ? Object.keys(code.columns) : "column" in code ? [code.column] : []),
    value?.column,
    text,
    unit,
    ...Object.keys(own),
  ]);
  return [subject, encounter, order?.column, ...optional, ...Object.keys(when), ...Object.keys(drop)].filter(
    (name) => name !== undefined,
  );
}

function readRow(row: readonly string[], all: TableContext): void {
  const { reader, source, table, context } = all;
  for (const name in table.drop) {
    if (reader.text(row, name) !== null) {
      context.tally.add("dropped", `${name}: ${table.drop[name]}`, source);
    }
  }
  if (!reader.holds(row, table.when)) {
    context.tally.add("dropped", "condition of the mapping not met", source);
    return;
  }
  for (const mapped of table.events) {
    // The condition of one event among several chooses it; it does not leave a row out.
    if (!reader.holds(row, mapped.when)) continue;
    const valueText = mapped.value === undefined ? null : reader.text(row, mapped.value.column);
    if (mapped.optional && isBlank(row, mapped, valueText, reader)) continue;
    for (const meaning of meaningsOf(row, reader, mapped.code, valueText)) {
      const event = isRefusal(meaning) ? meaning : eventOf(row, meaning, valueText, mapped, all);
      if (isRefusal(event)) context.tally.add(event.fate, event.reason, source);
      else context.staging.addEvent(event);
    }
  }
}

function isBlank(
  row: readonly string[],
  { code, value }: EventMapping,
  valueText: string | null,
  reader: RowReader,
): boolean {
  if ("column" in code && reader.text(row, code.column) === null) return true;
  return value !== undefined && valueText === null;
}

function eventOf(
  row: readonly string[],
  meaning: Meaning,
  valueText: string | null,
  mapped: EventMapping,
  { reader, source, table, context }: TableContext,
): CandidateEvent | Refusal {
  const person = reader.text(row, table.subject);
  if (person === null) return rejected(PATIENT_REFERENCE_MISSING);
  if (meaning.isAge) return birthOf(person, valueText, reader, source);
  const isStatic = meaning.target?.static === true;
  const time = reader.time(row, mapped.time!);
  if (!time.ok && !isStatic) return rejected(time.reason);
  const available = mapped.available === undefined ? null : reader.time(row, mapped.available);
  if (available?.ok === false && available.reason !== DATE_MISSING) return rejected(available.reason);
  const number = numericValue(meaning, valueText, mapped, reader, context);
  if (Number.isNaN(number)) return rejected(VALUE_NOT_NUMERIC);
  const unit = unitOf(row, meaning, mapped, reader, context);
  if (unit === "unknown" && number !== null) {
    context.unknownUnits.add(meaning.code);
    return rejected(UNIT_UNKNOWN);
  }
  const order = placeInOrder(row, time, reader, table);
  if (order === "none") return rejected(DATE_MISSING);
  if (order !== null) context.notes.add(`time made up from the order of ${table.order!.column}`);
  return {
    ...PLAIN_EVENT,
    person,
    ms: isStatic || !time.ok ? null : time.ms,
    fromIndex: !isStatic && time.ok && time.base !== "calendar",
    order: isStatic ? null : order,
    code: meaning.code,
    display: meaning.display,
    numericValue: number,
    textValue: mapped.text === undefined ? null : reader.text(row, mapped.text),
    unit: number === null ? null : unit,
    availableMs: availableMs(time, available),
    encounter: table.encounter === undefined ? null : reader.text(row, table.encounter),
    source,
  };
}

function availableMs(time: RowTime, available: RowTime | null): number | null {
  return time.ok && available?.ok === true && available.base === time.base ? available.ms : null;
}

/** Null when the time does not count from the order; "none" when the row has no place in it. */
function placeInOrder(
  row: readonly string[],
  time: RowTime,
  reader: RowReader,
  { order }: TableMapping,
): CandidateEvent["order"] | "none" {
  if (!time.ok || time.base !== "order" || order === undefined) return null;
  const key = reader.number(row, order.column);
  return key === null || Number.isNaN(key) ? "none" : { key, everyMs: order.everyDays * MS_PER_DAY };
}

function numericValue(
  meaning: Meaning,
  valueText: string | null,
  { value }: EventMapping,
  reader: RowReader,
  { notes }: CsvContext,
): number | null {
  if (meaning.valueless) return null;
  const text = meaning.valueText ?? valueText;
  if (text === null) return null;
  const listed = meaning.valueText === null ? value?.numbers[text] : undefined;
  const { value: number, comparator } =
    listed === undefined ? reader.measured(text) : { value: listed, comparator: false };
  if (comparator && !Number.isNaN(number)) notes.add("value with a comparator (<, >) kept as the number");
  const scale = (meaning.target?.scale ?? 1) * (value?.scale ?? 1);
  // One rounding, so that 0.7 of 1 is 70 % and not 70.00000000000001 %.
  return scale === 1 ? number : Number((number * scale).toPrecision(12));
}

function unitOf(
  row: readonly string[],
  meaning: Meaning,
  { unit }: EventMapping,
  reader: RowReader,
  { unitAliases }: CsvContext,
): string | "unknown" | null {
  const written = (unit === undefined ? null : reader.text(row, unit)) ?? meaning.unit;
  return written === null ? null : (recogniseUnit(written, unitAliases) ?? "unknown");
}

function birthOf(
  person: string,
  ageText: string | null,
  reader: RowReader,
  source: string,
): CandidateEvent | Refusal {
  if (ageText === null) return rejected(DATE_MISSING);
  const age = reader.numberOf(ageText);
  if (!(age >= 0 && age <= OLDEST_YEARS)) return rejected(DATE_IMPOSSIBLE);
  const ms = -Math.round(age * DAYS_PER_YEAR) * MS_PER_DAY;
  return { ...PLAIN_EVENT, person, ms, fromIndex: true, code: BIRTH, source };
}
