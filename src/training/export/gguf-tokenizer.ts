/**
 * The tokenizer of a GGUF file. Clinical names are tokens that are found in a text as they stand (`user defined`),
 * without any merging; the text tokens of an imported model keep their byte-level merges.
 * Invariant: the id of a token is the same as in `vocabulary.json` and `tokenizer.json`.
 */
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { EXPORT_TOKENIZER } from "../../errors/registry.ts";
import { INDEX, PAD, START } from "../../tokens/vocabulary.ts";
import type { Checkpoint } from "../checkpoint.ts";
import { writtenNames } from "../hugging-face-files.ts";
import type { GgufValue } from "./gguf-file.ts";

const NORMAL = 1;
const CONTROL = 3;
const USER_DEFINED = 4;
const UNUSED = 5;

const textTokenizerSchema = z.looseObject({
  added_tokens: z
    .array(z.looseObject({ id: z.int(), content: z.string(), special: z.boolean() }))
    .default([]),
  model: z.looseObject({
    type: z.literal("BPE"),
    byte_fallback: z.literal(false).nullish(),
    vocab: z.record(z.string(), z.int()),
    merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])),
  }),
});

interface Tokens {
  readonly names: readonly string[];
  readonly kinds: readonly number[];
  readonly merges: readonly string[];
}

/** @throws EXPORT_TOKENIZER */
export function ggufTokenizer(checkpoint: Checkpoint): [string, GgufValue][] {
  const { vocabulary, architecture, textTokenizer } = checkpoint;
  const text = textTokenizer?.get("tokenizer.json");
  const { names, kinds, merges } =
    text === undefined ? clinicalTokens(checkpoint) : allTokens(text, architecture.vocabulary);
  const of = (key: string, value: GgufValue): [string, GgufValue] => [`tokenizer.ggml.${key}`, value];
  return [
    of("model", { string: "gpt2" }),
    of("pre", {
      string: architecture.projectionBias ? "qwen2" : text === undefined ? "default" : "llama-bpe",
    }),
    of("tokens", { strings: names }),
    of("token_type", { int32s: kinds }),
    of("merges", { strings: merges }),
    of("bos_token_id", { uint32: vocabulary.start }),
    of("eos_token_id", { uint32: vocabulary.death }),
    of("padding_token_id", { uint32: vocabulary.pad }),
    of("unknown_token_id", { uint32: vocabulary.unknown }),
    of("add_bos_token", { bool: false }),
    of("add_eos_token", { bool: false }),
  ];
}

function clinicalTokens({ vocabulary }: Checkpoint): Tokens {
  const names = writtenNames(vocabulary);
  const kinds = vocabulary.file.tokens.map((name) =>
    [PAD, START, INDEX].includes(name) ? CONTROL : USER_DEFINED,
  );
  return { names, kinds, merges: [] };
}

function allTokens(tokenizerJson: string, rows: number): Tokens {
  const parsed = textTokenizerSchema.safeParse(JSON.parse(tokenizerJson));
  if (!parsed.success)
    throw new LongitudeError(
      EXPORT_TOKENIZER,
      "the model's text tokenizer is not byte-level BPE, and only that is written to GGUF",
    );
  const { added_tokens, model } = parsed.data;
  const names = Array.from({ length: rows }, (_, id) => `[PAD${id}]`);
  const kinds = new Array<number>(rows).fill(UNUSED);
  for (const [name, id] of Object.entries(model.vocab)) {
    names[id] = name;
    kinds[id] = NORMAL;
  }
  for (const { id, content, special } of added_tokens) {
    names[id] = content;
    kinds[id] = special ? CONTROL : USER_DEFINED;
  }
  const merges = model.merges.map((merge) => (typeof merge === "string" ? merge : merge.join(" ")));
  return { names, kinds, merges };
}
