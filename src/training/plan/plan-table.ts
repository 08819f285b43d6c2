/** A training plan for the terminal: what each budget buys, what to write into longitude.yaml, what was assumed. */
import { fixed } from "../../drawing/number-text.ts";
import type { PlanRow, TrainingPlan } from "./training-plan.ts";

export function planTable(plan: TrainingPlan): string {
  const { recommended, assumptions, law, check, trials } = plan;
  const columns = [
    "budget here",
    "depth",
    "parameters",
    "tokens",
    "epochs",
    "expected tuning loss",
    "here",
    "1 GPU",
    `${assumptions.gpus} GPUs`,
  ];
  const cells = [columns, ...[...plan.rows, plan.configured].map(rowCells)];
  const widths = columns.map((_, k) => Math.max(...cells.map((row) => (row[k] as string).length)));
  const lines = cells.map((row) => row.map((cell, k) => cell.padStart(widths[k] as number)).join("  "));
  return `${lines.join("\n")}

Train depth ${recommended.depth} (width ${recommended.width}) for ${epochsText(recommended)}:
  training: { depth: ${recommended.depth}, epochs: ${wholeEpochs(recommended)} }
${beyondText(recommended)}
Law from ${trials.length} trials: ${lawText(plan)}, relative error ${(100 * law.relativeError).toFixed(1)} %.
Check: the largest trial was foretold from the smaller ones as ${fixed(check.foretold, 3)} and measured ${fixed(check.measured, 3)}.
Assumed: ${assumptionsText(plan)}`;
}

/** `2.31 + 41 / N^0.34 + 112 / D^0.28` */
export function lawText({ law }: TrainingPlan): string {
  const term = (value: number) =>
    value >= 0.01 && value < 10_000 ? value.toPrecision(3) : value.toExponential(2);
  return `${fixed(law.floor, 3)} + ${term(law.sizeTerm)} / N^${law.sizeExponent.toFixed(2)} + ${term(law.dataTerm)} / D^${law.dataExponent.toFixed(2)}`;
}

export function assumptionsText({ assumptions, law, threads }: TrainingPlan): string {
  const { gpus, gpuFlops, gpuUtilisation, gpuScaling } = assumptions;
  const repetition =
    law.repetitionFrom === "trials"
      ? "as the trials showed"
      : "as published (Muennighoff 2023), the trials being short";
  return `hours here at the speed of the trials (${threads} threads); a GPU of ${(gpuFlops / 1e12).toFixed(0)} TFLOP/s used to ${(100 * gpuUtilisation).toFixed(0)} % (small models reach less), ${gpus} of them to ${(100 * gpuScaling).toFixed(0)} % of ${gpus} times that; tokens seen again count for less, with K = ${law.repetitionEpochs} epochs, ${repetition}; learning rate as derived from the width. The law knows no overfitting: early stopping on tuning loss guards against it.`;
}

export function beyondText({ beyondTrials: { parameters, tokens } }: PlanRow): string {
  const times = (value: number) => (value < 10 ? value.toFixed(1) : value.toFixed(0));
  if (parameters <= 1 && tokens <= 1) return "Within what the trials covered.";
  return `Beyond the trials: ${times(parameters)} times their largest size, ${times(tokens)} times their longest run; the farther, the less the interval tells.`;
}

export function rowCells(row: PlanRow): string[] {
  const { budgetHours, depth, parameters, tokens, epochs, loss, hoursHere, hoursOneGpu, hoursManyGpus } = row;
  return [
    budgetHours === null ? "longitude.yaml" : hoursText(budgetHours),
    String(depth),
    shortCount(parameters),
    shortCount(tokens),
    epochs.toFixed(1),
    `${fixed(loss.value, 3)} (${fixed(loss.low, 3)} to ${fixed(loss.high, 3)})`,
    hoursText(hoursHere),
    hoursText(hoursOneGpu),
    hoursText(hoursManyGpus),
  ];
}

/** `35 s`, `12 min`, `7.5 h` */
export function hoursText(hours: number): string {
  const seconds = 3600 * hours;
  if (seconds < 1) return "< 1 s";
  if (seconds < 90) return `${seconds.toFixed(0)} s`;
  if (seconds < 5400) return `${(seconds / 60).toFixed(0)} min`;
  return `${hours < 10 ? hours.toFixed(1) : hours.toFixed(0)} h`;
}

/** `0.55 M`, `120 M`, `31 k` */
export function shortCount(value: number): string {
  if (value < 1e5) return `${(value / 1e3).toPrecision(2)} k`;
  if (value < 1e9) return `${value < 1e8 ? (value / 1e6).toPrecision(3) : (value / 1e6).toFixed(0)} M`;
  return `${(value / 1e9).toPrecision(3)} G`;
}

function wholeEpochs({ epochs }: PlanRow): number {
  return Math.max(1, Math.round(epochs));
}

function epochsText(row: PlanRow): string {
  return `${shortCount(row.tokens)} tokens (${row.epochs.toFixed(1)} epochs), ${hoursText(row.hoursHere)} here, expected tuning loss ${fixed(row.loss.value, 3)} (${fixed(row.loss.low, 3)} to ${fixed(row.loss.high, 3)})`;
}
