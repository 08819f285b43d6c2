/**
 * The tokenizer of an imported model, and what becomes of it when clinical tokens join: they are added behind its own,
 * under their names, so that a line of token names and ordinary text may stand in one sequence.
 * Invariant: the id of every text token stays what it was.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { TOKENIZER_MISMATCH } from "../../errors/registry.ts";
import type { Vocabulary } from "../../tokens/vocabulary.ts";
import { siteName, TOKENIZER_FILES, writtenNames } from "../hugging-face-files.ts";

const tokenizerSchema = z.looseObject({
  added_tokens: z.array(z.looseObject({ id: z.int(), content: z.string() })).default([]),
  model: z.looseObject({ vocab: z.record(z.string(), z.int()) }),
});

export interface TextTokenizer {
  /** Token ids of a text, special tokens left out. */
  encode(text: string): readonly number[];
  /** The files with the clinical tokens added at `vocabulary.file.textTokens` and beyond. */
  extended(vocabulary: Vocabulary): ReadonlyMap<string, string>;
}

/** @param rows of the embedding, which may be more than the tokenizer has tokens */
export async function readTextTokenizer(folder: string, rows: number): Promise<TextTokenizer> {
  const files = new Map<string, string>();
  for (const name of TOKENIZER_FILES) {
    const text = await readFile(join(folder, name), "utf8").catch(() => null);
    if (text !== null) files.set(name, text);
  }
  const parsed = tokenizerSchema.safeParse(parseJson(files.get("tokenizer.json")));
  if (!parsed.success)
    throw new LongitudeError(TOKENIZER_MISMATCH, `${folder} has no tokenizer.json with a vocabulary`);
  const tokenizer = parsed.data;
  const names = new Map(Object.entries(tokenizer.model.vocab));
  for (const { content, id } of tokenizer.added_tokens) names.set(content, id);
  const size = 1 + Math.max(...names.values());
  if (size > rows)
    throw new LongitudeError(
      TOKENIZER_MISMATCH,
      `the tokenizer has ${size} tokens and the embedding ${rows} rows`,
    );
  const settings = parseJson(files.get("tokenizer_config.json")) ?? {};
  const encoder = new Tokenizer(tokenizer, settings as object);
  return {
    encode: (text) => encoder.encode(text, { add_special_tokens: false }).ids,
    extended(vocabulary) {
      const clinical = writtenNames(vocabulary).map((name) => (names.has(name) ? siteName(name) : name));
      const added = [
        ...tokenizer.added_tokens,
        // Rows beyond the tokenizer's own tokens stay unused; their ids are taken, because ids are given in order.
        ...Array.from({ length: rows - size }, (_, i) => addedToken(size + i, `<|unused_${size + i}|>`)),
        ...clinical.map((name, i) => addedToken(rows + i, name)),
      ];
      return new Map([
        ...files,
        ["tokenizer.json", `${JSON.stringify({ ...tokenizer, added_tokens: added })}\n`],
      ]);
    },
  };
}

/** Taken as a whole word only, with the white space before it: a code inside of a longer word stays text. */
function addedToken(id: number, content: string): object {
  return { id, content, single_word: true, lstrip: true, rstrip: false, normalized: false, special: false };
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
