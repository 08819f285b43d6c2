/** A report of the monitors for the terminal: a line a unit, then what stands. */
import { ABSENT, estimateText, fixed } from "../../drawing/number-text.ts";
import type { StandingAlarm } from "./alarm-log.ts";
import type { MaturedEvidence } from "./matured-evidence.ts";
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

type Matured = MaturedEvidence["groups"][number];

export const EVIDENCE_COLUMNS = [
  "Group",
  "Outcome",
  "Persons",
  "Onsets",
  "C-index",
  "Observed/expected",
] as const;

export function evidenceCells(of: Matured): string[] {
  return [
    `${of.exposure}, ${of.group}`,
    `${of.outcome}, ${of.horizon}`,
    String(of.persons),
    of.onsets === null ? "too few" : String(of.onsets),
    estimateText(of.cIndex),
    estimateText(of.observedToExpected),
  ];
}

export interface MonitorTold {
  readonly units: readonly UnitFigures[];
  readonly standing: readonly StandingAlarm[];
  readonly evidence: readonly Matured[];
}

export function monitorText({ units, standing, evidence }: MonitorTold): string {
  return [
    ...aligned([[...MONITOR_COLUMNS], ...units.map(unitCells)]),
    "",
    ...(standing.length === 0 ? ["no alarm stands"] : standing.map(alarmLine)),
    "",
    ...(evidence.length === 0
      ? ["no outcome has matured yet"]
      : aligned([[...EVIDENCE_COLUMNS], ...evidence.map(evidenceCells)])),
  ].join("\n");
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? "").length)));
  return rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
  );
}
