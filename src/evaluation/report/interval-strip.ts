/**
 * One row of a forest plot: an interval with its marker on a shared scale, as wide as its table cell.
 * Positions are percent of the cell, so that text keeps its size on every screen. The numbers stand beside it as text,
 * so the drawing itself is hidden from assistive technology.
 */

import { type Markup, markup } from "../../drawing/markup.ts";
import type { Scale } from "../../drawing/scale.ts";
import type { Estimate } from "../measures/estimate.ts";

export interface StripOptions {
  readonly scale: Scale;
  readonly estimate: Estimate | null;
  /** Class that sets the colour. */
  readonly className: string;
  readonly marker: (x: string, y: string) => Markup;
  /** Value of the line that intervals are read against. */
  readonly reference: number;
}

export function intervalStrip({ scale, estimate, className, marker, reference }: StripOptions): Markup {
  return markup`<svg class="strip" aria-hidden="true" focusable="false">${gridLines(scale, reference)}${
    estimate !== null && intervalMark(scale, estimate, className, marker)
  }</svg>`;
}

function intervalMark(
  scale: Scale,
  { value, low, high }: Estimate,
  className: string,
  marker: StripOptions["marker"],
): Markup {
  const beyond = (edge: number, at: string, arrow: string) =>
    !scale.holds(edge) &&
    markup`<svg x="${at}" y="50%" class="beyond ${className}"><path d="${arrow}"/></svg>`;
  return markup`<line class="whisker ${className}" x1="${scale.percent(low)}" x2="${scale.percent(high)}" y1="50%" y2="50%"/>${[
    beyond(low, "0%", "M6-4L0 0L6 4"),
    beyond(high, "100%", "M-6-4L0 0L-6 4"),
  ]}${scale.holds(value) && marker(scale.percent(value), "50%")}`;
}

/** The scale itself, for the foot of the table. */
export function axisStrip(scale: Scale, reference: number, write: (value: number) => string): Markup {
  const middle = Math.max(0, scale.ticks.indexOf(reference));
  const labels = scale.ticks.map(
    (tick, i) =>
      markup`<text x="${scale.percent(tick)}" y="15" class="tick${(i - middle) % 2 === 0 ? "" : " minor"}">${write(tick)}</text>`,
  );
  return markup`<svg class="strip axis" aria-hidden="true" focusable="false"><line class="grid base" x1="0" x2="100%" y1="0.5" y2="0.5"/>${scale.ticks.map(
    (tick) =>
      markup`<line class="grid${tick === reference ? " reference" : ""}" x1="${scale.percent(tick)}" x2="${scale.percent(tick)}" y1="0" y2="4"/>`,
  )}${labels}</svg>`;
}

function gridLines(scale: Scale, reference: number): Markup[] {
  const values = scale.ticks.includes(reference) ? scale.ticks : [...scale.ticks, reference];
  return values
    .filter((tick) => scale.holds(tick))
    .map(
      (tick) =>
        markup`<line class="grid${tick === reference ? " reference" : ""}" x1="${scale.percent(tick)}" x2="${scale.percent(tick)}" y1="0" y2="100%"/>`,
    );
}
