/**
 * Lets a language model see a question and its sources without what identifies a person: identifiers and dates are replaced
 * by `NAME1`, `DATE2` … before the text leaves, and put back into the draft, which is verified as any other.
 * Invariant: nothing that `deidentifyText` finds, and no calendar date of a record, is in what the inner model is given;
 * published and vetted passages, which are of nobody, go as they are.
 */
import { deidentifyText } from "../../privacy/text/deidentify-text.ts";
import type { DraftRequest, LanguageModel } from "./language-model.ts";

const DAY = /\d{4}-\d{2}(?:-\d{2})?/g;

export function maskedModel(inner: LanguageModel): LanguageModel {
  return {
    name: inner.name,
    draft: async (request) => {
      const mask = new Mask();
      const draft = await inner.draft(mask.request(request));
      return mask.undo(draft);
    },
  };
}

class Mask {
  readonly #names = new Map<string, string>();
  readonly #texts = new Map<string, string>();

  request({ question, register, supports }: DraftRequest): DraftRequest {
    return {
      register,
      question: this.#text(question),
      supports: supports.map((support) =>
        support.kind === "passage"
          ? support
          : { ...support, statements: support.statements.map((statement) => this.#text(statement)) },
      ),
    };
  }

  undo(draft: string): string {
    return draft.replace(/\b[A-Z]+\d+\b/g, (name) => this.#texts.get(name) ?? name);
  }

  #text(text: string): string {
    let masked = "";
    let at = 0;
    for (const { start, end, kind } of deidentifyText(text)) {
      masked += text.slice(at, start) + this.#nameOf(text.slice(start, end), kind);
      at = end;
    }
    return (masked + text.slice(at)).replace(DAY, (day) => this.#nameOf(day, "date"));
  }

  #nameOf(text: string, kind: string): string {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const name = `${kind.toUpperCase()}${this.#names.size + 1}`;
    this.#names.set(text, name);
    this.#texts.set(name, text);
    return name;
  }
}
