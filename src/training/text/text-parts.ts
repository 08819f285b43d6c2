/** Documents cut to what fits a window: each token behind the first is learned exactly once. */
import type { SequencePart } from "../../tokens/lay-out.ts";
import type { EncodedDocument } from "../../tokens/text/text-shard.ts";

/** Parts of at most `context` tokens; each begins with the last token of the one before. */
export function textParts(
  { tokens, learnFrom }: Pick<EncodedDocument, "tokens" | "learnFrom">,
  context: number,
): SequencePart[] {
  const parts: SequencePart[] = [];
  for (let from = 0; from === 0 || from + 1 < tokens.length; from += context - 1) {
    const piece = tokens.subarray(from, from + context);
    // A part that holds only the question teaches nothing.
    if (learnFrom - from < piece.length - 1)
      parts.push({ tokens: piece, days: NO_DAYS, ticks: [], learnFrom: Math.max(0, learnFrom - from) });
  }
  return parts;
}

const NO_DAYS = new Float64Array(0);
