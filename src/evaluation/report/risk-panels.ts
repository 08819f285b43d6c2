/**
 * Risk over time for one person, a small panel an outcome on one common scale: the direct reading as a line, the share
 * of simulated futures with the outcome as steps. What the person is not at risk of is said instead of drawn.
 */

import { type Markup, markup } from "../../drawing/markup.ts";
import { naturalFrequency, percent } from "../../drawing/number-text.ts";
import { niceScale, type Scale, scaleOf } from "../../drawing/scale.ts";
import type { OutcomeDefinition } from "../../vetting/outcome-definition.ts";
import { type ReadFuture, shareBy } from "./future-onsets.ts";
import { numberKey } from "./futures-plot.ts";
import type { ShownPatient } from "./report-input.ts";

export function riskPanels(
  patient: ShownPatient,
  outcomes: readonly OutcomeDefinition[],
  futures: readonly ReadFuture[],
): Markup {
  const last = patient.years.at(-1) ?? 1;
  const shown = patient.risks.filter(({ atRisk }) => atRisk);
  const shares = outcomes.map((_, k) => shareBy(futures, k, last));
  const y = niceScale([0, 0.05, ...shown.flatMap(({ direct }) => direct), ...shares], 3);
  const x = scaleOf(0, last, last > 6 ? 5 : 1);
  return markup`<div class="risk-panels">${outcomes.map((outcome, k) => {
    const risk = patient.risks.find((candidate) => candidate.outcome === outcome.name);
    if (risk === undefined) return null;
    const end = risk.direct.at(-1) ?? 0;
    if (!risk.atRisk) {
      return markup`<div class="risk-panel not-at-risk"><p class="panel-title">${numberKey(k)}<b>${outcome.title}</b></p><p class="frequency"><b>not at risk</b></p><div class="panel-plot empty-plot"><span>already in the record</span></div></div>`;
    }
    return markup`<div class="risk-panel"><p class="panel-title">${numberKey(k)}<b>${outcome.title}</b></p><p class="frequency"><b>${percent(end, end < 0.03 ? 1 : 0)}</b> ${naturalFrequency(end)}</p>${panel(outcome, k, risk.direct, patient.years, futures, x, y)}</div>`;
  })}</div><p class="legend"><span><svg width="22" height="8" aria-hidden="true" focusable="false"><path class="line m-main" d="M0 4H22"/></svg>direct reading</span>${
    futures.length > 0 &&
    markup` <span><svg width="22" height="8" aria-hidden="true" focusable="false"><path class="line share" d="M0 4H22"/></svg>share of ${futures.length} simulated futures</span>`
  }</p>`;
}

function panel(
  outcome: OutcomeDefinition,
  k: number,
  direct: readonly number[],
  years: readonly number[],
  futures: readonly ReadFuture[],
  x: Scale,
  y: Scale,
): Markup {
  const place = (year: number, risk: number) => `${x.at(year).toFixed(2)} ${(100 - y.at(risk)).toFixed(2)}`;
  const line = direct.map((risk, i) => `${i === 0 ? "M" : "L"}${place(years[i] ?? 0, risk)}`).join("");
  const floor = (100 - y.at(0)).toFixed(2);
  const area = `${line}L${x.at(years.at(-1) ?? 0).toFixed(2)} ${floor}L0 ${floor}Z`;
  const name = `${outcome.title}: risk by year ${years.at(-1)}, ${percent(direct.at(-1) ?? 0)} by direct reading`;
  return markup`<div class="panel-plot"><svg class="lines" role="img" aria-label="${name}">${y.ticks.map(
    (tick) => {
      const at = `${(100 - y.at(tick)).toFixed(2)}%`;
      return markup`<line class="grid" x1="0" x2="100%" y1="${at}" y2="${at}"/>${tick > 0 && markup`<text class="tick start" x="0" y="${at}" dy="-3">${percent(tick)}</text>`}`;
    },
  )}${x.ticks.map(
    (tick) =>
      markup`<text class="tick${tick === 0 ? " start" : tick === x.high ? " end" : ""}" x="${x.percent(tick)}" y="100%" dy="14">${tick === 0 ? "now" : `${tick} y`}</text>`,
  )}<svg class="stretch" viewBox="0 0 100 100" preserveAspectRatio="none"><path class="area" d="${area}"/><path class="line m-main" d="${line}"/>${
    futures.length > 0 && markup`<path class="line share" d="${steps(k, futures, x, y)}"/>`
  }</svg></svg></div>`;
}

function steps(k: number, futures: readonly ReadFuture[], x: Scale, y: Scale): string {
  const times = futures
    .flatMap(({ onsets }) => onsets.filter(({ outcome }) => outcome === k).map(({ years }) => years))
    .sort((a, b) => a - b);
  const height = (share: number) => (100 - y.at(share)).toFixed(2);
  let path = `M0 ${height(0)}`;
  for (const [i, time] of times.entries())
    path += `H${x.at(time).toFixed(2)}V${height((i + 1) / futures.length)}`;
  return `${path}H100`;
}
