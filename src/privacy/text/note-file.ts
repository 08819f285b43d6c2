/**
 * Notes out of a file (plain text, NDJSON, CSV, FHIR) and back into it: only the fields that hold text are touched.
 * Invariant: a field that is not text leaves as it came; a row that cannot be read is an error, never skipped.
 */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { NOTE_FIELD_MISSING, NOTE_FILE_INVALID } from "../../errors/registry.ts";
import type { OnNote } from "./found-note.ts";
import { rewriteFhir } from "./note-fhir.ts";

export const NOTE_FORMATS = ["auto", "text", "ndjson", "csv", "fhir"] as const;
export type NoteFormat = (typeof NOTE_FORMATS)[number];

export interface NoteFields {
  /** NDJSON fields or CSV columns that hold text; none: the usual names. */
  readonly text: readonly string[];
  /** The field or column that tells the patient. */
  readonly patient?: string;
}

const TEXT_FIELDS = ["text", "note", "note_text", "body", "content", "TEXT", "report"];

/** By the name's ending; without one (standard input) JSON objects are known by their first line. */
export function formatOf(path: string, text: string): Exclude<NoteFormat, "auto"> {
  if (/\.(?:csv|tsv)$/i.test(path)) return "csv";
  const unnamed = !/\.[a-z0-9]{1,8}$/i.test(path) && /^\s*\{\s*"/.test(text.slice(0, 200));
  if (!/\.(?:ndjson|jsonl|json)$/i.test(path) && !unnamed) return "text";
  return /"resourceType"\s*:/.test(text.slice(0, 20_000)) ? "fhir" : "ndjson";
}

export function rewriteNotes(
  text: string,
  format: Exclude<NoteFormat, "auto">,
  fields: NoteFields,
  onNote: OnNote,
): string {
  if (format === "text") return onNote(text, { place: "text" });
  if (format === "csv") return rewriteCsv(text, fields, onNote);
  return rewriteJson(text, (value, line) =>
    format === "fhir"
      ? rewriteFhir(value, `line ${line}`, onNote)
      : rewriteObject(value, fields, onNote, line),
  );
}

function rewriteJson(text: string, change: (value: unknown, line: number) => unknown): string {
  const whole = parsed(text);
  if (whole !== undefined) return `${JSON.stringify(change(whole, 1))}\n`;
  let out = "";
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const value = parsed(line);
    if (value === undefined) throw new LongitudeError(NOTE_FILE_INVALID, `line ${index + 1} is not JSON`);
    out += `${JSON.stringify(change(value, index + 1))}\n`;
  }
  return out;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function rewriteObject(value: unknown, fields: NoteFields, onNote: OnNote, line: number): unknown {
  if (Array.isArray(value)) return value.map((item) => rewriteObject(item, fields, onNote, line));
  if (typeof value === "string") return onNote(value, { place: `line ${line}` });
  if (typeof value !== "object" || value === null) return value;
  const wanted = fields.text.length > 0 ? fields.text : TEXT_FIELDS;
  const entries = Object.entries(value);
  if (!entries.some(([name, item]) => wanted.includes(name) && typeof item === "string"))
    throw new LongitudeError(NOTE_FIELD_MISSING, `line ${line} has no text in any of: ${wanted.join(", ")}`);
  const patient = patientOf((value as Record<string, unknown>)[fields.patient ?? ""]);
  return Object.fromEntries(
    entries.map(([name, item]) => [
      name,
      typeof item === "string" && wanted.includes(name)
        ? onNote(item, { place: `line ${line}, ${name}`, ...patient })
        : item,
    ]),
  );
}

function patientOf(value: unknown): { patient?: string } {
  return typeof value === "string" || typeof value === "number" ? { patient: String(value) } : {};
}

function rewriteCsv(text: string, fields: NoteFields, onNote: OnNote): string {
  const end = text.indexOf("\n");
  const separator = separatorOf(end < 0 ? text : text.slice(0, end));
  const [header = [], ...body] = csvRecords(text, separator);
  const wanted = fields.text.length > 0 ? fields.text : TEXT_FIELDS;
  const columns = header.flatMap((name, index) => (wanted.includes(name.trim()) ? [index] : []));
  if (columns.length === 0)
    throw new LongitudeError(NOTE_FIELD_MISSING, `the table has none of the columns ${wanted.join(", ")}`);
  const patientColumn = fields.patient === undefined ? -1 : header.indexOf(fields.patient);
  const changed = body.map((row, index) => {
    if (row.length !== header.length)
      throw new LongitudeError(
        NOTE_FILE_INVALID,
        `row ${index + 2} has ${row.length} cells, the header ${header.length}`,
      );
    return row.map((cell, column) =>
      columns.includes(column)
        ? onNote(cell, { place: `row ${index + 2}, ${header[column]}`, ...patientOf(row[patientColumn]) })
        : cell,
    );
  });
  return [header, ...changed]
    .map((row) => row.map((cell) => csvCell(cell, separator)).join(separator))
    .join("\n")
    .concat("\n");
}

/** Comma, semicolon or tab: whichever the header has most of. */
function separatorOf(header: string): string {
  const count = (mark: string): number => header.split(mark).length;
  return [",", ";", "\t"].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

function csvCell(cell: string, separator: string): string {
  return /["\n\r]/.test(cell) || cell.includes(separator) ? `"${cell.replace(/"/g, '""')}"` : cell;
}

/** RFC 4180, with any separator. */
function csvRecords(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (char === '"' && cell === "") quoted = true;
    else if (char === separator || char === "\n") {
      row.push(char === "\n" && cell.endsWith("\r") ? cell.slice(0, -1) : cell);
      cell = "";
      if (char === "\n") {
        if (row.length > 1 || row[0] !== "") rows.push(row);
        row = [];
      }
    } else cell += char;
  }
  if (quoted) throw new LongitudeError(NOTE_FILE_INVALID, "a quoted cell of the table has no end");
  if (cell !== "" || row.length > 0) rows.push([...row, cell]);
  return rows;
}
