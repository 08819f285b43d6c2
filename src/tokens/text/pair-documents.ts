/**
 * Vetted pairs as documents with their splits.
 * Invariant: no wording of a held-out question, and no held-out answer, is among what is learned, nor among what the
 * model that is taught has learned before as far as its texts are known.
 */
import { assignSplit, type SplitShares } from "../../ingest/assign-split.ts";
import type { VettedPair } from "../../vetting/pairs/select-pairs.ts";
import { groupKeys, plainText, wordingOf } from "../../vetting/pairs/wording.ts";
import type { Document } from "./text-sources.ts";

export interface PairDocuments {
  readonly documents: readonly Document[];
  /** What is drawn into splits. */
  readonly groups: number;
  /** Pairs that are learned because the model has read their question or answer before. */
  readonly readBefore: number;
}

/** @param before what the model has learned from: documents of its training split */
export async function pairDocuments(
  pairs: readonly VettedPair[],
  shares: SplitShares,
  before: AsyncIterable<Document>,
): Promise<PairDocuments> {
  const [wordings, answers] = [new Set<string>(), new Set<string>()];
  for await (const { split, question, text } of before) {
    if (split === "held_out") continue;
    if (question !== "") wordings.add(wordingOf(question));
    answers.add(plainText(text));
  }
  const keys = groupKeys(pairs);
  const read = new Set<string>();
  pairs.forEach(({ question, answer }, i) => {
    if (wordings.has(wordingOf(question)) || answers.has(plainText(answer))) read.add(keys[i] as string);
  });
  let readBefore = 0;
  const documents = pairs.map(({ question, answer }, i): Document => {
    const key = keys[i] as string;
    const drawn = assignSplit(key, shares);
    if (drawn === "held_out" && read.has(key)) readBefore++;
    return { split: drawn === "held_out" && read.has(key) ? "train" : drawn, question, text: answer };
  });
  return { documents, groups: new Set(keys).size, readBefore };
}
