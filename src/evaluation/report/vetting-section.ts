/** Who vetted the outcome definitions that everything in the report is measured by, when, and on which evidence. */
import { dataTable } from "../../drawing/data-table.ts";
import { type Markup, markup } from "../../drawing/markup.ts";
import { ABSENT } from "../../drawing/number-text.ts";
import { type DefinitionVetting, vettingMarks } from "../../vetting/statements/vetting-status.ts";
import type { ReportInput } from "./report-input.ts";

/** Nothing where every definition is vetted by clinicians. */
export function vettingNotes(vetting: readonly DefinitionVetting[]): Markup {
  return markup`${vettingMarks(vetting).map(
    (mark) => markup`<p class="note warn" role="note"><strong>${mark}</strong></p>`,
  )}`;
}

export function vettingSection({ evaluation: { vetting }, outcomes }: ReportInput): Markup {
  const title = (name: string) => outcomes.find((outcome) => outcome.name === name)?.title ?? name;
  return markup`<p>An outcome is vetted when two people reviewed its definition independently, a third decided where they differed, and the version was signed. The signature and the hash of the definition were checked when this page was made.</p>${dataTable(
    {
      caption: "Outcome definitions and who vetted them",
      columns: ["Outcome", "State", "Vetted by", "On", "Until", "Evidence", "Definition"],
      rows: vetting.map(
        ({ name, status, demonstration, vettedBy, vettedAt, expiresAt, evidence, contentHash }) => [
          title(name),
          demonstration && status === "vetted" ? "vetted (demonstration)" : status,
          vettedBy.join(", ") || ABSENT,
          vettedAt ?? ABSENT,
          expiresAt ?? ABSENT,
          evidence.join("; ") || ABSENT,
          markup`<code>${contentHash.slice(0, 12)}</code>`,
        ],
      ),
    },
  )}`;
}
