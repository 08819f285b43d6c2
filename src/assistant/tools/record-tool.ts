/** Questions about what the record holds. */
import type { Concept } from "../record/concept.ts";
import { searchTimeline } from "../record/timeline-search.ts";
import { namedIn } from "../words.ts";
import type { Asked, Gathered, Tools } from "./tools.ts";

export function recordTool(
  { question, say }: Asked,
  { timeline, descriptionOf, outcomes }: Tools,
): Gathered[] {
  const named = outcomes.filter(({ title, name }) => namedIn(question, [title, name]));
  const others: Concept[] = named.map(({ title, matches }) => ({ shown: title, matches, codes: [] }));
  const found = searchTimeline(question, timeline, descriptionOf, others, say) ?? [];
  return found.map((finding) => ({ finding, shown: finding.statements }));
}
