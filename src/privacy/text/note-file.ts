/**
 * Notes out of a file (plain text, NDJSON, CSV, FHIR) and back into it: only the fields that hold text are touched.
 * Invariant: a field that is not text leaves as it came; a row that cannot be read is an error, never skipped.
 */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { NOTE_FIELD_MISSING, NOTE_FILE_INVALID } from "../../errors/registry.ts";

export const NOTE_FORMATS = ["auto", "text", "ndjson", "csv", "fhir"] as const;
export type NoteFormat = (typeof NOTE_FORMATS)[number];

/** Called for each text with where it stands ("line 3, text"); gives what to put in its place. */
export type OnNote = (text: string, place: string) => string;

const TEXT_FIELDS = ["text", "note", "note_text", "body", "content", "TEXT", "report"];
/** FHIR elements that hold people's own words, wherever they stand. */
const FHIR_TEXT = new Set([
  "div",
  "text",
  "valueString",
  "conclusion",
  "description",
  "comment",
  "contentString",
  "patientInstruction",
  "title",
  "note",
  "instruction",
  "instructions",
  "reasonText",
  "display",
  "detail",
  "summary",
]);

/** UTF-8 or UTF-16 by its mark, else Windows-1252 when the bytes are no UTF-8. */
export function decodeText(bytes: Uint8Array): { text: string; encoding: string } {
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return { text: new TextDecoder("utf-16le").decode(bytes), encoding: "utf-16le" };
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return { text: new TextDecoder("utf-16be").decode(bytes), encoding: "utf-16be" };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), encoding: "utf-8" };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(bytes), encoding: "windows-1252" };
  }
}

export function formatOf(path: string, text: string): Exclude<NoteFormat, "auto"> {
  if (/\.csv$/i.test(path)) return "csv";
  if (!/\.(?:ndjson|jsonl|json)$/i.test(path)) return "text";
  return /"resourceType"\s*:/.test(text.slice(0, 20_000)) ? "fhir" : "ndjson";
}

export function rewriteNotes(
  text: string,
  format: Exclude<NoteFormat, "auto">,
  fields: readonly string[],
  onNote: OnNote,
): string {
  if (format === "text") return onNote(text, "text");
  if (format === "csv") return rewriteCsv(text, fields, onNote);
  return rewriteJson(text, (value, line) => {
    if (format === "fhir") return rewriteFhir(value, "", onNote, `line ${line}`);
    return rewriteObject(value, fields, onNote, line);
  });
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

function rewriteObject(value: unknown, fields: readonly string[], onNote: OnNote, line: number): unknown {
  if (Array.isArray(value)) return value.map((item) => rewriteObject(item, fields, onNote, line));
  if (typeof value === "string") return onNote(value, `line ${line}`);
  if (typeof value !== "object" || value === null) return value;
  const wanted = fields.length > 0 ? fields : TEXT_FIELDS;
  const entries = Object.entries(value);
  if (!entries.some(([name, item]) => wanted.includes(name) && typeof item === "string"))
    throw new LongitudeError(NOTE_FIELD_MISSING, `line ${line} has no text in any of: ${wanted.join(", ")}`);
  return Object.fromEntries(
    entries.map(([name, item]) => [
      name,
      typeof item === "string" && wanted.includes(name) ? onNote(item, `line ${line}, ${name}`) : item,
    ]),
  );
}

function rewriteFhir(value: unknown, name: string, onNote: OnNote, place: string): unknown {
  if (Array.isArray(value)) return value.map((item) => rewriteFhir(item, name, onNote, place));
  if (typeof value === "string") return FHIR_TEXT.has(name) ? onNote(value, `${place}, ${name}`) : value;
  if (typeof value !== "object" || value === null) return value;
  const object = value as Record<string, unknown>;
  const type = typeof object.contentType === "string" ? object.contentType : "";
  return Object.fromEntries(
    Object.entries(object).map(([key, item]) => {
      if (key === "data" && typeof item === "string" && /^text\//.test(type)) {
        const note = onNote(Buffer.from(item, "base64").toString("utf8"), `${place}, attachment`);
        return [key, Buffer.from(note).toString("base64")];
      }
      return [key, rewriteFhir(item, key, onNote, place)];
    }),
  );
}

function rewriteCsv(text: string, fields: readonly string[], onNote: OnNote): string {
  const rows = csvRecords(text);
  const [header, ...body] = rows;
  const wanted = fields.length > 0 ? fields : TEXT_FIELDS;
  const columns = (header ?? []).flatMap((name, index) => (wanted.includes(name.trim()) ? [index] : []));
  if (columns.length === 0)
    throw new LongitudeError(NOTE_FIELD_MISSING, `the table has none of the columns ${wanted.join(", ")}`);
  const changed = body.map((row, index) =>
    row.map((cell, column) =>
      columns.includes(column) ? onNote(cell, `row ${index + 2}, ${header![column]}`) : cell,
    ),
  );
  return [header!, ...changed]
    .map((row) => row.map(csvCell).join(","))
    .join("\n")
    .concat("\n");
}

function csvCell(cell: string): string {
  return /[",\n\r]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell;
}

/** RFC 4180. */
function csvRecords(text: string): string[][] {
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
    } else if (char === '"') quoted = true;
    else if (char === "," || char === "\n") {
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
