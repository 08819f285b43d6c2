/** A whole in its parts, as one horizontal bar a row. Parts differ by hatching as well as by shade, and stand in the row as numbers. */
import { type Content, type Markup, markup } from "./markup.ts";
import { count, percent } from "./number-text.ts";

export interface BarPart {
  readonly label: string;
  readonly value: number;
  /** `fill-main`, `fill-soft`, `fill-hatch`, `fill-dots`, `fill-grid` or `fill-strong`. */
  readonly fill: string;
}

export interface BarRow {
  readonly label: Content;
  readonly parts: readonly BarPart[];
  /** What stands behind the bar. */
  readonly figure: Content;
}

/** Bars of one scale: the longest is as wide as the cell, unless each is its own whole. */
export function stackedBars(caption: string, rows: readonly BarRow[], eachIsWhole = true): Markup {
  const longest = Math.max(1, ...rows.map(({ parts }) => totalOf(parts)));
  return markup`<table class="forest bars"><caption class="hidden">${caption}</caption><colgroup><col class="c-label"><col><col class="c-figures"></colgroup><tbody>${rows.map(
    ({ label, parts, figure }) => {
      const whole = eachIsWhole ? Math.max(1, totalOf(parts)) : longest;
      let from = 0;
      const pieces = parts.map(({ label: part, value, fill }) => {
        const width = (100 * value) / whole;
        const x = from;
        from += width;
        return (
          value > 0 &&
          markup`<rect class="${fill}" x="${x.toFixed(3)}%" width="${width.toFixed(3)}%" y="4" height="14"><title>${part}: ${count(value)} (${percent(value / whole, 1)})</title></rect>`
        );
      });
      return markup`<tr><th scope="row">${label}</th><td class="cell"><svg class="strip" aria-hidden="true" focusable="false">${pieces}</svg></td><td class="figures">${figure}</td></tr>`;
    },
  )}</tbody></table>`;
}

export function barLegend(parts: readonly Omit<BarPart, "value">[]): Markup {
  return markup`<p class="legend">${parts.map(
    ({ label, fill }) =>
      markup`<span><svg width="16" height="12" aria-hidden="true" focusable="false"><rect class="${fill}" width="16" height="12"/></svg>${label}</span> `,
  )}</p>`;
}

function totalOf(parts: readonly BarPart[]): number {
  return parts.reduce((sum, { value }) => sum + value, 0);
}
