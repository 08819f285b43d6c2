/** Reads named columns of the rows of one file; a column that the mapping names and the file lacks is an error. */
import { LongitudeError } from "../../errors/longitude-error.ts";
import {
  DATE_IMPOSSIBLE,
  DATE_MISSING,
  type ErrorDefinition,
  MAPPING_COLUMN,
} from "../../errors/registry.ts";
import { MS_PER_DAY, parseCalendarTime } from "../calendar.ts";
import type { TimeSource } from "./mapping.ts";

export type RowTime =
  | { readonly ok: true; readonly ms: number; readonly fromIndex: boolean; readonly endMs: number }
  | { readonly ok: false; readonly reason: ErrorDefinition };

const MAX_DAYS = 200 * 366;

export class RowReader {
  readonly #positions: ReadonlyMap<string, number>;
  readonly #missing: ReadonlySet<string>;

  constructor(file: string, header: readonly string[], named: readonly string[], missing: readonly string[]) {
    this.#positions = new Map(header.map((name, position) => [name, position]));
    this.#missing = new Set(missing);
    const absent = [...new Set(named)].filter((name) => !this.#positions.has(name));
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
    return this.#missing.has(text) ? null : text;
  }

  /** NaN when the text is not a number. */
  number(row: readonly string[], name: string): number | null {
    const text = this.text(row, name);
    return text === null
      ? null
      : /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)
        ? Number(text)
        : Number.NaN;
  }

  holds(row: readonly string[], condition: Readonly<Record<string, readonly string[]>>): boolean {
    return Object.entries(condition).every(([name, texts]) => texts.includes(this.text(row, name) ?? ""));
  }

  time(row: readonly string[], source: TimeSource): RowTime {
    const text = this.text(row, source.column);
    if (text === null) return { ok: false, reason: DATE_MISSING };
    if (source.as === "date") {
      const time = parseCalendarTime(text);
      if (time === null) return { ok: false, reason: DATE_IMPOSSIBLE };
      return { ok: true, ms: time.ms, endMs: time.endMs, fromIndex: false };
    }
    const days = this.number(row, source.column)!;
    if (!Number.isFinite(days) || Math.abs(days) > MAX_DAYS) return { ok: false, reason: DATE_IMPOSSIBLE };
    return { ok: true, ms: days * MS_PER_DAY, endMs: days * MS_PER_DAY, fromIndex: true };
  }
}
