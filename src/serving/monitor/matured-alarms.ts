/**
 * Alarms that matured outcomes raise: what is clearly off, by the nearer end of the interval.
 * Invariant: a pure function; a group with too few onsets raises none. What is off over all of an institution, or in one sex or
 * age of it, is off in each of its units.
 */
import type { Estimate } from "../../evaluation/measures/estimate.ts";
import type { MaturedEvidence } from "./matured-evidence.ts";
import type { MonitorConfig } from "./monitor-config.ts";
import type { Alarm } from "./unit-figures.ts";

type Matured = MaturedEvidence["groups"][number];

const UNIT = "unit ";
/** Times that a slope whose interval reaches 0 is off. */
const NO_SLOPE = 100;

export const MATURED_RULES: readonly Alarm["rule"][] = ["miscalibrated", "calibration slope", "ranks badly"];

export function maturedAlarms(groups: readonly Matured[], { rules }: Pick<MonitorConfig, "rules">): Alarm[] {
  return groups.flatMap((group) => {
    const found = ([rule, value]: readonly [Alarm["rule"], number | null]): Alarm[] => {
      const { above } = rules[rule];
      if (value === null || value <= above) return [];
      const { tenant, outcome, persons: n } = group;
      const about = aboutOf(group);
      return unitsOf(groups, group).map((unit) => ({ rule, tenant, unit, outcome, about, value, above, n }));
    };
    return [
      ["miscalibrated", timesOff(group.observedToExpected)] as const,
      ["calibration slope", timesOff(group.calibrationSlope)] as const,
      ["ranks badly", group.auroc === null ? null : 1 - group.auroc.high] as const,
    ].flatMap(found);
  });
}

/** Whether the evidence could have raised the alarm: where it could not, the alarm goes on standing. */
export function maturedCouldEnd(groups: readonly Matured[], alarm: Alarm): boolean {
  return groups.some(
    (group) =>
      group.tenant === alarm.tenant &&
      group.outcome === alarm.outcome &&
      aboutOf(group) === alarm.about &&
      unitsOf(groups, group).includes(alarm.unit) &&
      group.observedToExpected !== null,
  );
}

/** How many times an estimate of 1 is off at the least, either way; 1 where its interval holds 1. */
function timesOff(estimate: Estimate | null): number | null {
  if (estimate === null) return null;
  const { low, high } = estimate;
  return Math.max(1, low, high <= 0 ? NO_SLOPE : 1 / high);
}

function aboutOf({ horizon, exposure, group }: Matured): string {
  return `${horizon}, ${exposure}, ${group.startsWith(UNIT) ? "unit" : group}`;
}

function unitsOf(groups: readonly Matured[], { tenant, group }: Matured): readonly string[] {
  if (group.startsWith(UNIT)) return [group.slice(UNIT.length)];
  const units = groups.filter((one) => one.tenant === tenant && one.group.startsWith(UNIT));
  return [...new Set(units.map((one) => one.group.slice(UNIT.length)))];
}
