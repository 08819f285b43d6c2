/**
 * Calibration by tenths of predicted risk: mean prediction against Aalen-Johansen incidence with its interval.
 * A point above the diagonal was observed more often than predicted: there the model under-estimates.
 */

import { figure } from "../../drawing/figure.ts";
import { type Markup, markup } from "../../drawing/markup.ts";
import { count, digitsFor, estimateText, percent, shareText } from "../../drawing/number-text.ts";
import { niceScale } from "../../drawing/scale.ts";
import { SQUARE, squarePlot, squareX, squareY } from "../../drawing/square-plot.ts";
import { durationText } from "../../vetting/duration.ts";
import type { EvaluationTask } from "../design/evaluation-schema.ts";
import { labelOf, lookOf } from "./model-look.ts";
import { calibrationFinding } from "./task-words.ts";

export function calibrationPlot(task: EvaluationTask, model: string): Markup {
  const groups = task.curves[model]?.calibration ?? [];
  const observedToExpected = task.models[model]?.calibrationAalenJohansen ?? null;
  const scale = niceScale(
    [0, 0.01, ...groups.flatMap(({ meanRisk, observed }) => [meanRisk, observed?.high ?? 0])],
    3,
  );
  const { className } = lookOf(model);
  const points = groups.map(({ meanRisk, observed, n }) => {
    if (observed === null) return false;
    const x = squareX(scale, meanRisk);
    const [low, high] = [squareY(scale, observed.low), squareY(scale, observed.high)];
    return markup`<g class="${className}"><path class="whisker ${className}" d="M${x} ${low}V${high}"/><circle class="dot" cx="${x}" cy="${squareY(scale, observed.value)}" r="2.8"><title>predicted ${percent(meanRisk, 1)}, observed ${shareText(observed)}, n = ${n}</title></circle></g>`;
  });
  const title = calibrationFinding(observedToExpected, task.models[model]?.calibrationSlope);
  const { left, top, side } = SQUARE;
  const sides = markup`<text class="side" x="${left + 5}" y="${top + 12}">under-estimates</text><text class="side end" x="${left + side - 4}" y="${top + side - 6}">over-estimates</text>`;
  const digits = scale.high < 0.05 ? Math.max(0, scale.digits - 2) : 0;
  return figure({
    level: 5,
    className: "small-figure",
    title,
    about: `O:E ${estimateText(observedToExpected, Math.min(2, digitsFor([observedToExpected])))}, n = ${count(task.n)}, ${durationText(task.horizon)}, bars 95\u00a0%`,
    chart: markup`${squarePlot({
      scale,
      write: (value) => `${(100 * value).toFixed(digits)}`,
      xTitle: "predicted risk, %",
      yTitle: "observed, %",
      name: `Calibration of ${labelOf(model)}, ${groups.length} groups of rising predicted risk. ${title}.`,
      children: [sides, ...points],
    })}<p class="legend">Above the line observed exceeds predicted: risk is under-estimated.</p>`,
    table: {
      caption: `Calibration of ${labelOf(model)}: ${task.title}, ${durationText(task.horizon)}`,
      columns: ["Group", "n", "Predicted", "Observed (95\u00a0% interval)"],
      rows: groups.map(({ n, meanRisk, observed }, i) => [
        String(i + 1),
        count(n),
        percent(meanRisk, 1),
        shareText(observed),
      ]),
    },
  });
}
