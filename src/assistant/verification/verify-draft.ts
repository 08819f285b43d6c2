/** Reads a language model's draft (`Sentence. [E1] Next one. [K2]`) and keeps the sentences that their sources support. */
import type { CitedSentence, Support } from "./support.ts";
import { type Shortfall, verifySentence } from "./verify-sentence.ts";

export interface Verified {
  readonly kept: readonly CitedSentence[];
  readonly cut: readonly Shortfall[];
}

const MOST_SENTENCES = 40;

export function readDraft(draft: string): CitedSentence[] {
  const sentences: CitedSentence[] = [];
  const parts = draft.matchAll(/([^[\]]+)((?:\[[A-Z]\d+(?:, ?[A-Z]\d+)*\]\s*\.?\s*)*)/g);
  for (const [, prose = "", marks = ""] of parts) {
    const cites = [...marks.matchAll(/[A-Z]\d+/g)].map(([id]) => id);
    const pieces = splitSentences(prose);
    // A mark stands for the sentence before it, not for all since the last mark.
    for (const [i, text] of pieces.entries())
      sentences.push({ text, cites: i === pieces.length - 1 ? cites : [] });
    if (sentences.length > MOST_SENTENCES) break;
  }
  return sentences.slice(0, MOST_SENTENCES);
}

export function verifyDraft(sentences: readonly CitedSentence[], supports: readonly Support[]): Verified {
  const byId = new Map(supports.map((support) => [support.id, support]));
  const kept: CitedSentence[] = [];
  const cut: Shortfall[] = [];
  for (const sentence of sentences) {
    const verdict = verifySentence(sentence.text, sentence.cites, byId);
    if (!verdict.supported) cut.push(verdict.reason);
    else if (!kept.some(({ text }) => text === sentence.text))
      kept.push({ text: sentence.text, cites: [verdict.by] });
  }
  return { kept, cut };
}

/** Ends a sentence at `.`, `!` or `?` before a space and a capital, not after a single letter or a known short form. */
export function splitSentences(text: string): string[] {
  return text
    .replace(/\s+/g, " ")
    .split(/(?<=[.!?]["”')]?)(?<!\b(?:[A-Z]|Dr|Mr|Mrs|Ms|St|vs|e\.g|i\.e|etc|No)\.)\s+(?=["“'(]?[\p{Lu}\d])/u)
    .map((piece) => piece.trim())
    .filter((piece) => /[\p{L}\d]/u.test(piece));
}
