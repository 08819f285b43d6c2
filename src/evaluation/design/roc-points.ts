/** The ROC curve of one task and model, as few points as a picture needs. */
import { prepareCensoringWeights } from "../measures/censoring-weights.ts";
import { ascending, CASE, once, UNKNOWN } from "../measures/observations.ts";
import type { TaskCurves } from "./evaluation-schema.ts";
import type { TaskSample } from "./task-sample.ts";

const ROC_POINTS = 80;

/** Points (share of controls flagged, share of cases flagged), weighted for censoring. */
export function rocPoints(
  { observations, horizonDays, status }: TaskSample,
  risks: Float64Array,
): TaskCurves["roc"] {
  const n = risks.length;
  const weights = new Float64Array(n);
  prepareCensoringWeights(observations, horizonDays)(once(n), weights);
  const order = ascending(risks)
    .filter((person) => status[person] !== UNKNOWN)
    .reverse();
  let cases = 0;
  let controls = 0;
  const steps: [number, number][] = [];
  for (const [i, person] of order.entries()) {
    if (status[person] === CASE) cases += weights[person] as number;
    else controls += weights[person] as number;
    if (i === order.length - 1 || risks[person] !== risks[order[i + 1] as number])
      steps.push([controls, cases]);
  }
  if (cases === 0 || controls === 0) return [];
  const stride = Math.max(1, Math.ceil(steps.length / ROC_POINTS));
  const kept = steps.filter((_, i) => i % stride === 0 || i === steps.length - 1);
  return [[0, 0], ...kept.map(([x, y]): [number, number] => [round(x / controls), round(y / cases)])];
}

function round(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}
