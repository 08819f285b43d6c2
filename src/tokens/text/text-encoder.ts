/** Text to token ids by a `tokenizer.json`, and back. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { TOKENIZER_MISMATCH } from "../../errors/registry.ts";
import { WORD_PATTERN, wordsOf } from "./split-words.ts";

export interface TextEncoder {
  encode(text: string): number[];
  decode(ids: readonly number[]): string;
}

export const TOKENIZER_FILE = "tokenizer.json";
/** Words whose ids are kept: a corpus has some hundred thousand different ones. */
const REMEMBERED_WORDS = 500_000;

/** @throws TOKENIZER_MISMATCH when the folder has no readable tokenizer */
export async function readTextEncoder(folder: string): Promise<TextEncoder> {
  const text = await readFile(join(folder, TOKENIZER_FILE), "utf8").catch(() => null);
  const settings = await readFile(join(folder, "tokenizer_config.json"), "utf8").catch(() => "{}");
  try {
    return textEncoder(JSON.parse(text ?? ""), JSON.parse(settings) as object);
  } catch (cause) {
    throw new LongitudeError(TOKENIZER_MISMATCH, `${folder} has no readable ${TOKENIZER_FILE}`, { cause });
  }
}

/** @param settings content of tokenizer_config.json */
export function textEncoder(file: { readonly pre_tokenizer?: unknown }, settings: object = {}): TextEncoder {
  const tokenizer = new Tokenizer(file, settings);
  const encodeWhole = (text: string) => tokenizer.encode(text, { add_special_tokens: false }).ids;
  const splitsIntoWords = JSON.stringify(file.pre_tokenizer ?? null).includes(JSON.stringify(WORD_PATTERN));
  return {
    encode: splitsIntoWords ? wordByWord(encodeWhole) : encodeWhole,
    decode: (ids) =>
      ids.length === 0
        ? ""
        : tokenizer.decode([...ids], { skip_special_tokens: false, clean_up_tokenization_spaces: false }),
  };
}

/** Our own split is known, so that a word is encoded once however often it occurs. */
function wordByWord(encodeWhole: (word: string) => number[]): (text: string) => number[] {
  const known = new Map<string, readonly number[]>();
  return (text) => {
    const ids: number[] = [];
    for (const word of wordsOf(text)) {
      let found = known.get(word);
      if (found === undefined) {
        found = encodeWhole(word);
        if (known.size < REMEMBERED_WORDS) known.set(word, found);
      }
      for (const id of found) ids.push(id);
    }
    return ids;
  };
}
