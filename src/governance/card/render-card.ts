/** The model card and the verdict as one page, which opens without a server. */
import { dataTable } from "../../drawing/data-table.ts";
import { markup } from "../../drawing/markup.ts";
import { page } from "../../drawing/page.ts";
import type { Verdict } from "../gates/verdict.ts";
import type { ModelCard } from "./model-card.ts";
import type { TripodChecklist } from "./tripod.ts";

export function renderCard(card: ModelCard, verdict: Verdict, tripod: TripodChecklist): string {
  const head = markup`<header><h1>${card.name} ${card.version}</h1>
<p class="verdict"><strong>Verdict: ${card.verdict}.</strong> ${card.words}</p>
<p>Model <code>${card.model.slice(0, 16)}</code>, made ${card.createdAt}, to be reviewed by ${card.reviewBy}. ${card.missing.length} of ${card.attributes.length} source attributes are missing.</p></header>`;
  return page(`${card.name} ${card.version}: model card`, head, [
    {
      id: "tasks",
      title: "What it predicts, and what may be done with it",
      content: dataTable({
        caption:
          "Each outcome and horizon with its figures on held-out persons (95 % intervals) and its verdict",
        columns: ["Outcome", "From", "Horizon", "Persons", "Onsets", "C-index", "O:E", "Verdict"],
        rows: card.tasks.map(({ title, landmark, horizon, n, events, figures, verdict: word }) => [
          title,
          landmark,
          horizon,
          n.toLocaleString("en-US"),
          events.toLocaleString("en-US"),
          figures.cIndex ?? "not measured",
          figures.observedToExpected ?? "not measured",
          word,
        ]),
      }),
    },
    {
      id: "gates",
      title: "Gates",
      content: markup`${verdict.tasks.map(({ title, landmark, horizon, gates }) =>
        dataTable({
          caption: `${title} from ${landmark}, ${horizon}`,
          columns: ["Gate", "Result", "Because"],
          rows: gates.map(({ title: name, passed, waived, because }) => [
            name,
            passed
              ? "✓ passed"
              : waived === null
                ? "✗ not passed"
                : `waived by ${waived.by} until ${waived.until}`,
            waived === null ? because : `${because}; ${waived.reason}`,
          ]),
        }),
      )}`,
    },
    {
      id: "attributes",
      title: "Source attributes",
      content: dataTable({
        caption: "The 31 source attributes of 45 CFR 170.315(b)(11); what nobody has said is missing",
        columns: ["No.", "Group", "Attribute", "Value"],
        rows: card.attributes.map(({ number, group, title, value }) => [
          String(number),
          group,
          title,
          value ?? markup`<strong>missing</strong>`,
        ]),
      }),
    },
    {
      id: "tripod",
      title: "TRIPOD+AI",
      content: dataTable({
        caption: `The TRIPOD+AI checklist; ${tripod.missing.length} of ${tripod.items.length} items are missing`,
        columns: ["Item", "Section", "What is asked", "Answer"],
        rows: tripod.items.map(({ item, section, title, value }) => [
          item,
          section,
          title,
          value ?? markup`<strong>missing</strong>`,
        ]),
      }),
    },
  ]);
}
