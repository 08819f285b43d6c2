/**
 * Which questions are one question in other words: the same telling words in any order and ending, the same group, or
 * the same answer. Such pairs are never on both sides of a split.
 */
import type { VettedPair } from "./select-pairs.ts";

const FILLERS = new Set(
  "a an and any are as at be been being by can could did do does for from had has have how i in if is it its me my of on or our please should so some tell that the their them there these they this those to was we were what whats when where which who whom why will with would you your".split(
    " ",
  ),
);

/** The telling words, sorted and without endings; the plain words where nothing else is left. */
export function wordingOf(question: string): string {
  const words = question
    .normalize("NFKC")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
  const telling = words.filter((word) => !FILLERS.has(word)).map(stem);
  return [...new Set(telling.length > 0 ? telling : words)].sort().join(" ");
}

/** Layout and case of an answer say nothing. */
export function plainText(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/**
 * One key for all pairs that belong together: the first of their groups or wordings by the alphabet, so that it does not
 * depend on the order of the pairs.
 */
export function groupKeys(pairs: readonly VettedPair[]): string[] {
  const parent = new Map<string, string>();
  const rootOf = (key: string): string => {
    let at = key;
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up;
    parent.set(key, at);
    return at;
  };
  const join = (a: string, b: string): void => {
    const [first, second] = [rootOf(a), rootOf(b)].sort() as [string, string];
    parent.set(second, first);
    parent.set(first, first);
  };
  const keys = pairs.map(({ question, answer, group }) => [
    ...(group === null ? [] : [group]),
    `wording ${wordingOf(question)}`,
    `answer ${plainText(answer)}`,
  ]);
  for (const [first, ...others] of keys) for (const other of others) join(first as string, other);
  // A group of its own name keeps the split that the same group has elsewhere.
  const named = new Map<string, string>();
  pairs.forEach(({ group }, i) => {
    if (group === null) return;
    const root = rootOf(keys[i]?.[0] as string);
    const before = named.get(root);
    if (before === undefined || group < before) named.set(root, group);
  });
  return keys.map(([first]) => {
    const root = rootOf(first as string);
    return named.get(root) ?? root;
  });
}

/** Good enough to bring "symptoms" and "symptom", "treated" and "treating" together. */
function stem(word: string): string {
  if (word.length < 5) return word.replace(/s$/, "");
  return word.replace(/(ies)$/, "y").replace(/(ments?|ations?|ing|ed|es|s|e)$/, "");
}
