/**
 * The files beside the weights by which a checkpoint opens in Hugging Face `transformers` as it is: `config.json`, and
 * a tokenizer that maps a line of token names, separated by white space, to their ids.
 * Invariant: the id of a token is the same in `vocabulary.json` and in `tokenizer.json`.
 */
import type { Architecture } from "../network/architecture.ts";
import { INDEX, PAD, START, type Vocabulary } from "../tokens/vocabulary.ts";

/** Files of a tokenizer, those of an imported text tokenizer included. */
export const TOKENIZER_FILES = [
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "vocab.json",
  "merges.txt",
  "added_tokens.json",
] as const;

const UNKNOWN = "[UNK]";

/** @returns file name → content */
export function huggingFaceFiles(
  architecture: Architecture,
  vocabulary: Vocabulary,
  textTokenizer?: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
  return new Map([
    ["config.json", json(modelConfig(architecture, vocabulary))],
    ...(textTokenizer ?? [
      ["tokenizer.json", `${JSON.stringify(tokenizer(vocabulary))}\n`],
      ["tokenizer_config.json", json(tokenizerConfig(architecture))],
      ["special_tokens_map.json", json(SPECIAL)],
    ]),
  ]);
}

/** Llama; with a bias on queries, keys and values it is the Qwen2 family. */
function modelConfig(a: Architecture, vocabulary: Vocabulary): object {
  const family = a.projectionBias
    ? { architectures: ["Qwen2ForCausalLM"], model_type: "qwen2", use_sliding_window: false }
    : {
        architectures: ["LlamaForCausalLM"],
        model_type: "llama",
        attention_bias: false,
        mlp_bias: false,
      };
  return {
    ...family,
    vocab_size: a.vocabulary,
    hidden_size: a.width,
    intermediate_size: a.feedForward,
    num_hidden_layers: a.depth,
    num_attention_heads: a.heads,
    num_key_value_heads: a.keyValueHeads,
    head_dim: a.headWidth,
    max_position_embeddings: a.context,
    rms_norm_eps: a.normEpsilon,
    rope_theta: a.ropeTheta,
    hidden_act: "silu",
    tie_word_embeddings: a.tied,
    bos_token_id: vocabulary.start,
    eos_token_id: vocabulary.death,
    pad_token_id: vocabulary.pad,
    torch_dtype: "float32",
  };
}

const SPECIAL = { bos_token: START, pad_token: PAD, unk_token: UNKNOWN, additional_special_tokens: [INDEX] };

/**
 * Death ends a sequence (`eos_token_id` of config.json), and is no special token here: special tokens are found
 * inside of words, and a site's own code may contain its name.
 */
function tokenizerConfig(architecture: Architecture): object {
  return {
    tokenizer_class: "PreTrainedTokenizerFast",
    model_max_length: architecture.context,
    clean_up_tokenization_spaces: false,
    add_prefix_space: false,
    ...SPECIAL,
  };
}

function tokenizer(vocabulary: Vocabulary): object {
  const vocab = Object.fromEntries(writtenNames(vocabulary).map((name, id) => [name, id]));
  const special = [PAD, START, INDEX, UNKNOWN].map((content) => ({
    id: vocab[content],
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: special.sort((a, b) => Number(a.id) - Number(b.id)),
    normalizer: null,
    pre_tokenizer: { type: "WhitespaceSplit" },
    post_processor: null,
    decoder: null,
    model: { type: "WordLevel", vocab, unk_token: UNKNOWN },
  };
}

/**
 * Names as the tokenizer spells them, by id. White space inside a name, which would cut it in two, becomes `␣`, and
 * the token of a code that nothing is known about is called `[UNK]`.
 */
export function writtenNames(vocabulary: Vocabulary): string[] {
  const taken = new Set<string>();
  return vocabulary.file.tokens.map((name, i) => {
    let written = vocabulary.file.textTokens + i === vocabulary.unknown ? UNKNOWN : name.replace(/\s/g, "␣");
    while (taken.has(written)) written += "␣";
    taken.add(written);
    return written;
  });
}

/** How a clinical token is spelled whose own name an imported text tokenizer knows already. */
export function siteName(name: string): string {
  return `<|site:${name}|>`;
}
