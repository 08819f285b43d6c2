/** A file of events: one row, one candidate. */
import { LongitudeError } from "../../errors/longitude-error.ts";
import {
  CODE_MISSING,
  CODE_UNMAPPED,
  DATE_MISSING,
  INPUT_FILE_EMPTY,
  PATIENT_REFERENCE_MISSING,
  ROW_MALFORMED,
  UNIT_UNKNOWN,
  VALUE_NOT_NUMERIC,
} from "../../errors/registry.ts";
import { type CandidateEvent, isRefusal, PLAIN_EVENT, type Refusal, rejected } from "../candidate-event.ts";
import { recogniseUnit } from "../unit.ts";
import type { CsvContext } from "./csv-context.ts";
import { csvRows } from "./csv-rows.ts";
import type { Mapping, TableMapping } from "./mapping.ts";
import { RowReader } from "./row-reader.ts";

/** @param name of the table in the tally: the file's name without its ending */
export async function* readTable(
  path: string,
  name: string,
  table: TableMapping,
  mapping: Mapping,
  context: CsvContext,
): AsyncGenerator<void> {
  let reader: RowReader | null = null;
  for await (const { header, rows, malformed } of csvRows(path, mapping.delimiter)) {
    reader ??= new RowReader(path, header, namedColumns(table), mapping.missing);
    context.tally.reject(ROW_MALFORMED, name, malformed);
    for (const row of rows) readRow(row, reader, name, table, context);
    yield;
  }
  if (reader === null) throw new LongitudeError(INPUT_FILE_EMPTY, `${path} is empty`);
}

function namedColumns(table: TableMapping): string[] {
  const { subject, time, available, code, value, text, unit, encounter, when, drop } = table;
  const optional = [
    available?.column,
    "column" in code ? code.column : undefined,
    value,
    text,
    unit,
    encounter,
  ];
  return [
    subject,
    time.column,
    ...optional.filter((name) => name !== undefined),
    ...Object.keys(when),
    ...Object.keys(drop),
  ];
}

function readRow(
  row: readonly string[],
  reader: RowReader,
  source: string,
  table: TableMapping,
  context: CsvContext,
): void {
  for (const [name, why] of Object.entries(table.drop)) {
    if (reader.text(row, name) !== null) context.tally.add("dropped", `${name}: ${why}`, source);
  }
  const event = eventOf(row, reader, source, table, context);
  if (isRefusal(event)) context.tally.add(event.fate, event.reason, source);
  else context.staging.addEvent(event);
}

function eventOf(
  row: readonly string[],
  reader: RowReader,
  source: string,
  table: TableMapping,
  context: CsvContext,
): CandidateEvent | Refusal {
  if (!reader.holds(row, table.when)) return { fate: "dropped", reason: "condition of the mapping not met" };
  const meaning = meaningOf(row, reader, table);
  if (isRefusal(meaning)) return meaning;
  const person = reader.text(row, table.subject);
  if (person === null) return rejected(PATIENT_REFERENCE_MISSING);
  const time = reader.time(row, table.time);
  if (!time.ok) return rejected(time.reason);
  const available = table.available === undefined ? null : reader.time(row, table.available);
  if (available?.ok === false && available.reason !== DATE_MISSING) return rejected(available.reason);
  const numericValue = table.value === undefined ? null : reader.number(row, table.value);
  if (Number.isNaN(numericValue)) return rejected(VALUE_NOT_NUMERIC);

  const written = (table.unit === undefined ? null : reader.text(row, table.unit)) ?? meaning.unit;
  const unit = written === null ? null : recogniseUnit(written, context.unitAliases);
  if (written !== null && unit === null && numericValue !== null) {
    context.unknownUnits.add(meaning.code);
    return rejected(UNIT_UNKNOWN);
  }
  return {
    ...PLAIN_EVENT,
    person,
    ms: time.ms,
    fromIndex: time.fromIndex,
    code: meaning.code,
    display: meaning.display,
    numericValue,
    textValue: table.text === undefined ? null : reader.text(row, table.text),
    unit: numericValue === null ? null : unit,
    availableMs: available?.ok === true && available.fromIndex === time.fromIndex ? available.ms : null,
    encounter: table.encounter === undefined ? null : reader.text(row, table.encounter),
    source,
  };
}

interface Meaning {
  readonly code: string;
  readonly unit: string | null;
  readonly display: string | null;
}

function meaningOf(row: readonly string[], reader: RowReader, { code }: TableMapping): Meaning | Refusal {
  if ("fixed" in code) {
    return { code: code.fixed, unit: code.unit ?? null, display: code.description ?? null };
  }
  const text = reader.text(row, code.column);
  if (text === null) return rejected(CODE_MISSING);
  if ("prefix" in code) return { code: code.prefix + text, unit: null, display: null };
  const target = Object.hasOwn(code.codes, text) ? code.codes[text] : undefined;
  if (target === undefined) return rejected(CODE_UNMAPPED);
  if ("drop" in target) return { fate: "dropped", reason: target.drop };
  return { code: target.code, unit: target.unit ?? null, display: target.description ?? null };
}
