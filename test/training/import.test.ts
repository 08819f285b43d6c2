import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { systemEffects } from "../../src/effects/effects.ts";
import { readVocabulary } from "../../src/tokens/tokenize.ts";
import type { Vocabulary } from "../../src/tokens/vocabulary.ts";
import { readCheckpoint } from "../../src/training/checkpoint.ts";
import { importModel } from "../../src/training/import/import-model.ts";
import { readForeignModel } from "../../src/training/import/read-hugging-face.ts";
import { findPython } from "../../src/training/torch/find-python.ts";
import { train } from "../../src/training/train.ts";
import { trainingSchema } from "../../src/training/training-config.ts";
import { largestDifference, logitsOf } from "../support/logits-of.ts";
import { smallOutcomes, smallTimelines, smallTokens, temporaryFolder } from "../support/small-cohort.ts";

const CASES = join(import.meta.dirname, "../cases");
const FAMILIES = ["llama", "qwen2"] as const;
const python = findPython(["torch", "transformers"]);
const why = python === null ? " (skipped: no Python with torch and transformers; set LONGITUDE_PYTHON)" : "";

let tokens: string;
let vocabulary: Vocabulary;
const imported = new Map<string, string>();

beforeAll(async () => {
  tokens = await smallTokens(smallTimelines(120));
  vocabulary = await readVocabulary(join(tokens, "vocabulary.json"));
  for (const family of FAMILIES) {
    const out = join(await temporaryFolder(), family);
    await importModel(join(CASES, `import-${family}`), vocabulary, out);
    imported.set(family, out);
  }
});

function expectedOf(family: string): { ids: number[]; logits: number[][] } {
  return JSON.parse(readFileSync(join(CASES, `import-${family}`, "expected.json"), "utf8"));
}

/** A copy of a model's folder that a test may spoil. */
async function copyOf(family: string): Promise<string> {
  const folder = join(await temporaryFolder(), "copy");
  cpSync(join(CASES, `import-${family}`), folder, { recursive: true });
  return folder;
}

function changeJson(path: string, change: (content: Record<string, unknown>) => void): void {
  const content = JSON.parse(readFileSync(path, "utf8"));
  change(content);
  writeFileSync(path, JSON.stringify(content));
}

/** What transformers may write, beside what the two folders under test/cases are. */
const WRITTEN = [
  {
    family: "llama",
    dtype: "float16",
    shard: "5GB",
    config: { num_key_value_heads: 4, tie_word_embeddings: true },
  },
  {
    family: "llama",
    dtype: "float32",
    shard: "20KB",
    config: { num_key_value_heads: 1, tie_word_embeddings: false },
  },
  {
    family: "qwen2",
    dtype: "bfloat16",
    shard: "20KB",
    config: { num_key_value_heads: 2, tie_word_embeddings: false },
  },
  {
    family: "qwen2",
    dtype: "float32",
    shard: "5GB",
    config: { num_key_value_heads: 4, tie_word_embeddings: true },
  },
];
const SIZES = {
  vocab_size: 304,
  hidden_size: 32,
  intermediate_size: 48,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  max_position_embeddings: 128,
};

describe("an imported model", () => {
  it.skipIf(python === null)(
    `written just now by transformers, tied or not, with fewer key-value heads, in one file or many, in any precision, says the same about text${why}`,
    async () => {
      const { ids } = expectedOf("llama");
      const root = await temporaryFolder();
      const models = WRITTEN.map((wanted, i) => ({
        ...wanted,
        config: { ...SIZES, ...wanted.config },
        folder: join(root, `written-${i}`),
      }));
      const answers: number[][][] = JSON.parse(
        execFileSync(python?.path as string, [join(import.meta.dirname, "../support/tiny_models.py")], {
          input: JSON.stringify({ models, ids }),
          encoding: "utf8",
          stdio: ["pipe", "pipe", "ignore"],
          maxBuffer: 1 << 26,
        }),
      );
      for (const [i, { folder, family, shard, config }] of models.entries()) {
        expect(existsSync(join(folder, "model.safetensors.index.json"))).toBe(shard === "20KB");
        for (const name of ["tokenizer.json", "tokenizer_config.json"])
          cpSync(join(CASES, "import-llama", name), join(folder, name));
        const out = `${folder}-imported`;
        const result = await importModel(folder, vocabulary, out);
        expect(result).toMatchObject({ family, textTokens: 304, clinicalTokens: vocabulary.size });
        expect(result.largestLogitDifference).toBeLessThan(1e-4);
        const checkpoint = await readCheckpoint(out);
        expect(checkpoint.architecture).toMatchObject({
          tied: config.tie_word_embeddings,
          keyValueHeads: config.num_key_value_heads,
        });
        const own = (await logitsOf(checkpoint, ids)).map((row) => row.slice(0, 304));
        expect(Math.max(...own.flat())).toBeGreaterThan(0.5);
        expect(largestDifference(own, answers[i] as number[][])).toBeLessThan(1e-4);
      }
    },
    180_000,
  );

  it.each(FAMILIES)("of the %s family is read with the logits that transformers gives", async (family) => {
    const { ids, logits } = expectedOf(family);
    const model = await readForeignModel(join(CASES, `import-${family}`));
    expect(model.family).toBe(family);
    expect(largestDifference(await logitsOf(model, ids), logits)).toBeLessThan(1e-4);
  });

  it.each(FAMILIES)("says the same about text once clinical tokens have joined (%s)", async (family) => {
    const { ids, logits } = expectedOf(family);
    const checkpoint = await readCheckpoint(imported.get(family) as string);
    expect(checkpoint.architecture.vocabulary).toBe(304 + vocabulary.size);
    const own = (await logitsOf(checkpoint, ids)).map((row) => row.slice(0, 304));
    expect(largestDifference(own, logits)).toBeLessThan(1e-4);
  });

  it("starts a clinical token where the sub-words of its name stand", async () => {
    const checkpoint = await readCheckpoint(imported.get("qwen2") as string);
    const width = checkpoint.architecture.width;
    const rowOf = (token: number) => [...checkpoint.weights.slice(token * width, (token + 1) * width)];
    const [a, b] = [checkpoint.vocabulary.age(40), checkpoint.vocabulary.age(41)];
    expect(rowOf(a).some((value) => value !== 0)).toBe(true);
    expect(rowOf(a)).not.toEqual(rowOf(b));
    expect(checkpoint.vocabulary.name(a)).toBe("AGE//40");
    expect(checkpoint.vocabulary.match("DX/k", null, null).token).toBeGreaterThanOrEqual(304);
  });

  it.each(FAMILIES)(
    "goes on learning on the site's timelines, and keeps its tokenizer (%s)",
    async (family) => {
      const out = await temporaryFolder();
      const losses: number[] = [];
      const config = trainingSchema.parse({
        context: 64,
        batchTokens: 512,
        epochs: 2,
        patience: 2,
        threads: 1,
        learningRate: 3e-3,
      });
      const from = imported.get(family) as string;
      const run = {
        tokens,
        outcomes: smallOutcomes,
        config,
        from,
        out,
        work: join(out, "work"),
        run: "import",
      };
      for await (const event of train(run, systemEffects))
        if (event.kind === "tuning") losses.push(event.point.nextEventLoss);
      expect(losses[1]).toBeLessThan(losses[0] as number);
      const trained = await readCheckpoint(out);
      expect(trained.architecture).toMatchObject({ outcomes: 2, projectionBias: family === "qwen2" });
      const tokenizerOf = (folder: string) => readFileSync(join(folder, "tokenizer.json"), "utf8");
      expect(tokenizerOf(out)).toBe(tokenizerOf(from));
    },
  );

  it.skipIf(python === null)(
    `opens in transformers with text ids unchanged and clinical names as single tokens${why}`,
    async () => {
      const folders = FAMILIES.map((family) => imported.get(family) as string);
      const { ids } = expectedOf("llama");
      const text = "chest pain, I10 AGE//40 DX/k LAB/x//mg/dL//Q2";
      const answersOf = (asked: readonly string[]) =>
        JSON.parse(
          execFileSync(
            python?.path as string,
            [join(import.meta.dirname, "../support/hugging_face_logits.py")],
            {
              input: JSON.stringify({ folders: asked, ids, text }),
              encoding: "utf8",
              stdio: ["pipe", "pipe", "ignore"],
              env: { ...process.env, HF_HUB_OFFLINE: "1" },
              maxBuffer: 1 << 26,
            },
          ),
        );
      const textIds = (folder: string): number[] =>
        JSON.parse(
          execFileSync(
            python?.path as string,
            [
              "-c",
              "import sys, json; from transformers import AutoTokenizer; print(json.dumps(AutoTokenizer.from_pretrained(sys.argv[1])('chest pain, I10')['input_ids']))",
              folder,
            ],
            { encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] },
          ),
        );
      for (const [i, answer] of answersOf(folders).entries()) {
        const checkpoint = await readCheckpoint(folders[i] as string);
        expect(largestDifference(await logitsOf(checkpoint, ids), answer.logits)).toBeLessThan(1e-4);
        const names = checkpoint.vocabulary.file.tokens;
        const clinical = ["AGE//40", "DX/k", "LAB/x//mg/dL//Q2"].map((name) => 304 + names.indexOf(name));
        const before = textIds(join(CASES, `import-${FAMILIES[i]}`));
        expect(answer.encoded, FAMILIES[i]).toEqual([...before, ...clinical]);
      }
    },
    180_000,
  );
});

describe("a model that does not fit", () => {
  const refused = async (folder: string) => importModel(folder, vocabulary, join(folder, "out"));

  it("by its family is refused, and nothing is written", async () => {
    const folder = await copyOf("llama");
    changeJson(join(folder, "config.json"), (config) => {
      config.model_type = "gpt2";
    });
    await expect(refused(folder)).rejects.toMatchObject({
      code: "MODEL_ARCHITECTURE",
      message: expect.stringContaining('"gpt2"'),
    });
    expect(existsSync(join(folder, "out"))).toBe(false);
  });

  it.each([
    ["hidden_act", "gelu"],
    ["mlp_bias", true],
    ["rope_parameters", { rope_type: "llama3", rope_theta: 10_000 }],
    ["num_hidden_layers", 3],
    ["vocab_size", 300],
  ])("by its %s is refused", async (key, value) => {
    const folder = await copyOf("llama");
    changeJson(join(folder, "config.json"), (config) => {
      config[key] = value;
    });
    await expect(refused(folder)).rejects.toMatchObject({ code: "MODEL_ARCHITECTURE" });
  });

  it("by weights of another model beside a fitting configuration is refused with counts", async () => {
    const folder = await copyOf("qwen2");
    changeJson(join(folder, "config.json"), (config) => {
      config.model_type = "llama";
    });
    await expect(refused(folder)).rejects.toMatchObject({
      code: "MODEL_ARCHITECTURE",
      message: expect.stringMatching(/0 of 20 are missing or misshapen, 6 are unknown/),
    });
  });

  it("by a tokenizer with more tokens than the embedding has rows is refused", async () => {
    const folder = await copyOf("llama");
    changeJson(join(folder, "tokenizer.json"), (tokenizer) => {
      (tokenizer.model as { vocab: Record<string, number> }).vocab.extra = 304;
    });
    await expect(refused(folder)).rejects.toMatchObject({ code: "TOKENIZER_MISMATCH" });
  });

  it("by a cut weight file is refused", async () => {
    const folder = await copyOf("qwen2");
    const path = join(folder, "model.safetensors");
    writeFileSync(path, readFileSync(path).subarray(0, 30_000));
    await expect(refused(folder)).rejects.toMatchObject({ code: "TENSOR_FILE_INVALID" });
  });

  it("by the clinical tokens of another site is not trained on", async () => {
    const other = await smallTokens(smallTimelines(12, "another site"));
    const out = await temporaryFolder();
    const config = trainingSchema.parse({ context: 64, threads: 1 });
    const from = imported.get("llama") as string;
    const running = train(
      { tokens: other, outcomes: smallOutcomes, config, from, out, work: join(out, "work"), run: "other" },
      systemEffects,
    );
    await expect(running.next()).rejects.toMatchObject({ code: "TOKENIZER_MISMATCH" });
  });
});
