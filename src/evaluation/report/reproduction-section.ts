/** What to type to get the same figures again, and from what they were made. */
import { dataTable } from "../../drawing/data-table.ts";
import { type Markup, markup } from "../../drawing/markup.ts";
import type { ReportInput } from "./report-input.ts";

export function reproductionSection({ provenance, evaluation }: ReportInput): Markup {
  const { commands, artefacts, seeds, versions } = provenance;
  return markup`<p>The same inputs, configuration, code and seeds give the same bytes on the same machine.</p><pre tabindex="0"><code>${commands.join("\n")}</code></pre>${dataTable(
    {
      caption: "What the figures were made from",
      columns: ["Part", "Content address", "Code version"],
      rows: artefacts.map(({ role, id, codeVersion }) => [
        role,
        markup`<code class="breakable">${id}</code>`,
        markup`<code>${codeVersion}</code>`,
      ]),
    },
  )}<div class="columns">${dataTable({
    caption: "Seeds",
    columns: ["Of", "Seed"],
    rows: seeds.map(({ name, seed }) => [name, String(seed)]),
  })}${dataTable({
    caption: "Versions",
    columns: ["Package or schema", "Version"],
    rows: [
      ...versions.map(({ name, version }) => [name, version] as const),
      ["evaluation.json", evaluation.schema] as const,
    ],
  })}</div>`;
}
