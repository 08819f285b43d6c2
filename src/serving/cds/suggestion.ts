/**
 * The one suggestion of a card: what vetted knowledge says to consider when the risk of its outcome is high, as a draft task.
 * Invariant: nothing is suggested that is not vetted today; what was vetted for demonstration alone is suggested in a sandbox
 * only.
 */
import type { VettedKnowledge } from "../../vetting/knowledge/knowledge-statement.ts";
import type { ShownForecast } from "../answers/shown-forecast.ts";
import { uuidOf } from "./card-id.ts";

export interface Suggestion {
  readonly label: string;
  readonly uuid: string;
  readonly actions: readonly [
    { readonly type: "create"; readonly description: string; readonly resource: object },
  ];
}

const STRENGTHS = ["recommended", "consider", "information"];
const LONGEST_LABEL = 80;

/** @param patient FHIR id @returns null where nothing vetted says what to do */
export function suggestionOf(
  { forecast, stage }: ShownForecast,
  knowledge: readonly VettedKnowledge[],
  patient: string,
  cardId: string,
): Suggestion | null {
  const [best] = knowledge
    .filter(
      ({ knowledge: { outcomes, action }, vetting }) =>
        action !== null &&
        outcomes.includes(forecast.outcome) &&
        (!vetting.demonstration || stage === "sandbox"),
    )
    .sort(
      (a, b) =>
        STRENGTHS.indexOf(a.knowledge.strength) - STRENGTHS.indexOf(b.knowledge.strength) ||
        (a.knowledge.id < b.knowledge.id ? -1 : 1),
    );
  const action = best?.knowledge.action;
  if (best === undefined || action == null) return null;
  const { id, population, source, strength } = best.knowledge;
  const description = `${action} For: ${population}. ${source.publisher}: ${source.title}, ${source.url}`;
  const text = `${strength === "recommended" ? "Recommended" : "Consider"}: ${action}`;
  return {
    label: text.length <= LONGEST_LABEL ? text : `${text.slice(0, LONGEST_LABEL - 1)}…`,
    uuid: uuidOf(`${cardId}\0${id}`),
    actions: [
      {
        type: "create",
        description,
        resource: {
          resourceType: "Task",
          status: "draft",
          intent: "proposal",
          code: { text: `Vetted statement ${id}` },
          description,
          for: { reference: `Patient/${patient}` },
        },
      },
    ],
  };
}
