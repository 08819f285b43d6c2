/** Simulated futures as rows: from now to the horizon or to death, a numbered mark at each first onset, a tick at each event. */

import { type Markup, markup } from "../../drawing/markup.ts";
import { fixed } from "../../drawing/number-text.ts";
import { scaleOf } from "../../drawing/scale.ts";
import { DEATH } from "../../timeline/patient-event.ts";
import type { OutcomeDefinition } from "../../vetting/outcome-definition.ts";
import type { ReadFuture } from "./future-onsets.ts";

const ROW = 22;
const TOP = 8;
/** Percent of the width within which marks would cover each other. */
const NEAR = 1.4;

export function futuresPlot(
  futures: readonly ReadFuture[],
  outcomes: readonly OutcomeDefinition[],
  years: number,
): Markup {
  const scale = scaleOf(0, years, years > 6 ? 2 : 1);
  const height = TOP + futures.length * ROW + 24;
  const foot = TOP + futures.length * ROW;
  const ordered = [...futures].sort((a, b) => firstMark(a) - firstMark(b) || a.ends - b.ends);
  const used = new Set(
    futures
      .flatMap(({ onsets }) => onsets.map(({ outcome }) => outcome))
      .filter((outcome) => !outcomes[outcome]?.matches(DEATH, null)),
  );
  const name = `${futures.length} simulated futures; ${futures.filter(({ died }) => died).length} end with death`;
  return markup`<svg class="futures" role="img" aria-label="${name}" height="${height}">${scale.ticks.map(
    (tick) =>
      markup`<line class="grid" x1="${scale.percent(tick)}" x2="${scale.percent(tick)}" y1="0" y2="${foot}"/><text class="tick" x="${scale.percent(tick)}" y="${foot + 16}">${tick === 0 ? "now" : `${tick} y`}</text>`,
  )}${ordered.map((future, row) => futureRow(future, TOP + ROW * (row + 0.5), outcomes, (value) => scale.percent(value)))}</svg><p class="legend">${outcomes.map(
    ({ title }, k) => used.has(k) && markup`<span>${numberKey(k)}${title}</span> `,
  )}<span><svg width="16" height="16" aria-hidden="true" focusable="false"><use href="#k-cross" class="mark end-of-life" x="8" y="8"/></svg>death ends the future</span> <span><svg width="16" height="16" aria-hidden="true" focusable="false"><line class="event-tick" x1="8" x2="8" y1="4" y2="12"/></svg>any other event</span></p>`;
}

export function futuresTable(futures: readonly ReadFuture[], outcomes: readonly OutcomeDefinition[]) {
  return {
    caption: "Simulated futures: first onsets in order, with the year",
    columns: ["Future", "First onsets", "Ends"],
    rows: futures.map(({ onsets, died, cut, ends }, i) => [
      String(i + 1),
      onsets
        .map(({ outcome, years }) => `${outcomes[outcome]?.title ?? ""} ${fixed(years, 1)} y`)
        .join(", ") || "none",
      died ? `death at ${fixed(ends, 1)} y` : cut ? `cut at ${fixed(ends, 1)} y` : "alive at the horizon",
    ]),
  };
}

/** The mark of an outcome: its number in a ring. */
export function numberKey(outcome: number): Markup {
  return markup`<svg class="number-key" width="18" height="18" aria-hidden="true" focusable="false">${numberMark(outcome, "9", 9, 0)}</svg>`;
}

function futureRow(
  { onsets, ends, died, events }: ReadFuture,
  y: number,
  outcomes: readonly OutcomeDefinition[],
  at: (years: number) => string,
): Markup {
  const onsetTimes = new Set([...onsets.map(({ years }) => years), ...(died ? [ends] : [])]);
  const placed: number[] = [];
  const aside = (place: string) => {
    const x = Number.parseFloat(place);
    const near = placed.filter((other) => Math.abs(other - x) < NEAR).length;
    placed.push(x);
    return (x > 85 ? -15 : 15) * near;
  };
  const marks = onsets.map(({ outcome, years }) => {
    if (died && years === ends && outcomes[outcome]?.matches(DEATH, null)) return null;
    const place = at(years);
    return markup`<g><title>${outcomes[outcome]?.title ?? ""}, ${fixed(years, 1)} years</title>${numberMark(outcome, place, y, aside(place))}</g>`;
  });
  return markup`<line class="life" x1="0%" x2="${at(ends)}" y1="${y}" y2="${y}"/>${events
    .filter((years) => !onsetTimes.has(years))
    .map(
      (years) =>
        markup`<line class="event-tick" x1="${at(years)}" x2="${at(years)}" y1="${y - 3.5}" y2="${y + 3.5}"/>`,
    )}${marks}${died && markup`<use href="#k-cross" class="mark end-of-life" x="${at(ends)}" y="${y}" transform="translate(${aside(at(ends))} 0)"/>`}`;
}

function numberMark(outcome: number, x: string, y: number, shift: number): Markup {
  return markup`<circle class="onset" cx="${x}" cy="${y}" r="7.5" transform="translate(${shift} 0)"/><text class="onset-number" x="${x}" y="${y}" dy="3.6" transform="translate(${shift} 0)">${outcome + 1}</text>`;
}

function firstMark({ onsets, died, ends }: ReadFuture): number {
  return onsets[0]?.years ?? (died ? ends : Number.POSITIVE_INFINITY);
}
