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

type Sized = Pick<EncodedDocument, "bytes">;

/** @param losses of the documents, in their order */
export function bitsPerByte(
  documents: readonly Sized[],
  losses: readonly TextLoss[],
  random: Random,
): BitsPerByte {
  const tokens = losses.reduce((sum, loss) => sum + loss.tokens, 0);
  return {
    ...overDocuments(documents.length, random, ratio(documents, losses)),
    documents: documents.length,
    bytes: documents.reduce((sum, document) => sum + document.bytes, 0),
    firstChoice: losses.reduce((sum, loss) => sum + loss.right, 0) / Math.max(1, tokens),
  };
}

export interface BitsPerByteChange {
  /** After minus before: below 0 the later model is better. */
  readonly value: number;
  /** 95 %, over the same resamples of both. */
  readonly low: number;
  readonly high: number;
}

/** Paired: both models are measured on the same documents of each resample. */
export function bitsPerByteChange(
  documents: readonly Sized[],
  before: readonly TextLoss[],
  after: readonly TextLoss[],
  random: Random,
): BitsPerByteChange {
  const [first, second] = [ratio(documents, before), ratio(documents, after)];
  return overDocuments(documents.length, random, (indices) => second(indices) - first(indices));
}

function ratio(documents: readonly Sized[], losses: readonly TextLoss[]) {
  return (indices: readonly number[]): number => {
    let [nats, bytes] = [0, 0];
    for (const i of indices) {
      nats += losses[i]?.nats ?? 0;
      bytes += documents[i]?.bytes ?? 0;
    }
    return nats / Math.LN2 / Math.max(1, bytes);
  };
}

function overDocuments(count: number, random: Random, over: (indices: readonly number[]) => number) {
  const drawn = Array.from({ length: RESAMPLES }, () =>
    over(Array.from({ length: count }, () => random.integer(count))),
  ).sort((a, b) => a - b);
  return {
    value: over(Array.from({ length: count }, (_, i) => i)),
    low: drawn[Math.floor(0.025 * RESAMPLES)] as number,
    high: drawn[Math.ceil(0.975 * RESAMPLES) - 1] as number,
  };
}
