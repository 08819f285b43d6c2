import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WordCounter } from "../../../src/tokens/text/learn-byte-pairs.ts";
import { wordsOf } from "../../../src/tokens/text/split-words.ts";
import { textEncoder } from "../../../src/tokens/text/text-encoder.ts";
import { textTokenizerFile } from "../../../src/tokens/text/text-tokenizer-file.ts";

function learned(texts: readonly string[], size: number, minimumCount = 2) {
  const counter = new WordCounter();
  for (const text of texts) counter.add(text);
  return counter.learn(size, minimumCount);
}

/** Merges found by recounting every pair at every step. */
function mergesByRecounting(texts: readonly string[], merges: number): string[] {
  const words = texts.flatMap((text) => [...wordsOf(text)]).map((word) => [...word.replaceAll(" ", "Ġ")]);
  const found: string[] = [];
  for (let n = 0; n < merges; n++) {
    const counts = new Map<string, number>();
    for (const word of words)
      for (let i = 0; i + 1 < word.length; i++) {
        const key = `${word[i]}\0${word[i + 1]}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    const [best] = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    if (best === undefined || best[1] < 2) break;
    const [left, right] = best[0].split("\0") as [string, string];
    found.push(`${left} ${right}`);
    for (const word of words)
      for (let i = 0; i + 1 < word.length; i++)
        if (word[i] === left && word[i + 1] === right) word.splice(i, 2, left + right);
  }
  return found;
}

const letters = fc.array(
  fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 6 }).map((word) => word.join("")),
  { minLength: 1, maxLength: 20 },
);

describe("byte pairs", () => {
  it("are those that recounting every pair at every step finds", () => {
    fc.assert(
      fc.property(letters, (words) => {
        const text = words.join(" ");
        const { merges } = learned([text], 256 + 12);
        expect(merges.map((pair) => pair.join(" "))).toEqual(mergesByRecounting([text], merges.length));
        expect(mergesByRecounting([text], 12).length).toBeLessThanOrEqual(12);
      }),
      { numRuns: 60 },
    );
  });

  it("give no token to what is seen less often than asked", () => {
    const { tokens } = learned(["Oconnell has fever. The patient has fever.", "has fever"], 400, 3);
    expect(tokens.some((token) => token.includes("Oc"))).toBe(false);
    expect(tokens).toContain("Ġfever");
  });

  it("give every text back as it was, whatever its script, and word by word as well as whole", () => {
    const pairs = learned(
      ["HbA1c 7.2 % on 3 May; naïve patient, β-blocker – stopped.\n\n  Plan: none."],
      300,
    );
    const encoder = textEncoder(textTokenizerFile(pairs));
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => {
        const whole = text.replaceAll("\uFFFD", "");
        expect(encoder.decode(encoder.encode(whole))).toBe(whole);
      }),
      { numRuns: 300 },
    );
    expect(encoder.encode("7.2").length).toBe(3);
  });
});
