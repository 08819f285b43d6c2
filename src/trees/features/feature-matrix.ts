/**
 * Features of persons at a prediction day: age, sex and other static codes, and per code last, mean, count, extremes,
 * trend, recency, spread, change and recent mean of what had happened *and was available* by that day.
 * Invariant: an event after the prediction day, or not yet available then, changes no feature.
 */
import { DAYS_PER_YEAR } from "../../vetting/duration.ts";
import {
  ageYears,
  eventsBefore,
  type HistoryEvent,
  type PatientHistory,
} from "../../vetting/patient-history.ts";
import { type FeatureCatalogue, numericKey } from "./feature-catalogue.ts";

/** What a feature is, for models that treat kinds differently. */
export type FeatureKind =
  | "age"
  | "static"
  | "record"
  | "last"
  | "mean"
  | "count"
  | "min"
  | "max"
  | "slope"
  | "recency"
  | "deviation"
  | "change"
  | "recent"
  | "ever"
  | "since";

export interface FeatureColumn {
  readonly name: string;
  readonly kind: FeatureKind;
}

export interface FeatureMatrix {
  readonly rows: number;
  readonly columns: readonly FeatureColumn[];
  /** [rows x columns], row by row; NaN where missing. */
  readonly values: Float64Array;
}

const NUMERIC_KINDS = [
  "last",
  "mean",
  "count",
  "min",
  "max",
  "slope",
  "recency",
  "deviation",
  "change",
  "recent",
] as const;
/** Part of the time between first and last value whose values are recent. */
const RECENT_PART = 0.25;
const CODE_KINDS = ["ever", "since", "count"] as const;

export function featureColumns(catalogue: FeatureCatalogue): FeatureColumn[] {
  return [
    { name: "age", kind: "age" },
    ...catalogue.statics.map((code) => ({ name: code, kind: "static" as const })),
    { name: "record years", kind: "record" },
    { name: "events", kind: "count" },
    { name: "years since last event", kind: "recency" },
    ...catalogue.numerics.flatMap(({ code, unit }) =>
      NUMERIC_KINDS.map((kind) => ({ name: `${code}${unit === null ? "" : ` ${unit}`} ${kind}`, kind })),
    ),
    ...catalogue.codes.flatMap((code) => CODE_KINDS.map((kind) => ({ name: `${code} ${kind}`, kind }))),
  ];
}

/** Years of record before a day: since the first event available by then, or since the index date. */
export function recordYears(history: PatientHistory, day: number): number {
  const first = eventsBefore(history, day)[0]?.day ?? history.indexDay ?? day;
  return (day - Math.min(first, history.indexDay ?? first)) / DAYS_PER_YEAR;
}

/** @param at one (history, day) pair per row */
export function featureMatrix(
  catalogue: FeatureCatalogue,
  at: readonly { readonly history: PatientHistory; readonly day: number }[],
): FeatureMatrix {
  const columns = featureColumns(catalogue);
  const width = columns.length;
  const values = new Float64Array(at.length * width);
  const numericPosition = new Map(catalogue.numerics.map((n, i) => [numericKey(n.code, n.unit), i]));
  const codePosition = new Map(catalogue.codes.map((code, i) => [code, i]));
  for (const [row, { history, day }] of at.entries()) {
    const into = values.subarray(row * width, (row + 1) * width);
    fillRow(into, catalogue, numericPosition, codePosition, history, day);
  }
  return { rows: at.length, columns, values };
}

function fillRow(
  into: Float64Array,
  catalogue: FeatureCatalogue,
  numericPosition: Map<string, number>,
  codePosition: Map<string, number>,
  history: PatientHistory,
  day: number,
): void {
  const events = eventsBefore(history, day);
  const series: { years: number; value: number }[][] = catalogue.numerics.map(() => []);
  const occurrences: number[][] = catalogue.codes.map(() => []);
  for (const event of events) place(event);
  let at = 0;
  into[at++] = ageYears(history, day);
  for (const code of catalogue.statics) into[at++] = history.staticCodes.includes(code) ? 1 : 0;
  into[at++] = recordYears(history, day);
  into[at++] = events.length;
  const last = events.at(-1);
  into[at++] = last === undefined ? Number.NaN : (day - last.day) / DAYS_PER_YEAR;
  for (const points of series) {
    summarise(points, into, at);
    at += NUMERIC_KINDS.length;
  }
  for (const years of occurrences) {
    into[at++] = years.length > 0 ? 1 : 0;
    into[at++] = years.length > 0 ? -(years[0] as number) : Number.NaN;
    into[at++] = years.length;
  }

  function place(event: HistoryEvent): void {
    const years = (event.day - day) / DAYS_PER_YEAR;
    if (event.value === null) {
      const position = codePosition.get(event.code);
      if (position !== undefined) occurrences[position]?.push(years);
      return;
    }
    const position = numericPosition.get(numericKey(event.code, event.unit));
    if (position === undefined) return;
    const { low, high } = catalogue.numerics[position] as { low: number; high: number };
    series[position]?.push({ years, value: Math.min(high, Math.max(low, event.value)) });
  }
}

/**
 * Writes last, mean, count, min, max, slope per year (least squares), years since the last value, standard deviation, last
 * minus first, and the mean of the values in the last quarter of the time between first and last.
 */
function summarise(
  points: readonly { years: number; value: number }[],
  into: Float64Array,
  at: number,
): void {
  const n = points.length;
  const last = points[n - 1];
  if (last === undefined) {
    into.fill(Number.NaN, at, at + NUMERIC_KINDS.length);
    into[at + 2] = 0;
    return;
  }
  let sum = 0;
  let sumYears = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const { years, value } of points) {
    sum += value;
    sumYears += years;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const mean = sum / n;
  let covariance = 0;
  let variance = 0;
  let squares = 0;
  let recent = 0;
  let recentCount = 0;
  const first = points[0] as (typeof points)[number];
  const recentFrom = last.years - RECENT_PART * (last.years - first.years);
  for (const { years, value } of points) {
    const centred = years - sumYears / n;
    covariance += centred * (value - mean);
    variance += centred * centred;
    squares += (value - mean) ** 2;
    if (years < recentFrom) continue;
    recent += value;
    recentCount++;
  }
  into[at] = last.value;
  into[at + 1] = mean;
  into[at + 2] = n;
  into[at + 3] = min;
  into[at + 4] = max;
  // A trend over less than three months says nothing about years.
  into[at + 5] = variance > n * 0.015 ? covariance / variance : Number.NaN;
  into[at + 6] = -last.years;
  into[at + 7] = Math.sqrt(squares / n);
  into[at + 8] = last.value - first.value;
  into[at + 9] = recent / recentCount;
}
