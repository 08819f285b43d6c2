/** An answer as plain text, line by line: what is urgent first, then its sentences with their marks, then what the marks mean. */
import type { Answer } from "./answer.ts";
import { phrasesFor } from "./language/phrases.ts";

export function answerLines(answer: Answer): string[] {
  const say = phrasesFor(answer.register, answer.language ?? "en");
  return [
    ...(answer.urgent === null ? [] : [answer.urgent.text]),
    ...answer.sentences.map(({ text, cites }) => `${text} [${cites.join(", ")}]`),
    ...(answer.status === "cannot-answer" ? [say("cannotAnswer")] : []),
    ...(answer.askInstead === null ? [] : [answer.askInstead]),
    ...(answer.supports.length === 0 ? [] : ["", ...answer.supports.map(supportLine)]),
    ...answer.notices.map((notice) => `note: ${notice}`),
  ];
}

function supportLine({ id, link }: Answer["supports"][number]): string {
  switch (link.type) {
    case "passage":
      return `[${id}] ${link.title}, ${link.publisher}: ${link.url}`;
    case "events":
      return `[${id}] record: ${link.events.map(({ code, time }) => `${code} ${time ?? ""}`.trim()).join(", ") || "nothing found in it"}`;
    case "forecast":
      return `[${id}] the site's model, ${link.outcome}, ${link.estimator}`;
    case "formula":
      return `[${id}] ${link.name}: ${link.source}`;
    case "reasoning":
      return `[${id}] the site's model, ${link.way}${link.changes.length === 0 ? "" : ` (${link.changes.join(", ")})`}, ${(link.horizonDays / 365.25).toFixed(1)} years ahead`;
    case "policy":
      return `[${id}] policy: ${link.name}`;
  }
}
