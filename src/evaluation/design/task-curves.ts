/** The curves of one task and model that the report draws: ROC points and calibration by groups of predicted risk. */
import { prepareAalenJohansen } from "../measures/aalen-johansen.ts";
import { multiplicityOf, type Resamples } from "../measures/bootstrap.ts";
import { prepareCensoringWeights } from "../measures/censoring-weights.ts";
import { percentileEstimate } from "../measures/estimate.ts";
import { ascending, CASE, once, UNKNOWN } from "../measures/observations.ts";
import type { TaskCurves } from "./evaluation-schema.ts";
import type { TaskSample } from "./task-sample.ts";

const ROC_POINTS = 80;
const GROUPS = 10;
/** Fewer persons than this make no group. */
const MINIMUM_GROUP = 30;

export function taskCurves(
  sample: TaskSample,
  risks: Float64Array,
  resamples: Resamples,
  method: string,
): TaskCurves {
  return { roc: rocPoints(sample, risks), calibration: calibrationGroups(sample, risks, resamples, method) };
}

function rocPoints(
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

function calibrationGroups(
  { observations, horizonDays, persons }: TaskSample,
  risks: Float64Array,
  resamples: Resamples,
  method: string,
): TaskCurves["calibration"] {
  const order = ascending(risks);
  const count = Math.max(1, Math.min(GROUPS, Math.floor(order.length / MINIMUM_GROUP)));
  const groups: Int32Array[] = [];
  let from = 0;
  for (let g = 1; g <= count; g++) {
    let to = Math.round((g * order.length) / count);
    // Equal risks stay in one group.
    while (to < order.length && to > 0 && risks[order[to] as number] === risks[order[to - 1] as number]) to++;
    if (to > from) groups.push(order.slice(from, to));
    from = Math.max(from, to);
  }
  const incidenceOf = groups.map((members) => prepareAalenJohansen(observations, horizonDays, members));
  const samples = groups.map(() => new Float64Array(resamples.count));
  const multiplicity = new Float64Array(risks.length);
  for (let b = 0; b < resamples.count; b++) {
    multiplicityOf(resamples, b, persons.positions, multiplicity);
    for (const [g, incidence] of incidenceOf.entries())
      (samples[g] as Float64Array)[b] = incidence(multiplicity);
  }
  const everyone = once(risks.length);
  return groups.map((members, g) => ({
    n: members.length,
    meanRisk: members.reduce((sum, person) => sum + (risks[person] as number), 0) / members.length,
    observed: percentileEstimate(
      incidenceOf[g]?.(everyone) ?? Number.NaN,
      samples[g] as Float64Array,
      members.length,
      method,
    ),
  }));
}

function round(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}
