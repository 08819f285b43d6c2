/** Events of one domain by month; months that stand out are marked. */
import { type Markup, markup } from "../../drawing/markup.ts";
import { count } from "../../drawing/number-text.ts";
import { niceScale } from "../../drawing/scale.ts";
import { monthText } from "../judge/finding.ts";
import type { DomainDensity, QualityProfile } from "../quality-profile.ts";

export interface MarkedMonths {
  readonly gaps: readonly number[];
  readonly surges: readonly number[];
}

const TICKS = 6;
/** A month so many times as high as nearly all others is cut at the top: one of them must not flatten the rest. */
const TOWERS = 4;
const NEARLY_ALL = 0.95;

export function densityPlot(
  { domain, firstMonth, events }: DomainDensity,
  { first, last }: NonNullable<QualityProfile["months"]>,
  { gaps, surges }: MarkedMonths,
): Markup {
  const months = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const at = (month: number): number => events[month - firstMonth] ?? 0;
  const y = niceScale([0, topOf(months.map(at))], 3);
  const x = (month: number): number => (100 * (month - first + 0.5)) / months.length;
  const up = (value: number): string => `${(100 - y.at(value)).toFixed(2)}%`;
  const width = 100 / months.length;
  const outline = months
    .map((month) => {
      const left = x(month) - width / 2;
      const height = (100 - y.at(at(month))).toFixed(2);
      return `${left.toFixed(3)} ${height}H${(left + width).toFixed(3)}`;
    })
    .join("L");
  const every = Math.max(12, 12 * Math.ceil(months.length / 12 / TICKS));
  const ticks = months.filter((month) => (month - (first - (first % 12))) % every === 0);
  const mark = (month: number, shape: string, name: string): Markup =>
    markup`<use href="#k-${shape}" x="${x(month).toFixed(2)}%" y="${up(at(month))}" class="mark v-worse k-${shape}"><title>${name} ${monthText(month)}: ${count(at(month))} events</title></use>`;
  const label = `${domain}: events by month from ${monthText(first)} to ${monthText(last)}, ${gaps.length} gaps and ${surges.length} surges`;
  return markup`<div class="panel"><h4>${domain}</h4><div class="plot"><svg class="lines" role="img" aria-label="${label}">${y.ticks.map(
    (tick) =>
      markup`<line class="grid" x1="0" x2="100%" y1="${up(tick)}" y2="${up(tick)}"/><text class="tick end" x="-7" y="${up(tick)}" dy="4">${count(tick)}</text>`,
  )}${ticks.map((month) => markup`<text class="tick" x="${x(month).toFixed(2)}%" y="100%" dy="17">${String(Math.floor(month / 12))}</text>`)}<svg class="stretch" viewBox="0 0 100 100" preserveAspectRatio="none"><path class="area" d="M0 100L${outline}L100 100Z"/><path class="line m-main" d="M${outline}"/></svg>${gaps.map(
    (month) => mark(month, "down", "gap"),
  )}${surges.map((month) => mark(month, "up", "surge"))}</svg></div></div>`;
}

function topOf(heights: readonly number[]): number {
  const sorted = [...heights].sort((a, b) => a - b);
  const highest = sorted.at(-1) ?? 0;
  const usual = sorted[Math.floor(NEARLY_ALL * (sorted.length - 1))] ?? 0;
  return usual > 0 && highest > TOWERS * usual ? 1.5 * usual : highest;
}
