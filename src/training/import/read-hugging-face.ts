/**
 * Reads a Hugging Face folder with Llama or Qwen2 weights as our decoder: one safetensors file or an index of many,
 * float32, float16 or bfloat16. What the layers here do not compute is refused, never approximated.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { MODEL_ARCHITECTURE } from "../../errors/registry.ts";
import type { Architecture } from "../../network/architecture.ts";
import { parameterLayout } from "../../network/parameters.ts";
import { readSafetensors, type Tensor } from "../../tokens/safetensors.ts";

export interface ForeignModel {
  readonly family: "llama" | "qwen2";
  /** Without an onset head; the vocabulary is the embedding's rows. */
  readonly architecture: Architecture;
  readonly weights: Float32Array;
}

const ropeSchema = z.looseObject({ rope_type: z.string().optional(), rope_theta: z.number().optional() });
const configSchema = z.looseObject({
  model_type: z.string(),
  vocab_size: z.int(),
  hidden_size: z.int(),
  intermediate_size: z.int(),
  num_hidden_layers: z.int(),
  num_attention_heads: z.int(),
  num_key_value_heads: z.int().nullish(),
  head_dim: z.int().nullish(),
  max_position_embeddings: z.int(),
  rms_norm_eps: z.number(),
  hidden_act: z.string(),
  rope_theta: z.number().nullish(),
  rope_scaling: ropeSchema.nullish(),
  rope_parameters: ropeSchema.nullish(),
  tie_word_embeddings: z.boolean().default(false),
  attention_bias: z.boolean().nullish(),
  mlp_bias: z.boolean().nullish(),
  use_sliding_window: z.boolean().nullish(),
});

/** Buffers that old checkpoints carry and that follow from the configuration. */
const DERIVED = /\.rotary_emb\.inv_freq$/;

/** @throws MODEL_ARCHITECTURE, TENSOR_FILE_INVALID */
export async function readForeignModel(folder: string): Promise<ForeignModel> {
  const { family, architecture } = architectureOf(await readConfig(folder));
  const layout = parameterLayout(architecture);
  const tensors = await readTensors(folder);
  if (architecture.tied) tensors.delete("lm_head.weight");
  const weights = new Float32Array(layout.size);
  let unfit = 0;
  for (const part of layout.parts) {
    const tensor = tensors.get(part.name);
    tensors.delete(part.name);
    const fits = tensor?.data instanceof Float32Array && tensor.shape.join() === part.shape.join();
    if (fits) weights.set(tensor.data, part.offset);
    else unfit++;
  }
  const unknown = [...tensors.keys()].filter((name) => !DERIVED.test(name)).length;
  if (unfit + unknown > 0)
    throw new LongitudeError(
      MODEL_ARCHITECTURE,
      `the weights are not those of the ${family} configuration beside them: ${unfit} of ${layout.parts.length} are missing or misshapen, ${unknown} are unknown`,
    );
  return { family, architecture, weights };
}

async function readConfig(folder: string): Promise<z.output<typeof configSchema>> {
  const path = join(folder, "config.json");
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null)
    throw new LongitudeError(MODEL_ARCHITECTURE, `${folder} has no config.json: it is no model folder`);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new LongitudeError(MODEL_ARCHITECTURE, `${path} is not JSON`, { cause });
  }
  const type = z.looseObject({ model_type: z.string() }).safeParse(content);
  if (!type.success || !["llama", "qwen2"].includes(type.data.model_type))
    throw new LongitudeError(
      MODEL_ARCHITECTURE,
      `model_type is ${type.success ? `"${type.data.model_type}"` : "not stated"}; llama and qwen2 are read`,
    );
  const parsed = configSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const keys = parsed.error.issues.map((issue) => issue.path.join(".")).join(", ");
  throw new LongitudeError(MODEL_ARCHITECTURE, `config.json lacks or misstates ${keys}`);
}

function architectureOf(c: z.output<typeof configSchema>): Pick<ForeignModel, "family" | "architecture"> {
  const rope = c.rope_parameters ?? c.rope_scaling;
  const unsupported = [
    ...(c.hidden_act === "silu" ? [] : [`hidden_act "${c.hidden_act}"`]),
    ...(c.model_type === "llama" && c.attention_bias ? ["attention_bias"] : []),
    ...(c.mlp_bias ? ["mlp_bias"] : []),
    ...(c.use_sliding_window ? ["use_sliding_window"] : []),
    ...((rope?.rope_type ?? rope?.type ?? "default") === "default" ? [] : ["scaled rotary positions"]),
  ];
  if (unsupported.length > 0)
    throw new LongitudeError(MODEL_ARCHITECTURE, `config.json asks for ${unsupported.join(", ")}`);
  const heads = c.num_attention_heads;
  const keyValueHeads = c.num_key_value_heads ?? heads;
  const headWidth = c.head_dim ?? c.hidden_size / heads;
  if (heads % keyValueHeads !== 0 || !Number.isInteger(headWidth) || headWidth % 2 !== 0)
    throw new LongitudeError(MODEL_ARCHITECTURE, "config.json: heads, key-value heads and width do not fit");
  const family = c.model_type === "qwen2" ? "qwen2" : "llama";
  return {
    family,
    architecture: {
      vocabulary: c.vocab_size,
      depth: c.num_hidden_layers,
      width: c.hidden_size,
      heads,
      keyValueHeads,
      headWidth,
      feedForward: c.intermediate_size,
      context: c.max_position_embeddings,
      ropeTheta: c.rope_parameters?.rope_theta ?? c.rope_theta ?? 10_000,
      normEpsilon: c.rms_norm_eps,
      projectionBias: family === "qwen2",
      tied: c.tie_word_embeddings,
      outcomes: 0,
      pieces: 0,
    },
  };
}

const indexSchema = z.looseObject({ weight_map: z.record(z.string(), z.string()) });

async function readTensors(folder: string): Promise<Map<string, Tensor>> {
  const index = join(folder, "model.safetensors.index.json");
  if (!existsSync(index)) return new Map(readSafetensors(join(folder, "model.safetensors")).tensors);
  const parsed = indexSchema.safeParse(JSON.parse(await readFile(index, "utf8")));
  if (!parsed.success)
    throw new LongitudeError(MODEL_ARCHITECTURE, "model.safetensors.index.json has no weight_map");
  const files = new Set(Object.values(parsed.data.weight_map));
  if ([...files].some((file) => file.includes("/") || file.includes("\\")))
    throw new LongitudeError(MODEL_ARCHITECTURE, "model.safetensors.index.json names files of other folders");
  const tensors = new Map<string, Tensor>();
  for (const file of [...files].sort())
    for (const [name, tensor] of readSafetensors(join(folder, file)).tensors) tensors.set(name, tensor);
  return tensors;
}
