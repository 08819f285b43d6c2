/**
 * The Olmsted cohort as stored in the repository: one object a person, everything in days from the person's index date.
 * Invented: the index date itself (seeded). Everything else is as published.
 */
import { join } from "node:path";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { EXAMPLE_DATA } from "../../errors/registry.ts";
import { csvRows } from "../csv/csv-rows.ts";
import { type InventedIndex, inventedIndexDate } from "../invented-index-date.ts";

export interface OlmstedPerson {
  readonly id: string;
  readonly ageYears: number;
  readonly sex: "M" | "F";
  /** Key of the matched set; null = in none. */
  readonly matchedSet: string | null;
  readonly futimeDays: number;
  readonly died: boolean;
  /** Midnight, ms. */
  readonly indexMs: number;
  readonly measurements: readonly { readonly days: number; readonly test: string; readonly value: number }[];
  readonly events: readonly { readonly days: number; readonly event: string }[];
}

/** The same in `examples/olmsted/mapping.yaml`. */
export const OLMSTED_INDEX: InventedIndex = {
  seed: "olmsted",
  fromMs: Date.UTC(1998, 0, 1),
  toMs: Date.UTC(2012, 11, 31),
};

export const OLMSTED_FILES = ["subjects.csv.gz", "measurements.csv.gz", "events.csv.gz"] as const;

/** Days from birth to the index date: the published age is in whole years. */
export function birthOffsetDays(ageYears: number): number {
  return -Math.round(ageYears * 365.25);
}

/** Persons in the order of the file. */
export async function readOlmstedCohort(dir: string): Promise<OlmstedPerson[]> {
  const measurements = new Map<string, { days: number; test: string; value: number }[]>();
  for await (const row of records(join(dir, "measurements.csv.gz"), ["id", "days", "test", "value"])) {
    listOf(measurements, row[0]!).push({ days: Number(row[1]), test: row[2]!, value: Number(row[3]) });
  }
  const events = new Map<string, { days: number; event: string }[]>();
  for await (const row of records(join(dir, "events.csv.gz"), ["id", "days", "event"])) {
    listOf(events, row[0]!).push({ days: Number(row[1]), event: row[2]! });
  }
  const persons: OlmstedPerson[] = [];
  const columns = ["id", "age", "male", "case.id", "futime", "status"];
  for await (const [id, age, male, matchedSet, futime, status] of records(
    join(dir, "subjects.csv.gz"),
    columns,
  )) {
    persons.push({
      id: id!,
      ageYears: Number(age),
      sex: male === "1" ? "M" : "F",
      matchedSet: matchedSet === "" || matchedSet === "NA" ? null : matchedSet!,
      futimeDays: Number(futime),
      died: status === "1",
      indexMs: inventedIndexDate(id!, OLMSTED_INDEX),
      measurements: measurements.get(id!) ?? [],
      events: events.get(id!) ?? [],
    });
  }
  return persons;
}

/** The named columns of each row. */
async function* records(path: string, columns: readonly string[]): AsyncGenerator<string[]> {
  for await (const batch of csvRows(path)) {
    const positions = columns.map((column) => batch.header.indexOf(column));
    if (positions.includes(-1) || batch.malformed > 0) {
      throw new LongitudeError(EXAMPLE_DATA, `${path} is not the stored cohort: its columns or rows differ`);
    }
    for (const row of batch.rows) yield positions.map((position) => row[position]!);
  }
}

function listOf<T>(lists: Map<string, T[]>, key: string): T[] {
  let list = lists.get(key);
  if (list === undefined) {
    list = [];
    lists.set(key, list);
  }
  return list;
}
