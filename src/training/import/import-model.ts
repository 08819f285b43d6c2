/**
 * Takes a text model over as the start of a clinical one: its weights, with a row for each clinical token of the site.
 * A new row begins at the mean of the rows of its name's sub-words, so that `ICD10CM/I10` starts where its text stands.
 * Invariant: what the model says about text tokens does not change; this is measured on the folder as written.
 */
import { rename, rm } from "node:fs/promises";
import { createRandom } from "../../effects/random.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { IMPORT_LOGITS_CHANGED } from "../../errors/registry.ts";
import type { Architecture } from "../../network/architecture.ts";
import { logitsGraph } from "../../network/logits-graph.ts";
import { type ParameterLayout, parameterLayout, partOf } from "../../network/parameters.ts";
import { GraphSession } from "../../network/session.ts";
import type { Vocabulary } from "../../tokens/vocabulary.ts";
import { readCheckpoint, writeCheckpoint } from "../checkpoint.ts";
import { copyWeights } from "../start-from.ts";
import { type ForeignModel, readForeignModel } from "./read-hugging-face.ts";
import { readTextTokenizer, type TextTokenizer } from "./text-tokenizer.ts";

export interface ImportResult {
  readonly family: ForeignModel["family"];
  readonly parameters: number;
  readonly textTokens: number;
  readonly clinicalTokens: number;
  /** Largest absolute difference of a text logit between the original and the folder as written. */
  readonly largestLogitDifference: number;
  /** Positions at which all text logits were compared. */
  readonly comparedPositions: number;
}

const LARGEST_DIFFERENCE = 1e-4;
const COMPARED_WINDOWS = 4;
const COMPARED_TOKENS = 32;

/** @param out folder that does not exist; it appears whole or not at all */
export async function importModel(
  folder: string,
  vocabulary: Vocabulary,
  out: string,
): Promise<ImportResult> {
  const foreign = await readForeignModel(folder);
  const textTokens = foreign.architecture.vocabulary;
  const tokenizer = await readTextTokenizer(folder, textTokens);
  const extended = vocabulary.behindText(textTokens);
  const architecture: Architecture = { ...foreign.architecture, vocabulary: extended.size };
  const layout = parameterLayout(architecture);
  const weights = extendedWeights(foreign, layout, extended, tokenizer);
  const partial = `${out}.partial`;
  try {
    await writeCheckpoint(partial, {
      description: { schema: "longitude.checkpoint/1", architecture, outcomes: [], hazardEdgesYears: [] },
      weights,
      vocabulary: extended,
      textTokenizer: tokenizer.extended(extended),
    });
    const written = await readCheckpoint(partial);
    const difference = await textLogitDifference(foreign, written);
    if (!(difference <= LARGEST_DIFFERENCE))
      throw new LongitudeError(
        IMPORT_LOGITS_CHANGED,
        `text logits differ by up to ${difference.toExponential(1)}, over ${LARGEST_DIFFERENCE}`,
      );
    await rename(partial, out);
    return {
      family: foreign.family,
      parameters: layout.size,
      textTokens,
      clinicalTokens: extended.size - textTokens,
      largestLogitDifference: difference,
      comparedPositions: COMPARED_WINDOWS * comparedTokens(foreign.architecture),
    };
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

function extendedWeights(
  foreign: ForeignModel,
  layout: ParameterLayout,
  vocabulary: Vocabulary,
  tokenizer: TextTokenizer,
): Float32Array {
  const { width, tied } = foreign.architecture;
  const weights = new Float32Array(layout.size);
  const base = { ...foreign, layout: parameterLayout(foreign.architecture) };
  // Everything but the tables of tokens, which have more rows now.
  copyWeights(base, layout, weights);
  const subWords = vocabulary.file.tokens.map((name) => tokenizer.encode(readable(name)));
  for (const name of tied ? ["model.embed_tokens.weight"] : ["model.embed_tokens.weight", "lm_head.weight"]) {
    const before = partOf(base.layout, foreign.weights, name);
    const after = partOf(layout, weights, name);
    after.set(before);
    const everywhere = meanOfRows(
      before,
      Array.from({ length: before.length / width }, (_, row) => row),
      width,
    );
    for (const [i, ids] of subWords.entries())
      after.set(ids.length === 0 ? everywhere : meanOfRows(before, ids, width), before.length + i * width);
  }
  return weights;
}

/** `LOINC/2085-9//mg/dL//Q3` → ` LOINC 2085-9 mg dL Q3`: words that a text tokenizer may know. */
function readable(name: string): string {
  return ` ${name.replace(/[^\p{L}\p{N}.-]+/gu, " ").trim()}`;
}

function meanOfRows(table: Float32Array, rows: readonly number[], width: number): Float32Array {
  const mean = new Float64Array(width);
  for (const row of rows)
    for (let i = 0; i < width; i++) mean[i] = (mean[i] as number) + (table[row * width + i] as number);
  return Float32Array.from(mean, (sum) => sum / rows.length);
}

/** Over windows of text tokens drawn evenly from the vocabulary, all text logits at all positions. */
async function textLogitDifference(
  before: Pick<ForeignModel, "architecture" | "weights">,
  after: Pick<ForeignModel, "architecture" | "weights">,
): Promise<number> {
  const time = comparedTokens(before.architecture);
  const window = { batch: COMPARED_WINDOWS, time };
  const textTokens = before.architecture.vocabulary;
  const random = createRandom("text tokens");
  const rows = COMPARED_WINDOWS * time;
  const feeds = {
    tokens: BigInt64Array.from({ length: rows }, () => BigInt(random.integer(textTokens))),
    positions: BigInt64Array.from({ length: rows }, (_, i) => BigInt(i % time)),
    segments: new BigInt64Array(rows).fill(1n),
  };
  const logitsOf = async ({ architecture, weights }: typeof before) => {
    const session = await GraphSession.open(logitsGraph(architecture, window));
    try {
      return (await session.run({ parameters: weights, ...feeds })).logits as Float32Array;
    } finally {
      await session.close();
    }
  };
  const [original, extended] = [await logitsOf(before), await logitsOf(after)];
  const size = after.architecture.vocabulary;
  let largest = 0;
  for (let row = 0; row < rows; row++) {
    for (let token = 0; token < textTokens; token++) {
      const difference = Math.abs(
        (original[row * textTokens + token] as number) - (extended[row * size + token] as number),
      );
      if (!(difference <= largest)) largest = difference;
    }
  }
  return largest;
}

function comparedTokens({ context }: Architecture): number {
  return Math.min(COMPARED_TOKENS, context);
}
