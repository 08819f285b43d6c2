/** A table of figures with caption and scopes, in a region of its own that scrolls when the page is narrow. */
import { type Content, type Markup, markup } from "./markup.ts";

export interface DataTable {
  readonly caption: string;
  readonly columns: readonly string[];
  /** The first cell of a row is its header. */
  readonly rows: readonly (readonly Content[])[];
}

export function dataTable({ caption, columns, rows }: DataTable): Markup {
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table class="data"><caption>${caption}</caption><thead><tr>${columns.map(
    (column) => markup`<th scope="col">${column}</th>`,
  )}</tr></thead><tbody>${rows.map(
    ([head, ...cells]) =>
      markup`<tr><th scope="row">${head ?? ""}</th>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

/** The tables behind a chart, folded away. */
export function asTable(name: string, ...tables: readonly DataTable[]): Markup {
  return markup`<details class="as-table"><summary>${name}</summary>${tables.map(dataTable)}</details>`;
}
