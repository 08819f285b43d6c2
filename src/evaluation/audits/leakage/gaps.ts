/** What is left of a ranking when onsets soon after the prediction do not count: those may have been known, not foretold. */
import { DAYS_PER_YEAR } from "../../../vetting/duration.ts";
import type { PatientHistory } from "../../../vetting/patient-history.ts";
import type { Estimate } from "../../measures/estimate.ts";
import { CASE } from "../../measures/observations.ts";
import { differenceOf } from "../../resampling/resampled.ts";
import { type Audit, type AuditCheck, check, figure } from "../audit.ts";
import {
  type AuditedTask,
  auditedTask,
  type NamedTask,
  nameOfTask,
  type Ranking,
  taskName,
} from "../audited-tasks.ts";
import type { AuditsConfig } from "../audits-config.ts";

type Limits = AuditsConfig["leakage"];

const GAPS_CHECK = "gaps";
const NO_GAP = "none";

/** Gaps between the prediction and what may count as foretold, days. */
const GAPS = [
  { name: "30 days", days: 30 },
  { name: "1 year", days: DAYS_PER_YEAR },
] as const;

export function gaps(
  histories: readonly PatientHistory[],
  tasks: readonly AuditedTask[],
  whole: readonly Float64Array[],
  ranking: Ranking,
  minimumEvents: number,
  limit: Limits["lossWithGap"],
): AuditCheck {
  const figures = tasks.flatMap((task, t) => {
    const [full] = ranking.aurocs(task, [whole[t]!]);
    const n = task.status.length;
    const later = GAPS.filter(({ days }) => days < task.horizon.days).flatMap(({ name, days }) => {
      const outcome = { ...task.outcome, gapDays: Math.max(days, task.outcome.gapDays) };
      const apart = auditedTask(histories, outcome, task.k, task.time, task.horizon);
      const cases = apart.status.reduce((sum, status) => sum + (status === CASE ? 1 : 0), 0);
      if (cases < minimumEvents) return [];
      const place = new Map(Array.from(task.persons.positions, (position, i) => [position, i]));
      const risks = Float64Array.from(
        apart.persons.positions,
        (position) => whole[t]![place.get(position)!]!,
      );
      const [ranked] = ranking.aurocs(apart, [risks]);
      return [{ name, days, ranked: ranked!, n: apart.status.length }];
    });
    return [
      figure(gapText(nameOfTask(task), NO_GAP), ranking.estimate(full!, n)),
      ...later.map(({ name, ranked, n: persons }) =>
        figure(gapText(nameOfTask(task), name), ranking.estimate(ranked, persons)),
      ),
      ...later
        .slice(-1)
        .map(({ name, ranked }) =>
          figure(
            `${nameOfTask(task)}: AUROC lost with a gap of ${name}`,
            ranking.estimate(differenceOf(full!, ranked), n),
            limit,
          ),
        ),
    ];
  });
  return check(
    GAPS_CHECK,
    "Onsets soon after the prediction do not carry the figures",
    "The same risks, with onsets within 30 days and within a year of the prediction left out.",
    figures,
  );
}

function gapText(task: string, gap: string): string {
  return gap === NO_GAP ? `${task}: AUROC with no gap` : `${task}: AUROC with a gap of ${gap}`;
}

/** AUROC by gap, no gap first, as the leakage audit found them; none where it did not look at the task. */
export function gapsOf(audits: readonly Audit[], task: NamedTask): { gap: string; auroc: Estimate | null }[] {
  const figures = audits
    .flatMap(({ checks }) => checks.filter(({ name }) => name === GAPS_CHECK))
    .flatMap((one) => one.figures);
  return [NO_GAP, ...GAPS.map(({ name }) => name)].flatMap((gap) => {
    const found = figures.find(({ what }) => what === gapText(taskName(task), gap));
    return found === undefined ? [] : [{ gap, auroc: found.estimate }];
  });
}
