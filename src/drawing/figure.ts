/**
 * What every chart carries: a title that states the finding, n and period and interval in one line, and its table.
 * Parts that a report does not have are said to be absent, with the reason.
 */
import { asTable, type DataTable } from "./data-table.ts";
import { type Content, type Markup, markup } from "./markup.ts";

export interface Figure {
  readonly level: 3 | 5;
  /** The finding, computed from the figures shown. */
  readonly title: string;
  /** n, period and what the interval is. */
  readonly about: Content;
  readonly chart: Markup;
  readonly table?: DataTable;
  /** A second table behind the same chart. */
  readonly after?: DataTable;
  readonly className?: string;
}

export function figure({ level, title, about, chart, table, after, className = "" }: Figure): Markup {
  const heading = level === 3 ? markup`<h3>${title}</h3>` : markup`<h5>${title}</h5>`;
  return markup`<figure class="${className}"><figcaption>${heading}<p class="about">${about}</p></figcaption>${chart}${
    table !== undefined && asTable("As table", ...[table, after].filter((one) => one !== undefined))
  }</figure>`;
}

/** A stated empty state: what is missing and why. */
export function emptyState(what: string, why: string): Markup {
  return markup`<p class="empty"><strong>${what}</strong> ${why}</p>`;
}
