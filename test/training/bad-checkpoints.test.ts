import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { OnsetReader } from "../../src/forecast/onset-reader.ts";
import { readSafetensors, type Tensor, writeSafetensors } from "../../src/tokens/safetensors.ts";
import { readCheckpoint, writeCheckpoint } from "../../src/training/checkpoint.ts";
import { readStart } from "../../src/training/start-from.ts";
import { randomCheckpoint } from "../support/small-checkpoint.ts";
import { smallTimelines, smallTokens, temporaryFolder } from "../support/small-cohort.ts";

/** How a model's folder comes to harm, and what is said of it. */
const HARM: Record<string, { spoil(folder: string): void; code: string; says: RegExp }> = {
  "weights that end early": {
    spoil: (folder) => cut(join(folder, "model.safetensors"), 0.6),
    code: "TENSOR_FILE_INVALID",
    says: /ends early \(\d+ bytes\)/,
  },
  "an onset head that ends early": {
    spoil: (folder) => cut(join(folder, "onset_head.safetensors"), 0.5),
    code: "TENSOR_FILE_INVALID",
    says: /ends early/,
  },
  "weights that are no safetensors": {
    spoil: (folder) => writeFileSync(join(folder, "model.safetensors"), Buffer.alloc(64, "PK")),
    code: "TENSOR_FILE_INVALID",
    says: /ends early|no readable header/,
  },
  "a header that is no object": {
    spoil: (folder) => writeFileSync(join(folder, "model.safetensors"), withHeader("[1, 2]")),
    code: "TENSOR_FILE_INVALID",
    says: /no readable header/,
  },
  "a tensor whose shape is not that of its numbers": {
    spoil: (folder) =>
      writeFileSync(
        join(folder, "model.safetensors"),
        withHeader('{"model.norm.weight":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}', 8),
      ),
    code: "TENSOR_FILE_INVALID",
    says: /shape is not that of its numbers/,
  },
  "a tensor that is described in no known way": {
    spoil: (folder) =>
      writeFileSync(join(folder, "model.safetensors"), withHeader('{"model.norm.weight":{"dtype":"F32"}}')),
    code: "TENSOR_FILE_INVALID",
    says: /in no known way/,
  },
  "weights of another architecture": {
    spoil: (folder) =>
      change(folder, (tensors) => {
        for (const [name, tensor] of [...tensors]) {
          tensors.delete(name);
          tensors.set(name.replace("model.layers.", "transformer.h."), tensor);
        }
      }),
    code: "CHECKPOINT_INVALID",
    says: /18 of 23 are missing, misshapen or of another type, "model\.layers\.0\.input_layernorm\.weight"/,
  },
  "whole numbers for weights": {
    spoil: (folder) =>
      change(folder, (tensors) => {
        const norm = tensors.get("model.norm.weight") as Tensor;
        tensors.set("model.norm.weight", { data: new BigInt64Array(norm.data.length), shape: norm.shape });
      }),
    code: "CHECKPOINT_INVALID",
    says: /1 of 23 .*"model\.norm\.weight"/,
  },
  "weights for another number of tokens": {
    spoil: (folder) =>
      change(folder, (tensors) => {
        for (const name of ["model.embed_tokens.weight", "lm_head.weight"]) {
          const { data, shape } = tensors.get(name) as Tensor<Float32Array>;
          const [rows, width] = shape as [number, number];
          tensors.set(name, { data: data.slice(0, (rows - 1) * width), shape: [rows - 1, width] });
        }
      }),
    code: "CHECKPOINT_INVALID",
    says: /2 of 23/,
  },
  "a vocabulary of another size": {
    spoil: (folder) => changeJson(join(folder, "vocabulary.json"), (file) => file.tokens.push("DX/new")),
    code: "CHECKPOINT_INVALID",
    says: /vocabulary has another size/,
  },
  "a vocabulary in another order": {
    spoil: (folder) =>
      changeJson(join(folder, "vocabulary.json"), ({ tokens }) =>
        tokens.push(...tokens.splice(-2).reverse()),
      ),
    code: "TOKENIZER_MISMATCH",
    says: /2 of \d+ clinical tokens have another id/,
  },
  "a tokenizer of another model": {
    spoil: (folder) =>
      changeJson(join(folder, "tokenizer.json"), ({ model }) => {
        model.vocab = { hello: 0, world: 1 };
      }),
    code: "TOKENIZER_MISMATCH",
    says: /clinical tokens have another id/,
  },
  "no description": {
    spoil: (folder) => rmSync(join(folder, "longitude.json")),
    code: "CHECKPOINT_INVALID",
    says: /no readable checkpoint description/,
  },
};

let model: string;
let tokens: string;

beforeAll(async () => {
  tokens = await smallTokens(smallTimelines(60));
  model = await temporaryFolder();
  await writeCheckpoint(model, await randomCheckpoint(tokens));
});

describe.each(Object.entries(HARM))("a model with %s", (_, { spoil, code, says }) => {
  it("is refused at every door, with what is wrong", async () => {
    const folder = join(await temporaryFolder(), "model");
    cpSync(model, folder, { recursive: true });
    await readCheckpoint(folder);
    spoil(folder);
    const refusal = { code, message: expect.stringMatching(says), remedy: expect.stringMatching(/\w/) };
    // Export reads the checkpoint itself; forecast and validate open its reader; training goes on from it.
    await expect(readCheckpoint(folder)).rejects.toMatchObject(refusal);
    await expect(OnsetReader.open(folder, 1)).rejects.toMatchObject(refusal);
    const { vocabulary } = await randomCheckpoint(tokens);
    await expect(readStart(folder, vocabulary, 64)).rejects.toMatchObject(refusal);
  });
});

function cut(path: string, share: number): void {
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.subarray(0, Math.floor(share * bytes.length)));
}

function withHeader(json: string, bytes = 0): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, Buffer.from(json), Buffer.alloc(bytes)]);
}

function change(folder: string, edit: (tensors: Map<string, Tensor>) => void): void {
  const path = join(folder, "model.safetensors");
  const tensors = new Map(readSafetensors(path).tensors);
  edit(tensors);
  writeSafetensors(path, tensors);
}

function changeJson(
  path: string,
  edit: (content: { tokens: string[]; model: { vocab: Record<string, number> } }) => void,
): void {
  const content = JSON.parse(readFileSync(path, "utf8"));
  edit(content);
  writeFileSync(path, JSON.stringify(content));
}
