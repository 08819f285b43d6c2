/**
 * A checkpoint's body as one GGUF file, for llama.cpp and what builds on it. The heads and the value bins stay in the
 * checkpoint: GGUF has no place for them.
 * llama.cpp turns neighbouring numbers of a Llama query or key by one angle, Hugging Face numbers half a head apart, so
 * the rows of both projections change places; a Qwen2 file keeps them.
 */
import type { Architecture } from "../../network/architecture.ts";
import { sizeOf } from "../../network/graph.ts";
import type { ParameterPart } from "../../network/parameters.ts";
import type { Checkpoint } from "../checkpoint.ts";
import { type GgufTensor, type GgufValue, writeGguf } from "./gguf-file.ts";
import { ggufTokenizer } from "./gguf-tokenizer.ts";

export const GGUF_TYPES = ["f32", "f16"] as const;
export type GgufType = (typeof GGUF_TYPES)[number];

export interface GgufExport {
  readonly family: "llama" | "qwen2";
  readonly tensors: number;
  readonly parameters: number;
  readonly bytes: number;
}

/** @throws EXPORT_TOKENIZER, TENSOR_FILE_UNWRITABLE */
export function exportGguf(checkpoint: Checkpoint, path: string, type: GgufType, name: string): GgufExport {
  const { architecture, layout, weights } = checkpoint;
  const family = architecture.projectionBias ? "qwen2" : "llama";
  const metadata = new Map<string, GgufValue>([
    ["general.architecture", { string: family }],
    ["general.name", { string: name }],
    ["general.alignment", { uint32: 32 }],
    ["general.file_type", { uint32: type === "f16" ? 1 : 0 }],
    ...sizesOf(family, architecture),
    ...ggufTokenizer(checkpoint),
  ]);
  const body = layout.parts.filter((part) => !part.name.startsWith("onset_head."));
  const tensors = body.map((part): GgufTensor => {
    const own = () => weights.subarray(part.offset, part.offset + sizeOf(part.shape));
    const turned = family === "llama" && isTurned(part);
    return {
      name: ggufName(part.name),
      shape: part.shape,
      // Scales and biases are few, and llama.cpp expects them in full precision.
      type: type === "f16" && part.shape.length === 2 ? "F16" : "F32",
      data: () => (turned ? interleaved(own(), architecture.headWidth, part.shape[1] as number) : own()),
    };
  });
  const bytes = writeGguf(path, metadata, tensors);
  const parameters = body.reduce((sum, part) => sum + sizeOf(part.shape), 0);
  return { family, tensors: tensors.length, parameters, bytes };
}

function sizesOf(family: string, a: Architecture): [string, GgufValue][] {
  const of = (key: string, value: GgufValue): [string, GgufValue] => [`${family}.${key}`, value];
  return [
    of("vocab_size", { uint32: a.vocabulary }),
    of("context_length", { uint32: a.context }),
    of("embedding_length", { uint32: a.width }),
    of("block_count", { uint32: a.depth }),
    of("feed_forward_length", { uint32: a.feedForward }),
    of("attention.head_count", { uint32: a.heads }),
    of("attention.head_count_kv", { uint32: a.keyValueHeads }),
    of("attention.key_length", { uint32: a.headWidth }),
    of("attention.value_length", { uint32: a.headWidth }),
    of("attention.layer_norm_rms_epsilon", { float32: a.normEpsilon }),
    of("rope.dimension_count", { uint32: a.headWidth }),
    of("rope.freq_base", { float32: a.ropeTheta }),
  ];
}

const NAMES: Readonly<Record<string, string>> = {
  "model.embed_tokens": "token_embd",
  "model.norm": "output_norm",
  lm_head: "output",
  input_layernorm: "attn_norm",
  "self_attn.q_proj": "attn_q",
  "self_attn.k_proj": "attn_k",
  "self_attn.v_proj": "attn_v",
  "self_attn.o_proj": "attn_output",
  post_attention_layernorm: "ffn_norm",
  "mlp.gate_proj": "ffn_gate",
  "mlp.up_proj": "ffn_up",
  "mlp.down_proj": "ffn_down",
};

/** `model.layers.3.mlp.up_proj.weight` → `blk.3.ffn_up.weight` */
function ggufName(name: string): string {
  const [, layer, inner, kind] = /^(?:model\.layers\.(\d+)\.)?(.+)\.(weight|bias)$/.exec(name) ?? [];
  const known = NAMES[inner ?? ""];
  if (known === undefined) throw new TypeError(`GGUF has no name for ${name}`);
  return `${layer === undefined ? "" : `blk.${layer}.`}${known}.${kind}`;
}

/** Rows of queries and keys change places: see the head of this file. */
function isTurned({ name }: ParameterPart): boolean {
  return name.endsWith("self_attn.q_proj.weight") || name.endsWith("self_attn.k_proj.weight");
}

/** Within each head, row i of its first half and row i of its second half become neighbours. */
function interleaved(rows: Float32Array, headWidth: number, columns: number): Float32Array {
  const result = new Float32Array(rows.length);
  for (let row = 0; row < rows.length / columns; row++) {
    const within = row % headWidth;
    const source = row - within + (within % 2) * (headWidth / 2) + (within >> 1);
    result.set(rows.subarray(source * columns, (source + 1) * columns), row * columns);
  }
  return result;
}
