/** The head of the report: who was measured, the verdict in one paragraph, every task at a glance, and mean C-index by model. */

import { figure } from "../../drawing/figure.ts";
import { type Markup, markup } from "../../drawing/markup.ts";
import { count, counted, digitsFor, estimateText, signed } from "../../drawing/number-text.ts";
import { niceScale } from "../../drawing/scale.ts";
import { durationText } from "../../vetting/duration.ts";
import { designText } from "../design/evaluation-design.ts";
import type { Evaluation, EvaluationSummary, EvaluationTask, Verdict } from "../design/evaluation-schema.ts";
import { VERDICTS } from "../design/evaluation-schema.ts";
import { forestPlot } from "./forest-plot.ts";
import { labelInText, labelOf } from "./model-look.ts";
import type { ReportInput } from "./report-input.ts";
import { shownModels } from "./shown-models.ts";
import { landmarkText, taskId, verdictMark } from "./task-words.ts";
import { vettingNotes } from "./vetting-section.ts";

export function verdictSection(input: ReportInput): Markup {
  const { evaluation, site, measured, provenance, knownPersons } = input;
  const title =
    measured === "held out"
      ? markup`Evidence for the model of site <em>${site}</em>`
      : markup`The model of site <em>${site}</em>, validated on records from elsewhere`;
  const id = (role: string) => provenance.artefacts.find((artefact) => artefact.role === role)?.id;
  const ids = (["records", "model", "evaluation"] as const).flatMap((role) => {
    const found = id(role);
    return found === undefined
      ? []
      : [
          markup`<div><dt>${role === "records" ? "data" : role}</dt><dd><code>${found.slice(0, 16)}</code></dd></div>`,
        ];
  });
  return markup`<header class="masthead"><p class="eyebrow"><span>Longitude</span><span>Evidence report</span><span class="caution">Not for clinical use</span></p><h1>${title}</h1>
${vettingNotes(evaluation.vetting)}${knownPersons > 0 && markup`<p class="note warn"><strong>Perhaps no validation.</strong> ${count(knownPersons)} of the ${count(evaluation.persons)} people carry an identifier of somebody the site has learned from. If they are the same people, these figures are too good.</p>`}<div class="lead"><div><p class="verdict-text">${verdictParagraph(input)}</p><dl class="ids"><div><dt>measured on</dt><dd>${count(evaluation.persons)} ${designText(evaluation.design)}</dd></div>${ids}</dl></div>${verdictMatrix(evaluation)}</div></header>`;
}

/** How many tasks better, not distinguishable and worse, and the mean C-index of the model and its strongest baseline. */
export function verdictParagraph({ evaluation, measured }: ReportInput): Markup {
  const { tasks, mainModel, persons } = evaluation;
  const number = (verdict: Verdict) => tasks.filter((task) => task.verdict === verdict).length;
  const judged = tasks.length - number("too few to judge");
  const model = labelInText(mainModel);
  const people =
    measured === "held out"
      ? `${count(persons)} people whom it had never seen`
      : `${count(persons)} people in records from elsewhere`;
  const few = number("too few to judge");
  return markup`Measured on ${people}, ${model} ranked the risk of new onset <b>better</b> than the strongest baseline in ${orNone(number("better"))} of ${counted(judged, "task")}, was <b>not distinguishable</b> from it in ${orNone(number("not distinguishable"))}, and <b>worse</b> in ${orNone(number("worse"))}${few > 0 ? `; ${counted(few, "more task has", "more tasks have")} too few onsets to judge` : ""}. ${meanSentence(evaluation)}`;
}

function orNone(number: number): string {
  return number === 0 ? "none" : String(number);
}

function meanSentence(evaluation: Evaluation): string {
  const first = evaluation.summary.find(({ outcomes }) => outcomes.length > 0);
  if (first === undefined) return "No mean can be given.";
  const { mainModel } = evaluation;
  const main = first.models[mainModel]?.cIndex;
  const best = strongestMean(first, evaluation.baselines);
  const difference = best === null ? null : (first.differences[best]?.cIndex ?? null);
  if (!main || best === null) return "No mean can be given.";
  return `From ${landmarkText(first.landmark)} its mean C-index over ${counted(first.outcomes.length, "outcome")} is ${estimateText(main)}; the strongest baseline on the mean, ${labelInText(best)}, reaches ${estimateText(first.models[best]?.cIndex)}${difference === null ? "" : `, a paired difference of ${estimateText(difference, 3, signed)}`}. Brackets are 95\u00a0% intervals.`;
}

function strongestMean({ models }: EvaluationSummary, baselines: readonly string[]): string | null {
  const ranked = baselines
    .filter((name) => models[name]?.cIndex)
    .sort((a, b) => (models[b]?.cIndex?.value ?? 0) - (models[a]?.cIndex?.value ?? 0));
  return ranked[0] ?? null;
}

function verdictMatrix({ tasks }: Evaluation): Markup {
  const times = [...new Map(tasks.map((task) => [timeKey(task), task])).values()];
  const outcomes = [...new Map(tasks.map((task) => [task.outcome, task.title]))];
  const cell = (outcome: string, time: EvaluationTask) => {
    const task = tasks.find((one) => one.outcome === outcome && timeKey(one) === timeKey(time));
    return task === undefined
      ? markup`<td></td>`
      : markup`<td><a href="#${taskId(task)}" title="${task.title}: ${task.verdict}">${verdictMark(task.verdict)}<span class="hidden">${task.verdict}</span></a></td>`;
  };
  return markup`<div class="matrix"><table><caption>Against the strongest baseline of each task, by paired difference in C-index</caption><thead><tr><th scope="col">Outcome</th>${times.map(
    ({ landmark, horizon }) =>
      markup`<th scope="col">${landmark === "index" ? "index" : landmark.replace("+", " + ")}<small>${durationText(horizon)}</small></th>`,
  )}</tr></thead><tbody>${outcomes.map(
    ([name, title]) => markup`<tr><th scope="row">${title}</th>${times.map((time) => cell(name, time))}</tr>`,
  )}</tbody></table><p class="legend">${VERDICTS.map(
    (verdict) =>
      markup`<span>${verdictMark(verdict)}<b>${tasks.filter((task) => task.verdict === verdict).length}</b> ${verdict}</span> `,
  )}</p></div>`;
}

function timeKey({ landmark, horizon }: EvaluationTask): string {
  return `${landmark} ${horizon}`;
}

/** One forest a landmark and horizon, on one scale. */
export function meanFigure(evaluation: Evaluation): Markup {
  const { mainModel, baselines, summary, bootstrap, persons } = evaluation;
  const usable = summary.filter(({ models }) => models[mainModel]?.cIndex);
  const [first] = usable;
  if (first === undefined) return markup``;
  const models = shownModels(evaluation);
  const everything = usable.flatMap((group) => models.map((model) => group.models[model]?.cIndex ?? null));
  const scale = niceScale(
    everything.flatMap((estimate) => (estimate === null ? [] : [estimate.low, estimate.high])),
    4,
  );
  const digits = digitsFor(everything);
  const best = strongestMean(first, baselines);
  const difference = best === null ? null : (first.differences[best]?.cIndex ?? null);
  const compared =
    difference === null
      ? "stands alone"
      : difference.low > 0
        ? "is above"
        : difference.high < 0
          ? "is below"
          : "is not distinguishable from";
  return figure({
    level: 3,
    title:
      best === null
        ? `${labelOf(mainModel)}'s mean C-index`
        : `On the mean over outcomes ${labelInText(mainModel)} ${compared} ${labelInText(best)}, the strongest baseline`,
    about: `n = ${count(persons)} people, resampled jointly for all outcomes (${count(bootstrap.resamples)} resamples); follow-up from the prediction time to its end; bars are 95\u00a0% intervals. ${difference === null ? "" : `Paired difference from ${landmarkText(first.landmark)}: ${estimateText(difference, 3, signed)}.`}`,
    className: "means",
    chart: markup`<div class="forests">${usable.map((group) => {
      const name = `From ${landmarkText(group.landmark)}, ranked by risk within ${durationText(group.horizon)}`;
      const estimates = Object.fromEntries(
        models.map((model) => [model, group.models[model]?.cIndex ?? null]),
      );
      return markup`<div class="panel"><h4>${name}</h4><p class="about">mean C-index of ${counted(group.outcomes.length, "outcome")}</p>${forestPlot({ caption: name, models, estimates, scale, digits })}</div>`;
    })}</div>`,
    table: {
      caption: "Means over outcomes with 95\u00a0% intervals",
      columns: [
        "Task group and model",
        "C-index",
        "Difference",
        "AUROC",
        "AUROC, complete case",
        "AUROC in strata",
        "Brier",
      ],
      rows: usable.flatMap((group) =>
        models.map((model) => {
          const of = group.models[model];
          const against = model === mainModel ? null : (group.differences[model]?.cIndex ?? null);
          return [
            `${group.landmark}, ${durationText(group.horizon)}: ${labelOf(model)}`,
            estimateText(of?.cIndex),
            estimateText(against, 3, signed),
            estimateText(of?.auroc),
            estimateText(of?.aurocCompleteCase),
            estimateText(of?.aurocInStrata),
            estimateText(of?.brier),
          ];
        }),
      ),
    },
  });
}
