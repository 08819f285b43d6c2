/** The cumulative distribution of one code's values, now and in the previous import. */
import { type Markup, markup } from "../../drawing/markup.ts";
import { count, fixed } from "../../drawing/number-text.ts";
import { niceScale, scaleOf } from "../../drawing/scale.ts";
import { ksDistance, quantileOf, valuePsi } from "../distribution-distance.ts";
import type { ValueDistribution } from "../quality-profile.ts";

/** The tails beyond these shares are cut from the picture, not from the figures. */
const LOW = 0.005;
const HIGH = 0.995;
/** So is what lies farther from the middle half than this many of its widths: one slip must not stretch the axis. */
const FENCE_WIDTHS = 6;

export function distributionPlot(now: ValueDistribution, before: ValueDistribution | null): Markup {
  const both = before === null ? [now] : [before, now];
  const reach = both.flatMap(reachOf);
  const x = niceScale(reach, 3);
  const y = scaleOf(0, 1, 0.5);
  const path = (one: ValueDistribution): string => {
    const points = one.x.flatMap((value, i) => (x.holds(value) ? [[value, one.below[i]!] as const] : []));
    return points
      .map(
        ([value, share], i) =>
          `${i === 0 ? "M" : "L"}${x.at(value).toFixed(2)} ${(100 - y.at(share)).toFixed(2)}`,
      )
      .join("");
  };
  const title = now.unit === null ? now.code : `${now.code}, ${now.unit}`;
  const figures =
    before === null
      ? `n = ${count(now.n)}`
      : `n = ${count(now.n)}, before ${count(before.n)}; PSI ${fixed(valuePsi(before, now), 3)}, KS ${fixed(ksDistance(before, now), 3)}`;
  const look = (one: ValueDistribution): string => (one === now ? "m-main" : "m-hazards");
  return markup`<div class="panel"><h4><code>${title}</code></h4><p class="about">${figures}</p><div class="plot"><svg class="lines" role="img" aria-label="${title}: cumulative share of values. ${figures}">${y.ticks.map(
    (tick) =>
      markup`<line class="grid" x1="0" x2="100%" y1="${(100 - y.at(tick)).toFixed(2)}%" y2="${(100 - y.at(tick)).toFixed(2)}%"/><text class="tick end" x="-7" y="${(100 - y.at(tick)).toFixed(2)}%" dy="4">${tick}</text>`,
  )}${x.ticks.map((tick) => markup`<text class="tick" x="${x.percent(tick)}" y="100%" dy="17">${fixed(tick, x.digits)}</text>`)}<svg class="stretch" viewBox="0 0 100 100" preserveAspectRatio="none">${both.map(
    (one) => markup`<path class="line ${look(one)}" d="${path(one)}"/>`,
  )}</svg></svg></div></div>`;
}

function reachOf(one: ValueDistribution): [low: number, high: number] {
  const [low, q1, q3, high] = [LOW, 0.25, 0.75, HIGH].map((share) => quantileOf(one, share)) as [
    number,
    number,
    number,
    number,
  ];
  const fence = FENCE_WIDTHS * (q3 - q1);
  if (fence <= 0) return [low, high];
  return [Math.max(low, q1 - fence), Math.min(high, q3 + fence)];
}
