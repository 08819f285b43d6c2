/**
 * The groups within which a model is measured again: sex, age, race, ethnicity, language, payer, site, and the
 * intersections of sex, age and race.
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

/** Attributes that are crossed, where each of the two has at least two levels that are large enough. */
const INTERSECTIONS: readonly (readonly [string, string])[] = [
  ["sex", "age"],
  ["sex", "race"],
  ["age", "race"],
];

const AGE_EDGES = [18, 40, 50, 60, 70, 80];
const UNKNOWN_LEVEL = "not recorded";
/** Place of the unknown level among the levels of a code. */
const NOT_RECORDED = 0;
/** Names of the bands below, between and above the edges, and of no age. */
const AGE_BANDS = [
  `under ${AGE_EDGES[0]}`,
  ...AGE_EDGES.map((from, i) => {
    const to = AGE_EDGES[i + 1];
    return to === undefined ? `${from} and older` : `${from} to ${to - 1}`;
  }),
  UNKNOWN_LEVEL,
];
const SMALL_LEVEL = "other, too few";

export interface SubgroupPersons {
  /** Positions of the task's persons in the histories, and the prediction day of each. */
  readonly positions: Int32Array;
  readonly predictionDays: Float64Array;
}

/** Level of each of a task's persons, as a place in the names. */
interface Column {
  readonly name: string;
  readonly names: readonly string[];
  readonly of: Int32Array;
}

/**
 * Looks through the histories once, for all tasks.
 * @param minimumCell smallest level that is shown
 * @returns attributes with at least two levels that are large enough
 */
export function prepareSubgroups(
  histories: readonly PatientHistory[],
  minimumCell: number,
): (persons: SubgroupPersons) => SubgroupAttribute[] {
  const coded = CODED.map(({ name, prefix }) => {
    const places = new Map([[UNKNOWN_LEVEL, NOT_RECORDED]]);
    const levels = histories.map((history) => codedLevels(history, prefix, places));
    return { name, names: [...places.keys()], levels };
  });
  return ({ positions, predictionDays }) => {
    const columns = coded.map(({ name, names, levels }): Column => {
      const of = new Int32Array(positions.length);
      for (let i = 0; i < of.length; i++)
        of[i] = placeAt(levels[positions[i] as number] as readonly CodedLevel[], predictionDays[i] as number);
      return { name, names, of };
    });
    const bands = new Int32Array(positions.length);
    for (let i = 0; i < bands.length; i++)
      bands[i] = ageBand(histories[positions[i] as number] as PatientHistory, predictionDays[i] as number);
    const age: Column = { name: "age", names: AGE_BANDS, of: bands };
    const single = [...columns, age].flatMap((column) => {
      const attribute = attributeOf(column, minimumCell);
      return attribute.levels.length >= 2 ? [{ column, attribute }] : [];
    });
    const columnOf = new Map(single.map(({ column }) => [column.name, column]));
    const both = INTERSECTIONS.flatMap(([left, right]) => {
      const [a, b] = [columnOf.get(left), columnOf.get(right)];
      if (a === undefined || b === undefined) return [];
      const attribute = attributeOf(crossed(a, b), minimumCell);
      return attribute.levels.length >= 2 ? [attribute] : [];
    });
    return [...single.map(({ attribute }) => attribute), ...both];
  };
}

/** @returns whether an attribute's name stands for two attributes together */
export function isIntersection(name: string): boolean {
  return INTERSECTIONS.some(([left, right]) => name === crossedName(left, right));
}

function crossedName(left: string, right: string): string {
  return `${left} and ${right}`;
}

function crossed(left: Column, right: Column): Column {
  const width = right.names.length;
  return {
    name: crossedName(left.name, right.name),
    names: left.names.flatMap((a) => right.names.map((b) => `${a}, ${b}`)),
    of: left.of.map((place, i) => place * width + (right.of[i] as number)),
  };
}

interface CodedLevel {
  /** First day from which the level may be used. */
  readonly from: number;
  readonly place: number;
}

const NEVER_TOLD: readonly CodedLevel[] = [];

/**
 * Levels that a history tells, in the order of its events.
 * @param places names of the levels met so far; new ones are added
 */
function codedLevels(
  history: PatientHistory,
  prefix: string,
  places: Map<string, number>,
): readonly CodedLevel[] {
  const levelFrom = (from: number, level: string): CodedLevel => {
    const place = places.get(level) ?? places.size;
    if (place === places.size) places.set(level, place);
    return { from, place };
  };
  const always = Number.NEGATIVE_INFINITY;
  const fixed = history.staticCodes.filter((code) => code.startsWith(prefix));
  if (fixed.length === 1) return [levelFrom(always, (fixed[0] as string).slice(prefix.length))];
  if (fixed.length > 1) return [levelFrom(always, "several")];
  if (prefix === "SEX/") return [levelFrom(always, history.sex ?? UNKNOWN_LEVEL)];
  const told = history.events.filter(({ code }) => code.startsWith(prefix));
  if (told.length === 0) return NEVER_TOLD;
  return told.map(({ code, day, availableDay }) =>
    levelFrom(Math.max(day, availableDay), code.slice(prefix.length)),
  );
}

function placeAt(levels: readonly CodedLevel[], day: number): number {
  for (let k = levels.length - 1; k >= 0; k--) {
    const { from, place } = levels[k] as CodedLevel;
    if (from <= day) return place;
  }
  return NOT_RECORDED;
}

/** `60 to 69`, or that no birth is recorded. */
export function ageBandName(history: PatientHistory, day: number): string {
  return AGE_BANDS[ageBand(history, day)] as string;
}

/** @returns place in AGE_BANDS */
function ageBand(history: PatientHistory, day: number): number {
  const age = ageYears(history, day);
  if (!Number.isFinite(age)) return AGE_BANDS.length - 1;
  let band = 0;
  while (band < AGE_EDGES.length && age >= (AGE_EDGES[band] as number)) band++;
  return band;
}

export function attributeOf({ name, names, of }: Column, minimumCell: number): SubgroupAttribute {
  const counts = new Int32Array(names.length);
  for (let i = 0; i < of.length; i++) (counts[of[i] as number] as number)++;
  const bySize = names
    .map((level, place): [string, number] => [level, counts[place] as number])
    .filter(([, count]) => count > 0)
    .sort(([a, n], [b, m]) => n - m || (a < b ? -1 : 1));
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
  const shown = new Map(levels.map((level, l) => [level, l]));
  const levelOf = names.map((level) => shown.get(level) ?? levels.length - 1);
  const level = new Uint8Array(of.length);
  for (let i = 0; i < of.length; i++) level[i] = levelOf[of[i] as number] as number;
  return { name, levels, level };
}

/** Levels that say nothing about a group of people. */
export function isResidual(level: string): boolean {
  return level === UNKNOWN_LEVEL || level === SMALL_LEVEL;
}
