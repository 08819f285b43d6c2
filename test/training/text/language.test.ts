import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { systemEffects } from "../../../src/effects/effects.ts";
import { createRandom } from "../../../src/effects/random.ts";
import { bitsPerByte } from "../../../src/evaluation/measures/bits-per-byte.ts";
import { readTextShard } from "../../../src/tokens/text/text-shard.ts";
import { type Document, readDocuments, textSourceSchema } from "../../../src/tokens/text/text-sources.ts";
import { tokenizeText } from "../../../src/tokens/text/tokenize-text.ts";
import { readVocabulary } from "../../../src/tokens/tokenize.ts";
import { readCheckpoint } from "../../../src/training/checkpoint.ts";
import { setUpTextRun } from "../../../src/training/text/set-up-text-run.ts";
import { textParts } from "../../../src/training/text/text-parts.ts";
import { TokenReader } from "../../../src/training/text/token-reader.ts";
import { train } from "../../../src/training/train.ts";
import { trainingSchema } from "../../../src/training/training-config.ts";
import { logitsOf } from "../../support/logits-of.ts";
import { memoryStore, smallTimelines, smallTokens, temporaryFolder } from "../../support/small-cohort.ts";

const SHARES = { seed: 1, train: 0.6, tuning: 0.2, heldOut: 0.2 };

/** Invented sentences in which the drug follows from the disease. */
function invented(count: number): Document[] {
  const random = createRandom("invented texts");
  const pairs = [
    ["hypertension", "a pressure tablet"],
    ["asthma", "an inhaler every morning"],
    ["gout", "a tablet against uric acid"],
  ] as const;
  return Array.from({ length: count }, (_, i) => {
    const [disease, answer] = pairs[random.integer(3)] as (typeof pairs)[number];
    return {
      split: (["train", "train", "tuning", "held_out"] as const)[i % 4] as Document["split"],
      question: `What is taken for ${disease}?`,
      text: `For ${disease} people take ${answer}.`,
    };
  });
}

async function encoded(documents: readonly Document[]): Promise<string> {
  const clinical = await readVocabulary(join(await smallTokens(smallTimelines(30)), "vocabulary.json"));
  const out = await temporaryFolder();
  const running = tokenizeText({
    documents: async function* () {
      yield* documents;
    },
    config: { vocabulary: 300, minimumCount: 2 },
    clinical,
    out,
  });
  for await (const _ of running);
  return out;
}

async function trained(tokens: string, changes: { from?: string; epochs?: number } = {}): Promise<string> {
  const out = await temporaryFolder();
  const options = {
    tokens,
    outcomes: [],
    config: trainingSchema.parse({
      ...{ depth: 1, width: 32, heads: 2, context: 64, batchTokens: 512, threads: 1, dropout: 0 },
      ...{ epochs: changes.epochs ?? 6, learningRate: 5e-3 },
    }),
    from: changes.from,
    setUp: setUpTextRun,
    out,
    work: join(out, "work"),
    run: "test",
  };
  for await (const _ of train(options, systemEffects));
  return out;
}

describe("the parts of a document", () => {
  it("teach every token that is to be learned exactly once", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 200 }),
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 8, max: 64 }),
        (length, question, context) => {
          const learnFrom = Math.min(question, length - 2);
          const tokens = Int32Array.from({ length }, (_, i) => i);
          const taught = textParts({ tokens, learnFrom }, context).flatMap((part) =>
            Array.from(part.tokens).slice(part.learnFrom + 1),
          );
          expect(taught).toEqual(Array.from({ length: length - 1 - learnFrom }, (_, i) => learnFrom + 1 + i));
        },
      ),
    );
  });
});

describe("a language model", () => {
  it("learns the answers, is measured as its logits say, and shares the clinical tokens", async () => {
    const tokens = await encoded(invented(120));
    const checkpoint = await readCheckpoint(await trained(tokens, { epochs: 40 }));
    expect(checkpoint.vocabulary.file.textTokens).toBeGreaterThan(256);
    expect(checkpoint.vocabulary.file.tokens).toContain("LAB/x");

    const documents = readTextShard(join(tokens, "held_out.safetensors"));
    const reader = new TokenReader(checkpoint, 1, 64);
    const losses = await reader.losses(documents);
    await reader.close();
    const [first] = documents;
    if (first === undefined) throw new Error("nothing is held out");
    const logits = await logitsOf(checkpoint, [...first.tokens]);
    let nats = 0;
    for (let i = first.learnFrom; i + 1 < first.tokens.length; i++) {
      const row = logits[i] as number[];
      const highest = Math.max(...row);
      const total = row.reduce((sum, logit) => sum + Math.exp(logit - highest), 0);
      nats += Math.log(total) + highest - (row[first.tokens[i + 1] as number] as number);
    }
    expect(losses[0]?.nats).toBeCloseTo(nats, 3);

    const measured = bitsPerByte(documents, losses, createRandom("interval"));
    expect(measured.low).toBeLessThanOrEqual(measured.value);
    expect(measured.high).toBeGreaterThanOrEqual(measured.value);
    // Which of three answers it is follows from the question: what is left to say is next to nothing.
    expect(measured.value).toBeLessThan(0.25);
    expect(measured.firstChoice).toBeGreaterThan(0.9);
  });

  it("goes on from a model, in that model's tokens", async () => {
    const tokens = await encoded(invented(60));
    const start = await trained(tokens, { epochs: 1 });
    const better = await readCheckpoint(await trained(tokens, { epochs: 2, from: start }));
    const documents = readTextShard(join(tokens, "tuning.safetensors"));
    const loss = async (checkpoint: typeof better) => {
      const reader = new TokenReader(checkpoint, 1, 64);
      const losses = await reader.losses(documents);
      await reader.close();
      return losses.reduce((sum, { nats }) => sum + nats, 0);
    };
    expect(await loss(better)).toBeLessThan(await loss(await readCheckpoint(start)));
    expect([...(better.textTokenizer ?? [])].map(([name]) => name)).toContain("tokenizer.json");
  });
});

describe("texts", () => {
  const timeline = smallTimelines(4);
  const read = async (stated: readonly z.input<typeof textSourceSchema>[], deidentifies = true) => {
    const sources = stated.map((source) => textSourceSchema.parse(source));
    const documents: Document[] = [];
    const options = { sources, store: memoryStore(timeline), deidentifies, shares: SHARES };
    for await (const document of readDocuments(options)) documents.push(document);
    return documents;
  };

  it("of one group are whole in one split", async () => {
    const file = join(await temporaryFolder(), "texts.ndjson");
    const rows = Array.from({ length: 90 }, (_, i) => ({ subject: `s${i % 30}`, text: `text ${i}` }));
    await writeFile(file, rows.map((row) => JSON.stringify(row)).join("\n"));
    const documents = await read([{ file, text: "text", group: "subject" }]);
    const splits = new Map<number, Set<string>>();
    documents.forEach(({ split }, i) => {
      splits.set(i % 30, (splits.get(i % 30) ?? new Set()).add(split));
    });
    expect([...splits.values()].every((of) => of.size === 1)).toBe(true);
    expect(new Set(documents.map(({ split }) => split)).size).toBe(3);
  });

  it("that are no table, lack a field, are missing or may hold identifiers are refused", async () => {
    const folder = await temporaryFolder();
    const csv = join(folder, "texts.csv");
    await writeFile(csv, "id,body\n1,words\n");
    const broken = join(folder, "broken.ndjson");
    await writeFile(broken, '{"text": "a"}\n{"text": \n');
    await expect(read([{ file: csv, text: "text" }])).rejects.toMatchObject({ code: "TEXT_FIELD_MISSING" });
    await expect(read([{ file: broken, text: "text" }])).rejects.toMatchObject({
      code: "TEXT_SOURCE_UNREADABLE",
    });
    await expect(read([{ file: join(folder, "none.csv"), text: "body" }])).rejects.toMatchObject({
      code: "TEXT_SOURCE_UNREADABLE",
    });
    await expect(read([{ notes: "records" }], false)).rejects.toMatchObject({
      code: "TEXT_NOT_DEIDENTIFIED",
    });
  });

  it("of a source that says too little or too much are refused", () => {
    for (const source of [
      {},
      { file: "a.csv" },
      { file: "a.csv", question: "q" },
      { notes: "records", file: "a" },
    ])
      expect(textSourceSchema.safeParse(source).success).toBe(false);
  });

  it("without any in training are refused", async () => {
    const none = invented(8).map((document) => ({ ...document, split: "held_out" as const }));
    await expect(encoded(none)).rejects.toMatchObject({ code: "TEXT_NONE" });
  });
});
