/**
 * Logistic recalibration (Cox 1958) of each task's risk, fitted on tuning persons alone, and what it does to held-out
 * persons: slope, intercept and observed to expected, before and after on the same resamples.
 */
import { type AuditCheck, check, figure } from "../audits/audit.ts";
import { type AuditedTask, auditedTask, nameOfTask } from "../audits/audited-tasks.ts";
import { rescore } from "../audits/rescore.ts";
import { type CalibrationLine, logitOf, prepareCalibrationLine } from "../measures/calibration-line.ts";
import { prepareCensoringWeights } from "../measures/censoring-weights.ts";
import { CASE, once, UNKNOWN } from "../measures/observations.ts";
import type { Looks, LooksInput } from "./looks-schema.ts";

interface Line {
  readonly intercept: number;
  readonly slope: number;
}

export async function recalibration(
  input: LooksInput,
): Promise<{ readonly look: AuditCheck; readonly lines: Looks["recalibration"] }> {
  const { tasks, tuning, reader, ranking, minimumEvents } = input;
  const own = tasks.map(({ outcome, k, time, horizon }) => auditedTask(tuning, outcome, k, time, horizon));
  const risks = await rescore(reader, tuning, own, (history) => history);
  const lines = own.map((task, t) => fitted(task, risks[t] as Float64Array, minimumEvents));
  const figures = tasks.flatMap((task, t) => {
    const line = lines[t]?.line ?? null;
    if (line === null) return [figure(`${nameOfTask(task)}: recalibrated`, null)];
    const before = input.risks[t] as Float64Array;
    const after = before.map((risk) => recalibrated(risk, line));
    const statistics = [before, after].flatMap((of) => {
      const lineOf = prepareCalibrationLine(task.status, of);
      return FIGURES.map(
        ([, pick]) =>
          (weights: Float64Array) =>
            pick(lineOf(weights)),
      );
    });
    const measured = ranking.measured(task, statistics);
    return ["before", "after"].flatMap((when, w) =>
      FIGURES.map(([name], f) =>
        figure(
          `${nameOfTask(task)}: ${name} ${when} recalibration`,
          ranking.estimate(measured[w * FIGURES.length + f]!, task.status.length),
        ),
      ),
    );
  });
  return {
    lines,
    look: check(
      "recalibration",
      "Calibration before and after recalibration on tuning persons",
      "One line of the log odds a task, fitted on tuning persons and applied to held-out persons. Forecasts are served as they are; the line says what a recalibration would change.",
      figures,
    ),
  };
}

const FIGURES: readonly (readonly [string, (line: CalibrationLine) => number])[] = [
  ["slope", ({ slope }) => slope],
  ["intercept", ({ intercept }) => intercept],
  ["observed to expected", ({ observedToExpected }) => observedToExpected],
];

/** @returns the risk whose log odds are intercept + slope x log odds */
export function recalibrated(risk: number, { intercept, slope }: Line): number {
  return 1 / (1 + Math.exp(-(intercept + slope * logitOf(risk))));
}

function fitted(
  task: AuditedTask,
  risks: Float64Array,
  minimumEvents: number,
): Looks["recalibration"][number] {
  const { outcome, time, horizon, persons, status } = task;
  const weights = new Float64Array(status.length);
  prepareCensoringWeights(persons.observations, horizon.days)(once(status.length), weights);
  const { slope, lineIntercept } = prepareCalibrationLine(status, risks)(weights);
  const n = status.reduce((sum, one) => sum + (one === UNKNOWN ? 0 : 1), 0);
  const events = status.reduce((sum, one) => sum + (one === CASE ? 1 : 0), 0);
  const enough = events >= minimumEvents && n - events >= minimumEvents;
  const line =
    enough && Number.isFinite(slope) && Number.isFinite(lineIntercept)
      ? { intercept: lineIntercept, slope }
      : null;
  return { outcome: outcome.name, landmark: time.landmark, horizon: horizon.name, n, events, line };
}
