/** Every task in one picture: the paired difference in C-index from the strongest baseline, with its interval and verdict. */

import { type Markup, markup } from "../../drawing/markup.ts";
import { ABSENT, count, intervalText, signed } from "../../drawing/number-text.ts";
import { niceScale, type Scale } from "../../drawing/scale.ts";
import { durationText } from "../../vetting/duration.ts";
import type { Evaluation, EvaluationTask } from "../design/evaluation-schema.ts";
import type { Estimate } from "../measures/estimate.ts";
import { axisStrip, intervalStrip } from "./interval-strip.ts";
import { labelOf } from "./model-look.ts";
import { landmarkText, taskId, VERDICT_CLASS, verdictTag } from "./task-words.ts";

const WIDEST = 0.15;

export function differencePlot(
  evaluation: Evaluation,
  groups: readonly (readonly EvaluationTask[])[],
): Markup {
  const reach = evaluation.tasks.flatMap((task) => {
    const difference = differenceOf(task);
    return difference === null ? [] : [difference.low, difference.high];
  });
  const scale = niceScale(
    [-0.02, 0.02, ...reach].map((value) => Math.max(-WIDEST, Math.min(WIDEST, value))),
    6,
  );
  return markup`<table class="forest differences"><caption class="hidden">Difference in C-index from the strongest baseline, by task</caption><colgroup><col class="c-label"><col><col class="c-figures"><col class="c-against wide"><col class="c-onsets wide"><col class="c-verdict"></colgroup>
<thead><tr><th scope="col">Outcome</th><th scope="col" class="direction" aria-label="Difference in C-index"><span aria-hidden="true"><i>◂ </i>baseline<i> ranks better</i></span><span aria-hidden="true">${labelOf(evaluation.mainModel)}<i> ranks better ▸</i></span></th><th scope="col">Difference<i> (95\u00a0% interval)</i></th><th scope="col" class="wide">Against</th><th scope="col" class="wide">Onsets</th><th scope="col">Verdict</th></tr></thead>${groups.map(
    (tasks) => groupRows(tasks, scale),
  )}<tfoot aria-hidden="true"><tr><td></td><td class="cell">${axisStrip(scale, 0, (tick) => (tick === 0 ? "0" : signed(tick, scale.digits)))}</td><td></td><td class="wide" colspan="2"></td><td></td></tr></tfoot></table>`;
}

function groupRows(tasks: readonly EvaluationTask[], scale: Scale): Markup {
  const [first] = tasks;
  if (first === undefined) return markup``;
  const group = `From ${landmarkText(first.landmark)}, within ${durationText(first.horizon)}`;
  return markup`<tbody><tr class="group"><th scope="rowgroup" colspan="4">${group}</th><td class="wide" colspan="2"></td></tr>${tasks.map(
    (task) => {
      const estimate = differenceOf(task);
      const kind = VERDICT_CLASS[task.verdict];
      return markup`<tr><th scope="row"><a href="#${taskId(task)}">${task.title}</a></th><td class="cell">${intervalStrip(
        {
          scale,
          estimate,
          className: kind,
          marker: (x, y) => markup`<use href="#k-circle" x="${x}" y="${y}" class="mark small ${kind}"/>`,
          reference: 0,
        },
      )}</td><td class="figures">${
        estimate === null
          ? ABSENT
          : markup`<b>${signed(estimate.value, 3)}</b> <span>${intervalText(estimate, 3, signed)}</span>`
      }</td><td class="wide">${task.verdictAgainst === null ? ABSENT : labelOf(task.verdictAgainst)}</td><td class="wide number">${count(task.events)}</td><td>${verdictTag(task.verdict)}</td></tr>`;
    },
  )}</tbody>`;
}

export function differenceOf({ differences, verdictAgainst }: EvaluationTask): Estimate | null {
  return verdictAgainst === null ? null : (differences[verdictAgainst]?.cIndex ?? null);
}
