/** Direct reading beside simulated futures, on the same people: what a head that knows the outcome saves. */

import { emptyState, figure } from "../../drawing/figure.ts";
import { type Markup, markup } from "../../drawing/markup.ts";
import { count, counted, estimateText, fixed, percent, signed } from "../../drawing/number-text.ts";
import type { Scale } from "../../drawing/scale.ts";
import { durationText } from "../../vetting/duration.ts";
import type { Evaluation, EvaluationTask } from "../design/evaluation-schema.ts";
import { sharedScale } from "./forest-plot.ts";
import { axisStrip, intervalStrip } from "./interval-strip.ts";
import { labelOf, lookOf, markerAt, markerKey } from "./model-look.ts";
import type { ReportInput } from "./report-input.ts";

export function simulationSection({ simulated, forecast }: ReportInput): Markup {
  const drawn = forecast?.simulated;
  const how =
    drawn === undefined || drawn.persons === 0
      ? null
      : `${counted(drawn.futuresPerPerson, "future")} each of ${counted(drawn.persons, "person", "people")}; ${percent(drawn.completed, 1)} of the futures reached the horizon or death within the token limit.`;
  if (simulated === null) {
    return emptyState(
      "No comparison.",
      how === null
        ? "No futures were simulated, so there is nothing to set beside the direct reading."
        : `Futures were simulated (${how}), but too few onsets fell among these people to compare the two ways.`,
    );
  }
  return comparison(simulated, how);
}

function comparison(simulated: Evaluation, how: string | null): Markup {
  const { mainModel, baselines, tasks, summary, persons, bootstrap } = simulated;
  const other = baselines[0] ?? "";
  const judged = tasks.filter(({ models }) => models[mainModel]?.cIndex && models[other]?.cIndex);
  const scale = sharedScale(judged.map(({ models }) => models));
  const mean = summary.find(({ outcomes }) => outcomes.length > 0);
  const difference = mean?.differences[other]?.cIndex ?? null;
  const title =
    difference === null
      ? "Direct reading beside simulated futures"
      : difference.low > 0
        ? "Direct reading ranks better than simulation, at a small part of its cost"
        : difference.high < 0
          ? "Simulation ranks better than direct reading"
          : "Direct reading and simulation are not distinguishable; direct reading costs far less";
  const sizes = `n = ${count(persons)} people with both, ${count(bootstrap.resamples)} paired resamples, bars 95\u00a0%. ${how ?? ""}`;
  const means =
    difference === null || mean === undefined
      ? ""
      : ` Mean difference (direct minus simulated) over ${counted(mean.outcomes.length, "outcome")} within ${durationText(mean.horizon)}: ${estimateText(difference, 3, signed)}.`;
  return figure({
    level: 3,
    title,
    about: `${sizes}${means}`,
    chart: markup`${pairs(judged, mainModel, other, scale)}<p class="legend"><span>${markerKey(mainModel)}direct reading</span> <span>${markerKey(other)}simulated futures</span></p>${
      judged.length < tasks.length &&
      markup`<p class="about">${counted(tasks.length - judged.length, "task has", "tasks have")} too few onsets among these people to judge.</p>`
    }`,
    table: {
      caption: "C-index of direct reading and of simulated futures on the same people",
      columns: ["Task", "n", "Onsets", "Direct reading", "Simulated futures", "Difference"],
      rows: tasks.map((task) => [
        `${task.title}, ${durationText(task.horizon)}`,
        count(task.n),
        count(task.events),
        ...[mainModel, other].map((model) => estimateText(task.models[model]?.cIndex)),
        task.differences[other]?.cIndex
          ? estimateText(task.differences[other]?.cIndex, 3, signed)
          : "too few to judge",
      ]),
    },
  });
}

function pairs(tasks: readonly EvaluationTask[], direct: string, simulated: string, scale: Scale): Markup {
  const row = (task: EvaluationTask, model: string, first: boolean) => {
    const estimate = task.models[model]?.cIndex ?? null;
    return markup`<tr class="${first ? "pair-first" : "pair-second"}">${first && markup`<th scope="rowgroup" rowspan="2">${task.title}<small>${durationText(task.horizon)}, ${counted(task.events, "onset")}</small></th>`}<td class="cell">${intervalStrip(
      {
        scale,
        estimate,
        className: lookOf(model).className,
        marker: (x, y) => markerAt(model, x, y),
        reference: 0.5,
      },
    )}</td><td class="figures"><span class="hidden">${labelOf(model)} </span>${estimateText(estimate, 2)}</td></tr>`;
  };
  return markup`<table class="forest pairs"><caption class="hidden">C-index by task and way of forecasting</caption><colgroup><col class="c-label"><col><col class="c-figures"></colgroup>${tasks.map(
    (task) => markup`<tbody>${row(task, direct, true)}${row(task, simulated, false)}</tbody>`,
  )}<tfoot aria-hidden="true"><tr><td></td><td class="cell">${axisStrip(scale, 0.5, (tick) => fixed(tick, scale.digits))}</td><td class="unit">C-index</td></tr></tfoot></table>`;
}
