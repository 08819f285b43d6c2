/** What happened to held-out persons with a like forecast: the group of the calibration curve that the risk falls into. */
import type { Forecast } from "./answer.ts";
import type { ServedTask } from "./served-model.ts";

export function comparablePersons(task: ServedTask, risk: number): Forecast["comparable"] {
  const groups = Object.entries(task.evidence?.curves ?? {}).find(([name]) => name === "longitude")?.[1]
    .calibration;
  if (groups === undefined || groups.length === 0) return null;
  const nearest = groups.reduce((best, group) =>
    Math.abs(group.meanRisk - risk) < Math.abs(best.meanRisk - risk) ? group : best,
  );
  if (nearest.observed === null) return null;
  const { value: observed, low, high, method } = nearest.observed;
  return { observed, low, high, n: nearest.n, method };
}
