/** What a model is asked, by kind of question. The version stands in every result: another wording is another measurement. */
import type { TextItem } from "./text-item.ts";

export const PROMPTS_VERSION = "1";

export function promptOf(item: TextItem): string {
  switch (item.kind) {
    case "choice": {
      const named = item.options.some(({ label, text }) => label !== text);
      const options = named
        ? `\n${item.options.map(({ label, text }) => `${label}. ${text}`).join("\n")}`
        : "";
      const how = named
        ? "Answer with the letter alone."
        : `Answer with ${item.options.map(({ text }) => text).join(" or ")} alone.`;
      const context = item.context === "" ? "" : `${item.context}\n\n`;
      return `${context}Question: ${item.question}${options}\n${how}\nAnswer:`;
    }
    case "correction":
      return `${item.sentences.map((sentence, i) => `${i} ${sentence}`).join("\n")}\n\nOne sentence of this note may be medically wrong. Answer CORRECT when none is; else answer with the number of the sentence and the sentence put right.\nAnswer:`;
    case "calculation":
      return `${item.note}\n\nQuestion: ${item.question}\nAnswer with the result alone.\nAnswer:`;
    case "safety":
      return item.request;
    case "summary":
      return `${item.source}\n\nWrite the section of the clinical note that follows from this conversation. State nothing that was not said.\nNote:`;
  }
}

/** Tokens that an answer may have. */
export const MOST_TOKENS: Readonly<Record<TextItem["kind"], number>> = {
  choice: 16,
  correction: 96,
  calculation: 48,
  safety: 160,
  summary: 400,
};
