/** ROC of the model beside that of the strongest baseline; censoring-weighted, with every point's place in the table. */

import { figure } from "../../drawing/figure.ts";
import { type Markup, markup } from "../../drawing/markup.ts";
import { count, digitsFor, estimateText, fixed, percent } from "../../drawing/number-text.ts";
import { scaleOf } from "../../drawing/scale.ts";
import { linePath, squarePlot, squareX, squareY } from "../../drawing/square-plot.ts";
import { durationText } from "../../vetting/duration.ts";
import type { EvaluationTask } from "../design/evaluation-schema.ts";
import { labelInText, labelOf, lookOf } from "./model-look.ts";

const TABLE_STEPS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8];

export function rocPlot(task: EvaluationTask, mainModel: string): Markup {
  const models = [task.verdictAgainst, mainModel].filter((model) => model !== null);
  const scale = scaleOf(0, 1, 0.25);
  const auroc = task.models[mainModel]?.auroc ?? null;
  const other = task.verdictAgainst === null ? null : (task.models[task.verdictAgainst]?.auroc ?? null);
  const digits = digitsFor([auroc, other]);
  const lines = models.map((model) => {
    const points = (task.curves[model]?.roc ?? []).map(
      ([x, y]) => [squareX(scale, x), squareY(scale, y)] as const,
    );
    return (
      points.length > 0 &&
      markup`<path class="line ${lookOf(model).className}" d="${linePath(points)}"><title>${labelOf(model)}</title></path>`
    );
  });
  const title =
    auroc === null
      ? "AUROC could not be measured"
      : `AUROC ${fixed(auroc.value, digits)}${other === null ? "" : `, baseline ${fixed(other.value, digits)}`}`;
  const name = `ROC curves of ${models.map(labelInText).reverse().join(" and ")}. ${title}.`;
  const write = (value: number) =>
    value === 0 || value === 1 ? String(value) : fixed(value, 2).replace(/0$/, "");
  return figure({
    level: 5,
    className: "small-figure",
    title,
    about: `n = ${count(task.n)}, ${durationText(task.horizon)}, 95\u00a0% interval ${auroc === null ? "absent" : `${fixed(auroc.low, digits)} to ${fixed(auroc.high, digits)}`}`,
    chart: markup`${squarePlot({ scale, write, xTitle: "1 − specificity", yTitle: "sensitivity", name, children: lines })}${legend(models)}`,
    table: {
      caption: `Sensitivity by share of people without onset who are flagged: ${task.title}, ${durationText(task.horizon)}`,
      columns: ["Flagged without onset", ...models.map(labelOf).reverse()],
      rows: [
        ...TABLE_STEPS.map((x) => [
          percent(x),
          ...models.map((model) => percent(heightAt(task.curves[model]?.roc ?? [], x))).reverse(),
        ]),
        ["AUROC", ...models.map((model) => estimateText(task.models[model]?.auroc)).reverse()],
      ],
    },
  });
}

function legend(models: readonly string[]): Markup {
  return markup`<p class="legend">${models
    .toReversed()
    .map(
      (model) =>
        markup`<span><svg width="22" height="8" aria-hidden="true" focusable="false"><path class="line ${lookOf(model).className}" d="M0 4H22"/></svg>${labelOf(model)}</span> `,
    )}</p>`;
}

/** Linear between the points of the curve. */
function heightAt(roc: readonly (readonly [number, number])[], x: number): number {
  for (const [i, [right, high]] of roc.entries()) {
    if (right < x) continue;
    const [left, low] = roc[i - 1] ?? [0, 0];
    return right === left ? high : low + ((high - low) * (x - left)) / (right - left);
  }
  return roc.length === 0 ? Number.NaN : 1;
}
