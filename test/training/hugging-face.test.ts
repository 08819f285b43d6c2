import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import type { Architecture } from "../../src/network/architecture.ts";
import { initialParameters, parameterLayout } from "../../src/network/parameters.ts";
import { Vocabulary } from "../../src/tokens/vocabulary.ts";
import { type Checkpoint, readCheckpoint, writeCheckpoint } from "../../src/training/checkpoint.ts";
import { huggingFaceFiles, writtenNames } from "../../src/training/hugging-face-files.ts";
import { findPython } from "../../src/training/torch/find-python.ts";
import { largestDifference, logitsOf } from "../support/logits-of.ts";
import { randomCheckpoint } from "../support/small-checkpoint.ts";
import { smallTimelines, smallTokens, temporaryFolder } from "../support/small-cohort.ts";

const IDS = [1, 60, 12, 130, 5, 131, 3, 2];
const TEXT = "<start> AGE//40 DX/k NO/SUCH/CODE LAB/x//mg/dL//Q2 <index>";
const python = findPython(["torch", "transformers"]);

/** The shapes that a checkpoint can have: Llama with grouped queries, Qwen2, a tied head, heads of their own width. */
const SHAPES: Record<string, Partial<Architecture>> = {
  "Llama with grouped queries": { keyValueHeads: 2 },
  "Qwen2 with a tied head": { keyValueHeads: 2, projectionBias: true, tied: true },
  "heads wider than width / heads": { headWidth: 16, ropeTheta: 500_000 },
};

let folders: string[];
let checkpoints: Checkpoint[];

beforeAll(async () => {
  const base = await randomCheckpoint(await smallTokens(smallTimelines(120)));
  folders = [];
  checkpoints = [];
  for (const [name, changes] of Object.entries(SHAPES)) {
    const architecture = { ...base.architecture, ...changes };
    const layout = parameterLayout(architecture);
    const random = createRandom(name);
    const weights = initialParameters(layout, random).map((weight) => weight + 0.1 * random.normal());
    const description = { ...base.description, architecture };
    const folder = await temporaryFolder();
    await writeCheckpoint(folder, { description, weights, vocabulary: base.vocabulary });
    folders.push(folder);
    checkpoints.push(await readCheckpoint(folder));
  }
});

describe("a checkpoint folder", () => {
  it.skipIf(python === null)(
    `opens in transformers as it is, with the same logits and token ids${python === null ? " (skipped: no Python with torch and transformers; set LONGITUDE_PYTHON)" : ""}`,
    async () => {
      const answers = JSON.parse(
        execFileSync(
          python?.path as string,
          [join(import.meta.dirname, "../support/hugging_face_logits.py")],
          {
            input: JSON.stringify({ folders, ids: IDS, text: TEXT }),
            encoding: "utf8",
            stdio: ["pipe", "pipe", "inherit"],
            env: { ...process.env, HF_HUB_OFFLINE: "1" },
            maxBuffer: 1 << 26,
          },
        ),
      );
      for (const [i, name] of Object.keys(SHAPES).entries()) {
        const checkpoint = checkpoints[i] as Checkpoint;
        const { vocabulary } = checkpoint;
        const answer = answers[i];
        expect(answer.class, name).toBe(
          checkpoint.architecture.projectionBias ? "Qwen2ForCausalLM" : "LlamaForCausalLM",
        );
        expect(answer.unfit, name).toEqual([]);
        const own = await logitsOf(checkpoint, IDS);
        expect(largestDifference(own, answer.logits), name).toBeLessThan(1e-4);
        expect(Math.max(...own.flat()), name).toBeGreaterThan(0.1);
        // A Qwen2 model comes from an import, and keeps the text tokenizer that it came with.
        if (checkpoint.architecture.projectionBias) continue;
        expect(answer.encoded, name).toEqual(encodedHere(vocabulary));
        expect(answer.pad, name).toBe(vocabulary.pad);
        expect(answer.start, name).toBe(vocabulary.start);
        expect(answer.unknown, name).toBe(vocabulary.unknown);
        expect(answer.decoded, name).toBe(IDS.map((id) => writtenNames(vocabulary)[id]).join(" "));
      }
    },
    180_000,
  );

  it("states every size that engines read from config.json", () => {
    for (const [i, checkpoint] of checkpoints.entries()) {
      const { architecture: a } = checkpoint;
      expect(JSON.parse(readFileSync(join(folders[i] as string, "config.json"), "utf8"))).toMatchObject({
        architectures: [a.projectionBias ? "Qwen2ForCausalLM" : "LlamaForCausalLM"],
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
      });
    }
  });

  it("holds the ids of vocabulary.json under the same names in tokenizer.json", () => {
    const { vocabulary } = checkpoints[0] as Checkpoint;
    const tokenizer = JSON.parse(readFileSync(join(folders[0] as string, "tokenizer.json"), "utf8"));
    expect(Object.keys(tokenizer.model.vocab)).toHaveLength(vocabulary.size);
    for (const [id, name] of vocabulary.file.tokens.entries())
      expect(tokenizer.model.vocab[id === vocabulary.unknown ? "[UNK]" : name]).toBe(id);
    expect(tokenizer.model.unk_token).toBe("[UNK]");
  });

  it("keeps white space and doubles apart in the names that a tokenizer reads", () => {
    const { vocabulary, architecture } = checkpoints[0] as Checkpoint;
    const tokens = [...vocabulary.file.tokens, "LAB/a b", "LAB/a␣b"];
    const odd = new Vocabulary({ ...vocabulary.file, tokens });
    expect(writtenNames(odd).slice(-2)).toEqual(["LAB/a␣b", "LAB/a␣b␣"]);
    expect(new Set(writtenNames(odd)).size).toBe(tokens.length);
    expect(huggingFaceFiles(architecture, odd).get("config.json")).toContain('"LlamaForCausalLM"');
  });
});

function encodedHere(vocabulary: Vocabulary): number[] {
  const ids = new Map(vocabulary.file.tokens.map((name, id) => [name, id]));
  return TEXT.split(" ").map((name) => ids.get(name) ?? vocabulary.unknown);
}
