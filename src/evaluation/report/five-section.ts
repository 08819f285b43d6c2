/**
 * Five questions that a model of timelines should answer before anybody relies on it: by how common the outcome is, calibration,
 * whether its futures arrive, whether it takes a shortcut, and what it does on records unlike those it knows.
 */
import { emptyState } from "../../drawing/figure.ts";
import { type Markup, markup } from "../../drawing/markup.ts";
import { count, estimateText, percent } from "../../drawing/number-text.ts";
import type { AuditCheck } from "../audits/audit.ts";
import type { EvaluationTask } from "../design/evaluation-schema.ts";
import type { Estimate } from "../measures/estimate.ts";
import { checkPart } from "./audits-section.ts";
import type { ReportInput } from "./report-input.ts";

export function fiveSection({ evaluation, audits, looks, forecast }: ReportInput): Markup {
  if (looks === null)
    return emptyState("No closer look.", "It is taken of a site's own model on its held-out persons.");
  const look = (name: string): Markup | null => {
    const found = looks.looks.find((one) => one.name === name);
    return found === undefined ? null : checkPart(found);
  };
  const leakage = audits.find(({ audit }) => audit === "leakage");
  const gaps = leakage?.checks.find(({ name }: AuditCheck) => name === "gaps");
  const drawn = forecast?.simulated;
  return markup`<h3>1. How common is the outcome?</h3>${byFrequency(evaluation.tasks, evaluation.mainModel)}${look("repeats")}
<h3>2. Do risks mean what they say?</h3><p>Every task's calibration curve, slope and O:E stand under <a href="#tasks">Tasks</a> and <a href="#evidence">Decisions, calibration and groups</a>.</p>${look("recalibration")}
<h3>3. Do its futures arrive?</h3><p>${
    drawn === undefined || drawn.persons === 0
      ? "No futures were simulated."
      : `${percent(drawn.completed, 1)} of ${count(drawn.persons * drawn.futuresPerPerson)} simulated futures reached the horizon or death within the token limit.`
  }</p>
<h3>4. Does it take a shortcut?</h3><p>${leakage === undefined ? "Not audited." : `The leakage audit ${leakage.passed ? "passed" : "did not pass"}: ${leakage.summary}.`}</p>${gaps === undefined ? null : checkPart(gaps)}
<h3>5. What does it do on records unlike those it knows?</h3>${look("out-of-distribution")}`;
}

function byFrequency(tasks: readonly EvaluationTask[], model: string): Markup {
  const rows = tasks
    .filter(({ code, observedIncidence }) => code === null && observedIncidence !== null)
    .sort((a, b) => (a.observedIncidence as Estimate).value - (b.observedIncidence as Estimate).value)
    .map(({ title, landmark, horizon, n, events, observedIncidence, models }) => {
      const of = models[model];
      return markup`<tr><th scope="row">${title}, ${landmark}, ${horizon}</th><td class="number">${percent((observedIncidence as Estimate).value, 1)}</td><td class="number">${count(n)}</td><td class="number">${count(events)}</td><td class="figures">${estimateText(of?.cIndex ?? null, 3)}</td><td class="figures">${estimateText(of?.auroc ?? null, 3)}</td><td class="figures">${estimateText(of?.auprc ?? null, 3)}</td></tr>`;
    });
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="By how common the outcome is"><table class="data"><caption>From the rarest outcome to the commonest: what is rare is hard to prove, and its AUPRC is low by nature</caption><thead><tr><th scope="col">Task</th><th scope="col">Incidence</th><th scope="col">n</th><th scope="col">Onsets</th><th scope="col">C-index</th><th scope="col">AUROC</th><th scope="col">AUPRC</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}
