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
  let steps = 0;
  // One step a risk that is told apart: shares of controls and cases at or above it.
  const [x, y] = [new Float64Array(order.length), new Float64Array(order.length)];
  for (let i = 0; i < order.length; i++) {
    const person = order[i] as number;
    if (status[person] === CASE) cases += weights[person] as number;
    else controls += weights[person] as number;
    if (i < order.length - 1 && risks[person] === risks[order[i + 1] as number]) continue;
    x[steps] = controls;
    y[steps++] = cases;
  }
  if (cases === 0 || controls === 0) return [];
  const stride = Math.max(1, Math.ceil(steps / ROC_POINTS));
  const points: [number, number][] = [[0, 0]];
  for (let k = 0; k < steps; k++)
    if (k % stride === 0 || k === steps - 1)
      points.push([round((x[k] as number) / controls), round((y[k] as number) / cases)]);
  return points;
}

function round(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}
