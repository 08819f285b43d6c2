import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { askLlamaCpp } from "../../bench/llama-cpp.ts";
import { createRandom } from "../../src/effects/random.ts";
import type { Architecture } from "../../src/network/architecture.ts";
import { initialParameters, parameterLayout } from "../../src/network/parameters.ts";
import { readVocabulary } from "../../src/tokens/tokenize.ts";
import { type Checkpoint, readCheckpoint, writeCheckpoint } from "../../src/training/checkpoint.ts";
import { exportGguf } from "../../src/training/export/export-gguf.ts";
import { toHalves } from "../../src/training/export/half-precision.ts";
import { writtenNames } from "../../src/training/hugging-face-files.ts";
import { importModel } from "../../src/training/import/import-model.ts";
import { findPython } from "../../src/training/torch/find-python.ts";
import { largestDifference, logitsOf } from "../support/logits-of.ts";
import { randomCheckpoint } from "../support/small-checkpoint.ts";
import { smallTimelines, smallTokens, temporaryFolder } from "../support/small-cohort.ts";

const IDS = [1, 60, 12, 130, 5, 131, 3, 2];
const TEXT = "<start> AGE//40 DX/k AGE//4 LAB/x//mg/dL//Q2 <index>";
const SHAPES: Record<string, Partial<Architecture>> = {
  "Llama with grouped queries": { keyValueHeads: 2 },
  "Llama with a tied head and wide heads": { headWidth: 16, tied: true, ropeTheta: 500_000 },
  "Qwen2 with biases": { keyValueHeads: 2, projectionBias: true },
};
const python = findPython(["gguf", "numpy"]);
const llamaCpp = askLlamaCpp({ ask: "version" });
const noPython = python === null ? " (skipped: no Python with gguf and numpy; set LONGITUDE_PYTHON)" : "";
const noLlama = llamaCpp === null ? " (skipped: no node-llama-cpp; set LONGITUDE_LLAMA_CPP)" : "";

let tokens: string;
let folder: string;
let imported: Checkpoint;
let importedFile: string;
const checkpoints: Checkpoint[] = [];
const files: string[] = [];

beforeAll(async () => {
  tokens = await smallTokens(smallTimelines(120));
  const base = await randomCheckpoint(tokens);
  folder = await temporaryFolder();
  for (const [i, [name, changes]] of Object.entries(SHAPES).entries()) {
    const architecture = { ...base.architecture, ...changes };
    const random = createRandom(name);
    const weights = initialParameters(parameterLayout(architecture), random).map(
      (w) => w + 0.1 * random.normal(),
    );
    const model = join(folder, `model-${i}`);
    await writeCheckpoint(model, {
      description: { ...base.description, architecture },
      weights,
      vocabulary: base.vocabulary,
    });
    checkpoints.push(await readCheckpoint(model));
    files.push(join(folder, `${i}.gguf`));
    exportGguf(checkpoints[i] as Checkpoint, files[i] as string, "f32", name);
  }
  const vocabulary = await readVocabulary(join(tokens, "vocabulary.json"));
  const out = join(folder, "imported");
  await importModel(join(import.meta.dirname, "../cases/import-qwen2"), vocabulary, out);
  imported = await readCheckpoint(out);
  importedFile = join(folder, "imported.gguf");
  expect(exportGguf(imported, importedFile, "f32", "imported").family).toBe("qwen2");
});

interface GgufAnswer {
  readonly architecture: string;
  readonly types: readonly string[];
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly tokens: readonly string[];
  readonly tokenTypes: readonly number[];
  readonly start: number;
  readonly end: number;
  readonly logits: number[][];
}

function readByPython(paths: readonly string[], ids = IDS): GgufAnswer[] {
  const script = join(import.meta.dirname, "../support/gguf_logits.py");
  const input = JSON.stringify({ files: paths, ids });
  return JSON.parse(
    execFileSync(python?.path as string, [script], { input, encoding: "utf8", maxBuffer: 1 << 26 }),
  );
}

describe("a model as a GGUF file", () => {
  it.skipIf(python === null)(
    `is read by the gguf package, and means the same logits${noPython}`,
    async () => {
      for (const [i, answer] of readByPython(files).entries()) {
        const checkpoint = checkpoints[i] as Checkpoint;
        const { architecture, vocabulary } = checkpoint;
        expect(answer.architecture).toBe(architecture.projectionBias ? "qwen2" : "llama");
        expect(answer.types).toEqual(["F32"]);
        expect(answer.shapes["token_embd.weight"]).toEqual([architecture.width, vocabulary.size]);
        expect("output.weight" in answer.shapes).toBe(!architecture.tied);
        expect(Object.keys(answer.shapes).filter((name) => name.includes("onset"))).toEqual([]);
        expect(answer.tokens).toEqual(writtenNames(vocabulary));
        expect([answer.start, answer.end]).toEqual([vocabulary.start, vocabulary.death]);
        expect(largestDifference(await logitsOf(checkpoint, IDS), answer.logits)).toBeLessThan(1e-4);
      }
    },
    60_000,
  );

  it.skipIf(python === null)(
    `in half precision is half as large and nearly as exact${noPython}`,
    async () => {
      const path = join(folder, "half.gguf");
      const half = exportGguf(checkpoints[0] as Checkpoint, path, "f16", "half");
      const whole = readFileSync(files[0] as string).length;
      expect(half.bytes).toBe(readFileSync(path).length);
      expect(half.bytes).toBeLessThan(0.75 * whole);
      const [answer] = readByPython([path]);
      expect(answer?.types).toEqual(["F16", "F32"]);
      const own = await logitsOf(checkpoints[0] as Checkpoint, IDS);
      const difference = largestDifference(own, answer?.logits ?? []);
      expect(difference).toBeGreaterThan(0);
      expect(difference).toBeLessThan(0.02);
    },
    60_000,
  );

  it.skipIf(python === null)(
    `of an imported model keeps text tokens, their merges and the clinical tokens${noPython}`,
    async () => {
      const { architecture, vocabulary } = imported;
      const ids = [5, 60, 61, 200, 310, 330];
      const [answer] = readByPython([importedFile], ids);
      expect(answer?.tokens).toHaveLength(architecture.vocabulary);
      expect(answer?.tokens[vocabulary.age(40)]).toBe("AGE//40");
      expect(largestDifference(await logitsOf(imported, ids), answer?.logits ?? [])).toBeLessThan(1e-4);
    },
    60_000,
  );

  it.skipIf(llamaCpp === null)(
    `gives the same probabilities and token ids in llama.cpp${noLlama}`,
    async () => {
      const all = [
        ...files.map((file, i) => ({ file, checkpoint: checkpoints[i] as Checkpoint })),
        { file: importedFile, checkpoint: imported },
      ];
      for (const { file, checkpoint } of all) {
        const { probabilities, encoded } =
          askLlamaCpp({ ask: "probabilities", model: file, ids: IDS, text: TEXT }) ?? {};
        const own = await logitsOf(checkpoint, IDS);
        const theirs = probabilities as Record<string, number>[];
        for (const [row, logits] of own.entries()) {
          const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
          const differences = logits.map((logit, id) =>
            Math.abs(Math.exp(logit) / total - (theirs[row]?.[String(id)] as number)),
          );
          expect(Math.max(...differences)).toBeLessThan(1e-4);
        }
        if (checkpoint === imported) continue; // Its text is cut by merges, and a space before a name stays a token.
        const names = writtenNames(checkpoint.vocabulary);
        expect((encoded as number[]).map((id) => names[id]).join(" ")).toBe(TEXT);
      }
    },
    120_000,
  );

  it("is not left behind in part when it cannot be written", () => {
    const nowhere = join(folder, "no-such-folder", "model.gguf");
    expect(() => exportGguf(checkpoints[0] as Checkpoint, nowhere, "f32", "lost")).toThrow(
      expect.objectContaining({ code: "TENSOR_FILE_UNWRITABLE" }),
    );
    expect(readdirSync(folder).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });

  it("of a text tokenizer that GGUF has no place for is refused", () => {
    const tokenizer = JSON.stringify({ model: { type: "Unigram", vocab: [] } });
    const foreign = {
      ...(checkpoints[0] as Checkpoint),
      textTokenizer: new Map([["tokenizer.json", tokenizer]]),
    };
    expect(() => exportGguf(foreign, join(folder, "unigram.gguf"), "f32", "unigram")).toThrow(
      expect.objectContaining({ code: "EXPORT_TOKENIZER" }),
    );
  });
});

describe("half precision", () => {
  it("rounds to the nearest, ties to even, and knows the smallest and the too large", () => {
    const halves = [
      ...toHalves(
        Float32Array.of(
          1,
          -2,
          65504,
          65536,
          1 + 2 ** -11,
          1 + 3 * 2 ** -11,
          2 ** -24,
          2 ** -25,
          2 ** -26,
          0.999999,
          NaN,
        ),
      ),
    ];
    expect(halves.map((half) => half.toString(16))).toEqual([
      "3c00",
      "c000",
      "7bff",
      "7c00",
      "3c00",
      "3c02",
      "1",
      "0",
      "0",
      "3c00",
      "7e00",
    ]);
  });
});
