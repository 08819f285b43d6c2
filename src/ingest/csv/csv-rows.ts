/**
 * Rows of a CSV file (RFC 4180: quotes, doubled quotes, newlines inside quotes), many at a time.
 * Invariant: a row whose number of fields differs from the header's is handed on as malformed, never repaired.
 */
import { csvText } from "./csv-text.ts";

export interface CsvBatch {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Rows with another number of fields than the header. */
  readonly malformed: number;
  /** That the file was read in so far. */
  readonly encoding: string;
}

/** The first batch may have no rows; an empty file gives no batch. */
export async function* csvRows(path: string, delimiter = ",", encoding?: string): AsyncGenerator<CsvBatch> {
  let read = encoding ?? "utf-8";
  let header: string[] | null = null;
  const parser = new CsvParser(delimiter);
  const batch = (records: string[][]): CsvBatch | null => {
    let from = 0;
    if (header === null) {
      if (records.length === 0) return null;
      header = distinct(records[0]!.map((name) => name.trim()));
      from = 1;
    }
    const fields = header.length;
    const rows = records.slice(from).filter((record) => record.length === fields);
    return { header, rows, malformed: records.length - from - rows.length, encoding: read };
  };
  for await (const piece of csvText(path, encoding)) {
    read = piece.encoding;
    const next = batch(parser.push(piece.text));
    if (next !== null) yield next;
  }
  const last = batch(parser.end());
  if (last !== null) yield last;
}

/** A name that comes again gets a number: `hr`, `hr_2`. */
function distinct(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 || name === "" ? name : `${name}_${times}`;
  });
}

/** Splits text into records across pieces; a record is kept back until its end has been seen. */
class CsvParser {
  #rest = "";

  constructor(private readonly delimiter: string) {}

  push(piece: string): string[][] {
    const text = this.#rest + piece;
    const { records, consumed } = this.#parse(text, false);
    this.#rest = text.slice(consumed);
    return records;
  }

  end(): string[][] {
    const { records } = this.#parse(this.#rest, true);
    this.#rest = "";
    return records;
  }

  #parse(text: string, atEnd: boolean): { records: string[][]; consumed: number } {
    const records: string[][] = [];
    let consumed = 0;
    while (consumed < text.length) {
      const newline = text.indexOf("\n", consumed);
      const end = newline < 0 ? text.length : newline;
      const quote = text.indexOf('"', consumed);
      if (quote < 0 || quote > end) {
        if (newline < 0 && !atEnd) break;
        const line = text.slice(consumed, end > consumed && text[end - 1] === "\r" ? end - 1 : end);
        if (line !== "") records.push(line.split(this.delimiter));
        consumed = end + 1;
        continue;
      }
      const quoted = this.#quotedRecord(text, consumed, atEnd);
      if (quoted === null) break;
      records.push(quoted.fields);
      consumed = quoted.next;
    }
    return { records, consumed: Math.min(consumed, text.length) };
  }

  #quotedRecord(text: string, start: number, atEnd: boolean): { fields: string[]; next: number } | null {
    const fields: string[] = [];
    let field = "";
    let inQuotes = false;
    for (let i = start; i < text.length; i++) {
      const c = text[i]!;
      if (inQuotes) {
        if (c !== '"') field += c;
        else if (i + 1 === text.length && !atEnd) return null;
        else if (text[i + 1] === '"') {
          field += '"';
          i += 1;
        } else inQuotes = false;
      } else if (c === '"') inQuotes = true;
      else if (c === this.delimiter) {
        fields.push(field);
        field = "";
      } else if (c === "\n") {
        fields.push(field.endsWith("\r") ? field.slice(0, -1) : field);
        return { fields, next: i + 1 };
      } else field += c;
    }
    if (!atEnd) return null;
    fields.push(field);
    return { fields, next: text.length };
  }
}
