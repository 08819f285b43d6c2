/** Reads named columns of the rows of one file; a column that the mapping names and the file lacks is an error. */
import { LongitudeError } from "../../errors/longitude-error.ts";
import {
  DATE_IMPOSSIBLE,
  DATE_MISSING,
  type ErrorDefinition,
  MAPPING_COLUMN,
} from "../../errors/registry.ts";
import { MS_PER_DAY, parseCalendarTime } from "../calendar.ts";
import { isoOf } from "./date-format.ts";
import type { EventTimeSource, TimeKind } from "./mapping-sources.ts";

/** What a time counts from. */
export type TimeBase = "calendar" | "index" | "order";

export type RowTime =
  | { readonly ok: true; readonly ms: number; readonly base: TimeBase; readonly endMs: number }
  | { readonly ok: false; readonly reason: ErrorDefinition };

/** A number as rows write it; `comparator` when it is a limit (`<5`). NaN = not a number. */
export interface RowNumber {
  readonly value: number;
  readonly comparator: boolean;
}

const MAX_MS = 200 * 366 * MS_PER_DAY;
const MS_PER: Readonly<Record<Exclude<TimeKind, "date">, number>> = {
  "unix-seconds": 1000,
  "unix-milliseconds": 1,
  "days-from-index": MS_PER_DAY,
  "hours-from-index": MS_PER_DAY / 24,
  "minutes-from-index": MS_PER_DAY / 1440,
  "days-from-order": MS_PER_DAY,
};

/** What counts from something else than the index date. */
const BASES: Readonly<Partial<Record<TimeKind, TimeBase>>> = {
  "unix-seconds": "calendar",
  "unix-milliseconds": "calendar",
  "days-from-order": "order",
};

export class RowReader {
  readonly #positions: ReadonlyMap<string, number>;
  readonly #missing: ReadonlySet<string>;
  readonly #missingIn: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(
    file: string,
    header: readonly string[],
    named: readonly string[],
    missing: readonly string[],
    missingIn: Readonly<Record<string, readonly string[]>> = {},
    private readonly decimal: "." | "," = ".",
  ) {
    this.#positions = new Map(header.map((name, position) => [name, position]));
    this.#missing = new Set(missing);
    this.#missingIn = new Map(Object.entries(missingIn).map(([name, texts]) => [name, new Set(texts)]));
    const absent = [...new Set([...named, ...Object.keys(missingIn)])].filter(
      (name) => !this.#positions.has(name),
    );
    if (absent.length > 0) {
      throw new LongitudeError(
        MAPPING_COLUMN,
        `${file} has ${header.length} columns and lacks ${absent.length} that the mapping names: ${absent.join(", ")}`,
      );
    }
  }

  /** Null when the text means that there is no value. */
  text(row: readonly string[], name: string): string | null {
    const text = row[this.#positions.get(name)!]!.trim();
    return this.#missing.has(text) || this.#missingIn.get(name)?.has(text) === true ? null : text;
  }

  /** NaN when the text is not a number. */
  number(row: readonly string[], name: string): number | null {
    const text = this.text(row, name);
    return text === null ? null : numberOf(text, this.decimal);
  }

  /** A text of this file as a number; NaN when it is none. */
  numberOf(text: string): number {
    return numberOf(text, this.decimal);
  }

  /** A text of this file as a number, which may be a limit. */
  measured(text: string): RowNumber {
    return measuredOf(text, this.decimal);
  }

  holds(row: readonly string[], condition: Readonly<Record<string, readonly string[]>>): boolean {
    for (const name in condition) {
      if (!condition[name]!.includes(this.text(row, name) ?? "")) return false;
    }
    return true;
  }

  time(row: readonly string[], source: EventTimeSource): RowTime {
    if (source === "index" || source === "order") return { ok: true, ms: 0, endMs: 0, base: source };
    if ("from" in source) {
      const ms = source.plusDays * MS_PER_DAY;
      return { ok: true, ms, endMs: ms, base: source.from };
    }
    const text = this.text(row, source.column);
    if (text === null) return { ok: false, reason: DATE_MISSING };
    const plus = (source.plusDays ?? 0) * MS_PER_DAY;
    if (source.as === "date") {
      const clock = source.clock === undefined ? null : this.text(row, source.clock);
      const iso = isoOf(text, source.format ?? null, clock);
      const time = iso === null ? null : parseCalendarTime(iso);
      if (time === null) return { ok: false, reason: DATE_IMPOSSIBLE };
      return { ok: true, ms: time.ms + plus, endMs: time.endMs + plus, base: "calendar" };
    }
    const ms = numberOf(text, this.decimal) * MS_PER[source.as] + plus;
    if (!(Math.abs(ms) <= MAX_MS)) return { ok: false, reason: DATE_IMPOSSIBLE };
    return { ok: true, ms, endMs: ms, base: BASES[source.as] ?? "index" };
  }
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

const WITH_COMMA = /^[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?([eE][+-]?\d+)?$/;

/** NaN when the text is not a number. */
export function numberOf(text: string, decimal: "." | "," = "."): number {
  if (decimal === ",")
    return WITH_COMMA.test(text) ? Number(text.replaceAll(".", "").replace(",", ".")) : Number.NaN;
  return NUMBER.test(text) ? Number(text) : Number.NaN;
}

/** A laboratory's number, which may be a limit: `<5`, `>= 1000`. */
function measuredOf(text: string, decimal: "." | ","): RowNumber {
  const limit = /^[<>]=?\s*/.exec(text);
  return limit === null
    ? { value: numberOf(text, decimal), comparator: false }
    : { value: numberOf(text.slice(limit[0].length), decimal), comparator: true };
}
