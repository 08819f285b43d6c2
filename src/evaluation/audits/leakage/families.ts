/** Families of codes: an ICD category, an ATC group, a laboratory test. What leaks, leaks by one of them. */
import { parentCode } from "../../../timeline/parent-code.ts";
import { eventsBefore, type PatientHistory } from "../../../vetting/patient-history.ts";
import type { AuditedTask } from "../audited-tasks.ts";

/** Shorter codes are chapters, which hold too much to say anything. */
const SHORTEST = 3;

export function familyOf(code: string): string {
  let family = code;
  for (let above = parentCode(family); above !== null; above = parentCode(family)) {
    if (above.slice(above.indexOf("/") + 1).length < SHORTEST) break;
    family = above;
  }
  return family;
}

/** The families that most persons have, at most `most` of them, by name. */
export function commonFamilies(histories: readonly PatientHistory[], most: number): string[] {
  const persons = new Map<string, number>();
  for (const { events } of histories) {
    for (const family of new Set(events.map(({ code }) => familyOf(code))))
      persons.set(family, (persons.get(family) ?? 0) + 1);
  }
  return [...persons]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([family]) => family)
    .sort();
}

/** What one family alone says of a person at a day; each is a score by itself. */
export const FAMILY_SCORES = ["count", "daysSince", "lastValue"] as const;
export type FamilyScores = Readonly<Record<(typeof FAMILY_SCORES)[number], Float64Array>>;

/** Scores of each family, in the order of the task's persons. Who has nothing of a family has a count of 0. */
export function familyScores(
  histories: readonly PatientHistory[],
  { persons }: AuditedTask,
  families: readonly string[],
): ReadonlyMap<string, FamilyScores> {
  const n = persons.positions.length;
  const scores = new Map(
    families.map((family) => [
      family,
      {
        count: new Float64Array(n),
        daysSince: new Float64Array(n).fill(1e6),
        lastValue: new Float64Array(n).fill(Number.NaN),
      },
    ]),
  );
  persons.positions.forEach((position, i) => {
    const day = persons.predictionDays[i]!;
    for (const event of eventsBefore(histories[position]!, day)) {
      const of = scores.get(familyOf(event.code));
      if (of === undefined) continue;
      of.count[i]! += 1;
      of.daysSince[i] = Math.min(of.daysSince[i]!, day - event.day);
      if (event.value !== null) of.lastValue[i] = event.value;
    }
  });
  for (const { lastValue } of scores.values()) fillMissing(lastValue);
  return scores;
}

/** A missing value stands in the middle. */
function fillMissing(values: Float64Array): void {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  const middle = known[known.length >> 1] ?? 0;
  values.forEach((value, i) => {
    if (Number.isNaN(value)) values[i] = middle;
  });
}

/** The record without one family. */
export function withoutFamily(history: PatientHistory, family: string): PatientHistory {
  return { ...history, events: history.events.filter(({ code }) => familyOf(code) !== family) };
}
