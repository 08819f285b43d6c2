/** What experts of the site have vetted, as the assistant quotes it. */
import type { VettedKnowledge } from "../../vetting/knowledge/knowledge-statement.ts";
import { DEMONSTRATION_MARK } from "../../vetting/statements/vetting-status.ts";
import type { Tools } from "./tools.ts";

export function vettedPassages(vetted: readonly VettedKnowledge[]): Tools["vetted"] {
  return vetted.map(({ knowledge: { id, source, statement, outcomes }, vetting }) => ({
    notice: vetting.demonstration ? DEMONSTRATION_MARK : null,
    outcomes,
    passage: {
      id,
      publisher: source.publisher,
      url: source.url,
      title: source.title,
      kind: "statement",
      text: statement,
    },
  }));
}
