/**
 * Bits per byte: -log2 p of held-out texts over their UTF-8 bytes, which does not depend on how text falls into tokens.
 * The interval is a bootstrap over documents.
 */
import type { Random } from "../../effects/random.ts";
import type { EncodedDocument } from "../../tokens/text/text-shard.ts";
import type { TextLoss } from "./token-losses.ts";

export interface BitsPerByte {
  readonly value: number;
  /** 95 %. */
  readonly low: number;
  readonly high: number;
  readonly documents: number;
  readonly bytes: number;
  /** Share of tokens that were the model's first choice. */
  readonly firstChoice: number;
}

const RESAMPLES = 1000;

/** @param losses of the documents, in their order */
export function bitsPerByte(
  documents: readonly Pick<EncodedDocument, "bytes">[],
  losses: readonly TextLoss[],
  random: Random,
): BitsPerByte {
  const over = (indices: Iterable<number>) => {
    let [nats, bytes] = [0, 0];
    for (const i of indices) {
      nats += losses[i]?.nats ?? 0;
      bytes += documents[i]?.bytes ?? 0;
    }
    return nats / Math.LN2 / Math.max(1, bytes);
  };
  const count = documents.length;
  const drawn = Array.from({ length: RESAMPLES }, () =>
    over(Array.from({ length: count }, () => random.integer(count))),
  ).sort((a, b) => a - b);
  const tokens = losses.reduce((sum, loss) => sum + loss.tokens, 0);
  return {
    value: over(documents.keys()),
    low: drawn[Math.floor(0.025 * RESAMPLES)] as number,
    high: drawn[Math.ceil(0.975 * RESAMPLES) - 1] as number,
    documents: count,
    bytes: documents.reduce((sum, document) => sum + document.bytes, 0),
    firstChoice: losses.reduce((sum, loss) => sum + loss.right, 0) / Math.max(1, tokens),
  };
}
