/** One task: who and how many, C-index of all models, ROC, calibration, further measures, and the verdict in words. */

import { asTable, dataTable } from "../../drawing/data-table.ts";
import { figure } from "../../drawing/figure.ts";
import { type Markup, markup } from "../../drawing/markup.ts";
import { count, counted, digitsFor, estimateText, fixed, shareText } from "../../drawing/number-text.ts";
import type { Scale } from "../../drawing/scale.ts";
import { durationText } from "../../vetting/duration.ts";
import {
  type Evaluation,
  type EvaluationTask,
  MEASURE_NAMES,
  type MeasureName,
} from "../design/evaluation-schema.ts";
import { MEASURE_LABELS } from "../measures/measure-labels.ts";
import { calibrationPlot } from "./calibration-plot.ts";
import { forestPlot } from "./forest-plot.ts";
import { labelInText, labelOf } from "./model-look.ts";
import { rocPlot } from "./roc-plot.ts";
import { shownModels } from "./shown-models.ts";
import { FEW_EVENTS, landmarkText, taskId, verdictSentence, verdictTag } from "./task-words.ts";

/** What stands in the row itself; the rest is in its table. */
const SHOWN = [
  "auroc",
  "aurocCompleteCase",
  "aurocInStrata",
  "calibrationAalenJohansen",
  "calibrationSlope",
  "auprc",
  "brier",
] as const satisfies readonly MeasureName[];

export function taskRow(task: EvaluationTask, evaluation: Evaluation, scale: Scale): Markup {
  const measured = Object.keys(task.models).length > 0;
  return markup`<article class="task" id="${taskId(task)}" aria-labelledby="${taskId(task)}-name"><header><h4 id="${taskId(task)}-name">${task.title}</h4>${verdictTag(task.verdict)}<p class="task-when">from ${landmarkText(task.landmark)}, within ${durationText(task.horizon)}</p></header>${facts(task)}${
    measured
      ? charts(task, evaluation, scale)
      : markup`<p class="empty"><strong>Too few to judge.</strong> ${whyNot(task)}</p>`
  }</article>`;
}

function facts({ n, events, eventsEver, deaths, censored, observedIncidence }: EvaluationTask): Markup {
  const items = [
    ["People", count(n)],
    ["Onsets", count(events)],
    ["Onsets, all follow-up", count(eventsEver)],
    ["Deaths without onset", count(deaths)],
    ["Censored before", count(censored)],
    ["Observed incidence", shareText(observedIncidence)],
  ] as const;
  return markup`<dl class="facts">${items.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function charts(task: EvaluationTask, evaluation: Evaluation, scale: Scale): Markup {
  const { mainModel } = evaluation;
  const models = shownModels(evaluation).filter((model) => task.models[model] !== undefined);
  const estimates = Object.fromEntries(models.map((model) => [model, task.models[model]?.cIndex ?? null]));
  const digits = digitsFor(Object.values(estimates));
  const main = estimates[mainModel];
  const best = task.verdictAgainst;
  const forest = figure({
    level: 5,
    title:
      main === null || main === undefined
        ? "The C-index could not be measured"
        : `C-index ${fixed(main.value, digits)}${best === null ? "" : `; ${labelInText(best)} ${fixed(estimates[best]?.value ?? Number.NaN, digits)}`}`,
    about: `n = ${count(task.n)}, ${counted(task.eventsEver, "onset")} over all follow-up, bars 95\u00a0%`,
    chart: forestPlot({
      caption: `C-index by model, ${task.title} from ${landmarkText(task.landmark)}`,
      models,
      estimates,
      scale,
      digits,
    }),
  });
  return markup`<p class="finding">${verdictSentence(task, mainModel)}${
    task.events < FEW_EVENTS &&
    markup` <strong class="few">Only ${counted(task.events, "onset")}: the intervals are wide.</strong>`
  }</p><div class="task-charts"><div>${forest}${measures(task, mainModel)}</div>${rocPlot(task, mainModel)}${calibrationPlot(task, mainModel)}</div>${asTable(
    "All measures of all models",
    {
      caption: `All measures with 95\u00a0% intervals: ${task.title}, ${task.landmark}, ${durationText(task.horizon)}`,
      columns: ["Measure", ...models.map(labelOf)],
      rows: MEASURE_NAMES.map((measure) => [
        MEASURE_LABELS[measure],
        ...models.map((model) => estimateText(task.models[model]?.[measure])),
      ]),
    },
  )}`;
}

/** The model and the strongest baseline side by side. */
function measures(task: EvaluationTask, mainModel: string): Markup {
  const models = [mainModel, task.verdictAgainst].filter((model) => model !== null);
  return markup`<div class="measures">${dataTable({
    caption: `Further measures at ${durationText(task.horizon)} with 95\u00a0% intervals`,
    columns: ["Measure", ...models.map(labelOf)],
    rows: SHOWN.map((measure) => [
      MEASURE_LABELS[measure],
      ...models.map((model) => estimateText(task.models[model]?.[measure])),
    ]),
  })}</div>`;
}

function whyNot({ events, n, horizon }: EvaluationTask): string {
  return `${counted(events, "onset")} within ${durationText(horizon)} among ${counted(n, "person", "people")} cannot tell models apart, so no figure is shown: this is neither good nor bad.`;
}
