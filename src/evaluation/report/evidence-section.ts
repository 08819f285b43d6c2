/**
 * The closer look of `evidence.json`, task by task: decision curve, smooth calibration, thresholds with lead time, and
 * every subgroup beside its reference. A part that the data cannot support is said to be missing.
 */

import { dataTable } from "../../drawing/data-table.ts";
import { emptyState, figure } from "../../drawing/figure.ts";
import { type Markup, markup } from "../../drawing/markup.ts";
import { ABSENT, count, estimateText, fixed, percent, shareText } from "../../drawing/number-text.ts";
import { niceScale, type Scale } from "../../drawing/scale.ts";
import { linePath, squarePlot, squareX, squareY } from "../../drawing/square-plot.ts";
import { durationText } from "../../vetting/duration.ts";
import type {
  Evidence,
  EvidenceSubgroup,
  EvidenceTask,
  EvidenceThreshold,
} from "../design/evidence-schema.ts";
import type { Estimate } from "../measures/estimate.ts";
import { axisStrip, intervalStrip } from "./interval-strip.ts";
import { landmarkText } from "./task-words.ts";

export function evidenceSection(evidence: Evidence | null): Markup {
  if (evidence === null)
    return emptyState(
      "No closer look.",
      "The evidence of an older version has none, or its file is not at hand.",
    );
  return markup`<p>Every figure is of ${evidence.model} on held-out or external persons, with its 95\u00a0% interval; groups of fewer than ${count(evidence.minimumCell)} persons are taken together and have no figures.</p>${evidence.tasks.map(taskPart)}`;
}

function taskPart(task: EvidenceTask): Markup {
  const name = `${task.title}, from ${landmarkText(task.landmark)}, within ${durationText(task.horizon)}`;
  if (task.thresholds.length === 0 && task.subgroups.length === 0)
    return markup`<details class="as-table"><summary>${name}</summary>${emptyState("Not judged.", "Too few onsets, or one class alone.")}</details>`;
  return markup`<details class="as-table"><summary>${name}: ${count(task.events)} onsets among ${count(task.n)}</summary><div class="small-figures">${decisionCurve(task)}${smoothCalibration(task)}</div>${thresholdTable(task, name)}${task.subgroups.map((group) => subgroupForest(group, name))}</details>`;
}

function decisionCurve(task: EvidenceTask): Markup {
  const points = [...task.thresholds].sort((a, b) => a.risk - b.risk);
  const usable = points.filter(({ figures }) => figures.netBenefit !== null);
  if (usable.length < 2)
    return emptyState("No decision curve.", "Net benefit cannot be measured at two risks.");
  const scale = niceScale([0, ...usable.map(({ risk }) => risk)], 4);
  const yScale = niceScale([0, ...usable.map(({ figures }) => figures.netBenefit?.high ?? 0)], 4);
  const line = (of: (threshold: EvidenceThreshold) => number | undefined) =>
    linePath(
      usable.flatMap((threshold) => {
        const value = of(threshold);
        return value === undefined ? [] : [[squareX(scale, threshold.risk), squareY(yScale, value)] as const];
      }),
    );
  const better = usable.filter(
    ({ figures }) => (figures.netBenefit?.low ?? 0) > Math.max(0, figures.netBenefitTreatAll?.value ?? 0),
  ).length;
  return figure({
    level: 5,
    className: "small-figure",
    title: `More net benefit than flagging everybody or nobody at ${better} of ${usable.length} risks`,
    about: `n = ${count(task.n)}, ${count(task.events)} onsets; band 95\u00a0%`,
    chart: markup`${squarePlot({
      scale,
      yScale,
      write: (value) => fixed(100 * value, Math.max(0, yScale.digits - 2)),
      xTitle: "risk at which one would act, %",
      yTitle: "net benefit per 100",
      name: "Decision curve: net benefit of the model, and dashed of flagging everybody, against the risk at which one would act",
      children: [
        markup`<path fill="currentColor" fill-opacity="0.14" stroke="none" d="${band(
          scale,
          yScale,
          usable.map(({ risk, figures }) => [risk, figures.netBenefit]),
        )}"/>`,
        markup`<path fill="none" stroke="currentColor" stroke-width="2" d="${line(({ figures }) => figures.netBenefit?.value)}"/>`,
        markup`<path fill="none" stroke="currentColor" stroke-dasharray="4 3" d="${line(({ figures }) => figures.netBenefitTreatAll?.value)}"/>`,
      ],
    })}<p class="legend">Solid: the model. Dashed: flagging everybody. Zero: nobody.</p>`,
    table: {
      caption: "Net benefit",
      columns: ["Risk", "Model (95\u00a0% interval)", "Everybody"],
      rows: usable.map(({ risk, figures }) => [
        percent(risk, 1),
        estimateText(figures.netBenefit, 4),
        figures.netBenefitTreatAll === null ? ABSENT : fixed(figures.netBenefitTreatAll.value, 4),
      ]),
    },
  });
}

function smoothCalibration({ calibration, n, horizon }: EvidenceTask): Markup {
  const points = calibration.curve.flatMap(({ risk, observed }): [number, Estimate][] =>
    observed === null ? [] : [[risk, observed]],
  );
  if (points.length < 2)
    return emptyState("No smooth calibration curve.", "The risks are too much alike, or too few.");
  const scale = niceScale([0, ...points.flatMap(([risk, { high }]) => [risk, high])], 4);
  return figure({
    level: 5,
    className: "small-figure",
    title: `Risk and observation lie ${calibration.ici === null ? "an unknown distance" : percent(calibration.ici.value, 1)} apart on average`,
    about: `ICI ${estimateText(calibration.ici)}, n = ${count(n)}, ${durationText(horizon)}, band 95\u00a0%`,
    chart: squarePlot({
      scale,
      write: (value) => `${fixed(100 * value, Math.max(0, scale.digits - 2))}`,
      xTitle: "predicted risk, %",
      yTitle: "observed, %",
      name: "Smooth calibration curve: observed against predicted risk, with its band and the diagonal",
      children: [
        markup`<path fill="currentColor" fill-opacity="0.14" stroke="none" d="${band(scale, scale, points)}"/>`,
        markup`<path fill="none" stroke="currentColor" stroke-width="2" d="${linePath(points.map(([risk, { value }]) => [squareX(scale, risk), squareY(scale, value)]))}"/>`,
      ],
    }),
    table: {
      caption: "Smooth calibration",
      columns: ["Predicted", "Observed (95\u00a0% interval)"],
      rows: points.map(([risk, observed]) => [percent(risk, 1), shareText(observed)]),
    },
  });
}

function band(scale: Scale, yScale: Scale, points: readonly (readonly [number, Estimate | null])[]): string {
  const known = points.flatMap(([x, estimate]) => (estimate === null ? [] : [[x, estimate] as const]));
  const upper = known.map(([x, { high }]) => [squareX(scale, x), squareY(yScale, high)] as const);
  const lower = known.map(([x, { low }]) => [squareX(scale, x), squareY(yScale, low)] as const);
  return upper.length === 0 ? "" : `${linePath([...upper, ...lower.reverse()])}Z`;
}

function thresholdTable({ thresholds }: EvidenceTask, name: string): Markup {
  const asked = thresholds.filter(({ from }) => from !== "curve").sort((a, b) => a.risk - b.risk);
  return dataTable({
    caption: `Decisions at thresholds: ${name} (95\u00a0% intervals). Lead time is the median from the alert to the onset`,
    columns: [
      "Flagged at",
      "Sensitivity",
      "Specificity",
      "PPV",
      "NPV",
      "Alerts per 100",
      "Needed to evaluate",
      "Lead time, days",
    ],
    rows: asked.map(({ risk, from, share, figures: of }) => [
      from === "share" && share !== null
        ? `${percent(share)} highest (${percent(risk, 1)})`
        : percent(risk, 1),
      shareText(of.sensitivity),
      shareText(of.specificity),
      shareText(of.ppv),
      shareText(of.npv),
      estimateText(of.alertsPer100, 1),
      estimateText(of.numberNeededToEvaluate, 1),
      estimateText(of.leadTimeDays, 0),
    ]),
  });
}

const COMPARED = [
  ["auroc", "AUROC"],
  ["observedToExpected", "O:E"],
  ["falseNegativeRate", "missed"],
] as const;

/** Each level's AUROC as an interval, and its ratios to the reference level as text. */
function subgroupForest({ attribute, reference, threshold, levels }: EvidenceSubgroup, name: string): Markup {
  const reach = levels.flatMap(({ figures }) =>
    figures?.auroc == null ? [] : [figures.auroc.low, figures.auroc.high],
  );
  const scale = niceScale([0.5, ...reach], 5);
  const own = levels.find((level) => level.name === reference)?.figures?.auroc?.value ?? 0.5;
  const rows = levels.map((level) => {
    const strip = intervalStrip({
      scale,
      estimate: level.figures?.auroc ?? null,
      className: "v-same",
      marker: (x, y) => markup`<use href="#k-circle" x="${x}" y="${y}" class="mark small v-same"/>`,
      reference: own,
    });
    const cells =
      level.judged === "judged"
        ? COMPARED.map(
            ([key]) =>
              markup`<td class="figures">${estimateText(level.figures?.[key], 2)}${level.ratio?.[key] == null ? "" : markup`<br>ratio ${estimateText(level.ratio[key], 2)}`}</td>`,
          )
        : markup`<td colspan="3">too few to judge</td>`;
    return markup`<tr><th scope="row">${level.name}${level.name === reference ? " (reference)" : ""}</th><td class="number">${count(level.n)}</td><td class="number">${level.events === null ? "few" : count(level.events)}</td><td class="strip-cell">${strip}</td>${cells}</tr>`;
  });
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${attribute}: ${name}"><table class="data"><caption>${attribute}: AUROC with its 95\u00a0% interval, and each figure's ratio to ${reference ?? "no reference"}; missed at a risk of ${percent(threshold, 1)}</caption><thead><tr><th scope="col">Group</th><th scope="col">n</th><th scope="col">Onsets</th><th scope="col">AUROC</th>${COMPARED.map(([, title]) => markup`<th scope="col">${title}</th>`)}</tr></thead><tbody>${rows}</tbody><tfoot aria-hidden="true"><tr><td></td><td></td><td></td><td class="strip-cell">${axisStrip(scale, scale.ticks[0] ?? 0.5, (tick) => fixed(tick, scale.digits))}</td><td colspan="3"></td></tr></tfoot></table></div>`;
}
