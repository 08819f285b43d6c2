/**
 * All weights in one flat float32 vector, in a fixed order, under the names of the Llama family.
 * One vector, because the optimiser and the checkpoint then touch one buffer instead of dozens.
 * Projections that run as one product (query, key, value) lie next to each other.
 */
import type { Random } from "../effects/random.ts";
import type { Architecture } from "./architecture.ts";
import { sizeOf } from "./graph.ts";

export interface ParameterPart {
  /** Name in the checkpoint, e.g. `model.layers.0.self_attn.q_proj.weight`. */
  readonly name: string;
  /** [out, in] for a projection. */
  readonly shape: readonly number[];
  readonly offset: number;
  /** Whether weight decay applies (matrices: yes; scales and biases: no). */
  readonly decays: boolean;
  readonly initial: "ones" | "zeros" | { readonly deviation: number };
}

export interface ParameterLayout {
  readonly parts: readonly ParameterPart[];
  /** Number of weights. */
  readonly size: number;
}

/** Deviation 0.02 as in GPT-2; projections into the residual stream divided by sqrt(2 x depth). */
export function parameterLayout(architecture: Architecture): ParameterLayout {
  const { vocabulary, depth, width, heads, keyValueHeads, headWidth, feedForward } = architecture;
  const { outcomes, pieces, projectionBias, tied } = architecture;
  const normal = { deviation: 0.02 };
  const residual = { deviation: 0.02 / Math.sqrt(2 * depth) };
  const parts: ParameterPart[] = [];
  let size = 0;
  const append = (name: string, shape: number[], initial: ParameterPart["initial"]) => {
    parts.push({ name, shape, offset: size, decays: typeof initial === "object", initial });
    size += sizeOf(shape);
  };
  append("model.embed_tokens.weight", [vocabulary, width], normal);
  for (let layer = 0; layer < depth; layer++) {
    const name = (rest: string) => `model.layers.${layer}.${rest}`;
    append(name("input_layernorm.weight"), [width], "ones");
    append(name("self_attn.q_proj.weight"), [heads * headWidth, width], normal);
    append(name("self_attn.k_proj.weight"), [keyValueHeads * headWidth, width], normal);
    append(name("self_attn.v_proj.weight"), [keyValueHeads * headWidth, width], normal);
    if (projectionBias) {
      append(name("self_attn.q_proj.bias"), [heads * headWidth], "zeros");
      append(name("self_attn.k_proj.bias"), [keyValueHeads * headWidth], "zeros");
      append(name("self_attn.v_proj.bias"), [keyValueHeads * headWidth], "zeros");
    }
    append(name("self_attn.o_proj.weight"), [width, heads * headWidth], residual);
    append(name("post_attention_layernorm.weight"), [width], "ones");
    append(name("mlp.gate_proj.weight"), [feedForward, width], normal);
    append(name("mlp.up_proj.weight"), [feedForward, width], normal);
    append(name("mlp.down_proj.weight"), [width, feedForward], residual);
  }
  append("model.norm.weight", [width], "ones");
  if (!tied) append("lm_head.weight", [vocabulary, width], normal);
  if (outcomes > 0) {
    append("onset_head.weight", [outcomes * pieces, width], "zeros");
    append("onset_head.bias", [outcomes * pieces], "zeros");
  }
  return { parts, size };
}

export function initialParameters(layout: ParameterLayout, random: Random): Float32Array {
  const weights = new Float32Array(layout.size);
  for (const part of layout.parts) {
    const slice = weights.subarray(part.offset, part.offset + sizeOf(part.shape));
    if (part.initial === "ones") slice.fill(1);
    else if (part.initial !== "zeros") {
      const draw = random.fork(part.name);
      for (let i = 0; i < slice.length; i++) slice[i] = draw.normal() * part.initial.deviation;
    }
  }
  return weights;
}

/** The weights of one part, as a view. */
export function partOf(layout: ParameterLayout, weights: Float32Array, name: string): Float32Array {
  const part = layout.parts.find((candidate) => candidate.name === name);
  if (part === undefined) throw new TypeError(`no weights are named ${name}`);
  return weights.subarray(part.offset, part.offset + sizeOf(part.shape));
}
