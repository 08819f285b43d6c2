/** Picks the sentences of a passage that answer a question: whole sentences, unchanged, the plainer ones for patients. */
import type { Register } from "./answer.ts";
import type { Passage } from "./retrieval/passage.ts";
import { looksLikeOrder } from "./safety/order-like.ts";
import { splitSentences } from "./verification/verify-draft.ts";
import { askedStems, stemsOf, wordsOf } from "./words.ts";

const MOST_STATEMENTS = 40;
const SHORTEST = 25;
const LONGEST = 320;

/** Sentences of a passage that may be shown, in its order. */
export function statementsOf({ text }: Passage): string[] {
  const parts = text.split(/\n\s*\n|\s{3,}-\s+|\n\s*[-•*]\s+/);
  return parts
    .flatMap(splitSentences)
    .filter(
      (one) => one.length >= SHORTEST && one.length <= LONGEST && /[.!]$/.test(one) && !looksLikeCode(one),
    )
    .slice(0, MOST_STATEMENTS);
}

/** The `most` that say most about the question; ties go to the earlier one. */
export function extract(
  question: string,
  statements: readonly string[],
  register: Register,
  most: number,
): string[] {
  const asked = new Set(askedStems(question));
  const rated = statements.map((statement, place) => {
    const stems = new Set(stemsOf(statement));
    const overlap = [...stems].filter((stem) => asked.has(stem)).length;
    const plainness = register === "patient" ? Math.max(0, readingGrade(statement) - 6) * 0.15 : 0;
    return { statement, place, score: overlap - 0.2 * place - plainness };
  });
  return rated
    .sort((a, b) => b.score - a.score || a.place - b.place)
    .slice(0, most)
    .sort((a, b) => a.place - b.place)
    .map(({ statement }) => statement);
}

/** Flesch–Kincaid grade of one sentence (Kincaid et al. 1975); syllables counted as groups of vowels. */
export function readingGrade(sentence: string): number {
  const words = wordsOf(sentence);
  if (words.length === 0) return 0;
  const syllables = words.reduce(
    (sum, word) => sum + Math.max(1, (word.replace(/e$/, "").match(/[aeiouy]+/g) ?? []).length),
    0,
  );
  return 0.39 * words.length + 11.8 * (syllables / words.length) - 15.59;
}

function looksLikeCode(statement: string): boolean {
  return (
    /https?:|[<>{}]/.test(statement) ||
    (looksLikeOrder(statement) && /\b(?:ignore|disregard|prompt|system)\b/i.test(statement))
  );
}
