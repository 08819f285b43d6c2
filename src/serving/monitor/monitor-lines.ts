/** A report of the monitors for the terminal: a line a unit, then what stands. */
import { ABSENT, fixed } from "../../drawing/number-text.ts";
import type { StandingAlarm } from "./alarm-log.ts";
import type { UnitFigures } from "./unit-figures.ts";

export const MONITOR_COLUMNS = [
  "Unit",
  "Requests",
  "Persons",
  "p95 ms",
  "Withheld",
  "Missing",
  "Shown/100",
  "Input PSI",
  "Score PSI",
] as const;

export function unitCells(of: UnitFigures): string[] {
  const share = (value: number | null) => (value === null ? ABSENT : `${Math.round(100 * value)} %`);
  const whole = (value: number | null) => (value === null ? ABSENT : String(Math.round(value)));
  const worst = (values: readonly { readonly psi: number }[]) =>
    values.length === 0 ? ABSENT : fixed(Math.max(...values.map(({ psi }) => psi)), 2);
  return [
    of.unit === "" ? "(none named)" : of.unit,
    String(of.requests),
    of.judged ? String(of.persons) : `${of.persons}, too few`,
    whole(of.p95Milliseconds),
    share(of.withheld),
    share(of.missingInputs),
    whole(of.shownPer100),
    worst(of.inputs),
    worst(of.scores),
  ];
}

export function alarmLine({ rule, unit, outcome, about, value, above, n, since }: StandingAlarm): string {
  const where = `${unit === "" ? "calls that name no unit" : unit}${outcome === null ? "" : `, ${outcome}`}`;
  return `${rule} in ${where}: ${about} ${fixed(value, 2)}, above ${above}, ${n} persons, since ${since}`;
}

export function monitorText(units: readonly UnitFigures[], standing: readonly StandingAlarm[]): string {
  const rows = [[...MONITOR_COLUMNS], ...units.map(unitCells)];
  const widths = MONITOR_COLUMNS.map((_, i) => Math.max(...rows.map((row) => (row[i] ?? "").length)));
  const lines = rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
  );
  return [...lines, "", ...(standing.length === 0 ? ["no alarm stands"] : standing.map(alarmLine))].join(
    "\n",
  );
}
