/** A report of the monitors for the terminal: a line a unit, then what stands. */
import { ABSENT, estimateText, fixed } from "../../drawing/number-text.ts";
import type { StandingAlarm } from "./alarm-log.ts";
import type { GroupFigures } from "./group-figures.ts";
import type { MaturedEvidence } from "./matured-evidence.ts";
import type { MonitorTold } from "./run-monitor.ts";
import type { UnitFigures } from "./unit-figures.ts";

export const MONITOR_COLUMNS = [
  "Unit",
  "Requests",
  "Persons",
  "p95 ms",
  "Withheld",
  "Missing",
  "Unknown",
  "Shown/100",
  "Alerts/100",
  "Accepted",
  "Errors",
  "Input PSI",
  "Score PSI",
] as const;

/** A unit, then those of one sex or age in it. */
export function unitRows(of: UnitFigures): string[][] {
  const none = [ABSENT, ABSENT];
  return [
    [
      unitName(of.unit),
      ...peopleCells(of, whole(of.p95Milliseconds)),
      share(of.errors.share),
      worst(of.inputs),
      worst(of.scores),
    ],
    ...of.groups.map(({ group, ...figures }) => [
      `  ${group}`,
      ...peopleCells(figures, ABSENT),
      ABSENT,
      ...none,
    ]),
  ];
}

function peopleCells(of: GroupFigures, p95: string): string[] {
  return [
    String(of.requests),
    of.judged ? String(of.persons) : `${of.persons}, too few`,
    p95,
    share(of.withheld),
    share(of.missingInputs),
    share(of.unknownCodes),
    whole(of.shownPer100),
    whole(of.alertsPer100),
    share(of.feedback?.acceptance?.value ?? null),
  ];
}

const share = (value: number | null) => (value === null ? ABSENT : `${Math.round(100 * value)} %`);
const whole = (value: number | null) => (value === null ? ABSENT : String(Math.round(value)));
const worst = (values: readonly { readonly psi: number }[]) =>
  values.length === 0 ? ABSENT : fixed(Math.max(...values.map(({ psi }) => psi)), 2);

export function unitName(unit: string): string {
  return unit === "" ? "(none named)" : unit;
}

export const SAID_COLUMNS = ["Unit", "Group", "Accepted", "Overridden", "Acceptance", "Reasons"] as const;

/** What was said of cards and forecasts in a unit, and in its groups. */
export function saidRows({ unit, feedback, groups }: UnitFigures): string[][] {
  return [{ group: "all", feedback }, ...groups].flatMap(({ group, feedback: said }) =>
    said === null || said.acceptance === null
      ? []
      : [
          [
            unitName(unit),
            group,
            String(said.accepted),
            String(said.overridden),
            estimateText(said.acceptance),
            Object.entries(said.reasons)
              .map(([code, count]) => `${code === "" ? "none given" : code} ${count}`)
              .join(", ") || ABSENT,
          ],
        ],
  );
}

export function alarmLine({ rule, unit, outcome, about, value, above, n, since }: StandingAlarm): string {
  const where = `${unit === "" ? "calls that name no unit" : unit}${outcome === null ? "" : `, ${outcome}`}`;
  return `${rule} in ${where}: ${about === "" ? "" : `${about} `}${fixed(value, 2)}, above ${above}, n ${n}, since ${since}`;
}

type Matured = MaturedEvidence["groups"][number];

export const EVIDENCE_COLUMNS = [
  "Group",
  "Outcome",
  "Persons",
  "Onsets",
  "AUROC",
  "Observed/expected",
  "Intercept",
  "Slope",
] as const;

export function evidenceCells(of: Matured): string[] {
  return [
    `${of.exposure}, ${of.group}`,
    `${of.outcome}, ${of.horizon}`,
    String(of.persons),
    of.onsets === null ? "too few to judge" : String(of.onsets),
    estimateText(of.auroc),
    estimateText(of.observedToExpected),
    estimateText(of.calibrationIntercept),
    estimateText(of.calibrationSlope),
  ];
}

export function monitorText({ units, standing, evidence }: MonitorTold): string {
  const said = units.flatMap(saidRows);
  return [
    ...aligned([[...MONITOR_COLUMNS], ...units.flatMap(unitRows)]),
    "",
    ...(said.length === 0 ? [] : [...aligned([[...SAID_COLUMNS], ...said]), ""]),
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
