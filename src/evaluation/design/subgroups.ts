/**
 * The groups within which a model is measured again: sex, age, race, ethnicity, language, payer, site, and sex by age.
 * Invariants: a person is in one level of each attribute; a level with fewer persons than the minimum cell is never
 * named with a figure, but taken together with the others that are too small.
 */
import { ageYears, type PatientHistory } from "../../vetting/patient-history.ts";
import type { SubgroupAttribute } from "../resampling/subgroup-figures.ts";

/** Codes of a record that say to which group a person belongs; the last one known by the prediction time counts. */
const CODED: readonly { readonly name: string; readonly prefix: string }[] = [
  { name: "sex", prefix: "SEX/" },
  { name: "race", prefix: "RACE/" },
  { name: "ethnicity", prefix: "ETHNICITY/" },
  { name: "language", prefix: "LANGUAGE/" },
  { name: "payer", prefix: "COVERAGE/" },
  { name: "site", prefix: "SITE/" },
];

const AGE_EDGES = [18, 40, 50, 60, 70, 80];
const UNKNOWN_LEVEL = "not recorded";
const SMALL_LEVEL = "other, too few";

export interface SubgroupPersons {
  readonly histories: readonly PatientHistory[];
  /** Positions of the task's persons in the histories, and the prediction day of each. */
  readonly positions: Int32Array;
  readonly predictionDays: Float64Array;
}

/** Attributes with at least two levels that are large enough. @param minimumCell smallest level that is shown */
export function subgroupAttributes(persons: SubgroupPersons, minimumCell: number): SubgroupAttribute[] {
  const sex = valuesOf(persons, (history, day) => codedLevel(history, day, "SEX/"));
  const age = valuesOf(persons, ageBand);
  const columns: [name: string, values: readonly string[]][] = [
    ...CODED.map(({ name, prefix }): [string, readonly string[]] => [
      name,
      prefix === "SEX/" ? sex : valuesOf(persons, (history, day) => codedLevel(history, day, prefix)),
    ]),
    ["age", age],
    ["sex and age", sex.map((value, i) => `${value}, ${age[i]}`)],
  ];
  return columns.flatMap(([name, values]) => {
    const attribute = attributeOf(name, values, minimumCell);
    return attribute.levels.length >= 2 ? [attribute] : [];
  });
}

function valuesOf(
  { histories, positions, predictionDays }: SubgroupPersons,
  of: (history: PatientHistory, day: number) => string,
): string[] {
  return Array.from(positions, (position, i) =>
    of(histories[position] as PatientHistory, predictionDays[i] as number),
  );
}

function codedLevel(history: PatientHistory, day: number, prefix: string): string {
  const fixed = history.staticCodes.filter((code) => code.startsWith(prefix));
  if (fixed.length === 1) return (fixed[0] as string).slice(prefix.length);
  if (fixed.length > 1) return "several";
  if (prefix === "SEX/") return history.sex ?? UNKNOWN_LEVEL;
  const known = history.events.filter(
    ({ code, day: at, availableDay }) => at <= day && availableDay <= day && code.startsWith(prefix),
  );
  return known.at(-1)?.code.slice(prefix.length) ?? UNKNOWN_LEVEL;
}

function ageBand(history: PatientHistory, day: number): string {
  const age = ageYears(history, day);
  if (!Number.isFinite(age)) return UNKNOWN_LEVEL;
  const above = AGE_EDGES.filter((edge) => age >= edge);
  const [from, to] = [above.at(-1), AGE_EDGES[above.length]];
  if (from === undefined) return `under ${to}`;
  return to === undefined ? `${from} and older` : `${from} to ${to - 1}`;
}

function attributeOf(name: string, values: readonly string[], minimumCell: number): SubgroupAttribute {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const bySize = [...counts].sort(([a, n], [b, m]) => n - m || (a < b ? -1 : 1));
  // What is too small goes together, and takes the next smallest along until the rest is no small cell either.
  let residual = 0;
  let taken = 0;
  for (const [, count] of bySize) {
    if (count >= minimumCell && (residual === 0 || residual >= minimumCell)) break;
    residual += count;
    taken++;
  }
  const levels = bySize
    .slice(taken)
    .map(([value]) => value)
    .sort();
  if (taken > 0) levels.push(SMALL_LEVEL);
  const place = new Map(levels.map((level, l) => [level, l]));
  const small = levels.length - 1;
  return { name, levels, level: Uint8Array.from(values, (value) => place.get(value) ?? small) };
}

/** Levels that say nothing about a group of people. */
export function isResidual(level: string): boolean {
  return level === UNKNOWN_LEVEL || level === SMALL_LEVEL;
}
