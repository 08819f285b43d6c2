/**
 * Bits per byte: -log2 p of held-out texts over their UTF-8 bytes, which does not depend on how text falls into tokens.
 * The interval is a bootstrap over documents; two models are compared on the same resamples.
 */
import type { Random } from "../../effects/random.ts";
import type { EncodedDocument } from "../../tokens/text/text-shard.ts";
import type { TextLoss } from "../../training/text/token-reader.ts";
import { drawResamples } from "./bootstrap.ts";
import { estimateOver } from "./estimate-over.ts";

interface Interval {
  readonly value: number;
  /** 95 %. */
  readonly low: number;
  readonly high: number;
}

export interface BitsPerByte extends Interval {
  readonly documents: number;
  readonly bytes: number;
  /** Share of tokens that were the model's first choice. */
  readonly firstChoice: number;
}

/** Later minus earlier: below 0 the later model is better. */
export interface BitsPerByteChange extends Interval {
  /** Later over earlier, minus 1. */
  readonly relative: Interval;
}

const RESAMPLES = 1000;

type Sized = Pick<EncodedDocument, "bytes">;

/** @param losses of the documents, in their order */
export function bitsPerByte(
  documents: readonly Sized[],
  losses: readonly TextLoss[],
  random: Random,
): BitsPerByte {
  const tokens = losses.reduce((sum, loss) => sum + loss.tokens, 0);
  return {
    ...overDocuments(documents.length, random, bitsOf(documents, losses)),
    documents: documents.length,
    bytes: documents.reduce((sum, document) => sum + document.bytes, 0),
    firstChoice: losses.reduce((sum, loss) => sum + loss.right, 0) / Math.max(1, tokens),
  };
}

export function bitsPerByteChange(
  documents: readonly Sized[],
  earlier: readonly TextLoss[],
  later: readonly TextLoss[],
  random: Random,
): BitsPerByteChange {
  const [before, after] = [bitsOf(documents, earlier), bitsOf(documents, later)];
  const over = (statistic: (weights: Float64Array) => number) =>
    overDocuments(documents.length, random.fork("change"), statistic);
  return {
    ...over((weights) => after(weights) - before(weights)),
    relative: over((weights) => after(weights) / before(weights) - 1),
  };
}

function bitsOf(documents: readonly Sized[], losses: readonly TextLoss[]) {
  return (weights: Float64Array): number => {
    let [nats, bytes] = [0, 0];
    weights.forEach((weight, i) => {
      nats += weight * (losses[i]?.nats ?? 0);
      bytes += weight * (documents[i]?.bytes ?? 0);
    });
    return nats / Math.LN2 / Math.max(1, bytes);
  };
}

function overDocuments(
  count: number,
  random: Random,
  statistic: (weights: Float64Array) => number,
): Interval {
  const resamples = drawResamples(count, RESAMPLES, random);
  const estimate = estimateOver(resamples, statistic, "percentile bootstrap over documents");
  if (estimate === null) throw new TypeError("bits per byte were asked of documents without any text");
  const { value, low, high } = estimate;
  return { value, low, high };
}
