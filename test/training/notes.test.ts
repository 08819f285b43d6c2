import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { systemEffects } from "../../src/effects/effects.ts";
import { createRandom } from "../../src/effects/random.ts";
import { noteLosses } from "../../src/evaluation/measures/note-losses.ts";
import { readTokenShard } from "../../src/tokens/token-shard.ts";
import { readVocabulary } from "../../src/tokens/tokenize.ts";
import { readCheckpoint } from "../../src/training/checkpoint.ts";
import { plantableTokens, plantedRecords } from "../../src/training/planted-records.ts";
import { findPython } from "../../src/training/torch/find-python.ts";
import { trainWithTorch } from "../../src/training/torch/train-with-torch.ts";
import { type TrainOptions, train } from "../../src/training/train.ts";
import type { TrainEvent } from "../../src/training/train-event.ts";
import { trainingSchema } from "../../src/training/training-config.ts";
import { notedTimelines, notedTokens } from "../support/noted-cohort.ts";
import { smallOutcomes, smallTimelines, smallTokens, temporaryFolder } from "../support/small-cohort.ts";

const python = findPython(["torch", "safetensors"]);
const why = python === null ? " (skipped: no Python with torch and safetensors; set LONGITUDE_PYTHON)" : "";
const NOTES = { deidentified: true, vocabulary: 320, minimumCount: 2, longest: 24 };
let tokens: string;

beforeAll(async () => {
  tokens = await notedTokens(notedTimelines(150, { signal: true }), NOTES);
});

async function options(changes: Partial<TrainOptions> & { config?: never } = {}, config: object = {}) {
  const out = await temporaryFolder();
  const sizes = { depth: 1, width: 16, heads: 2, context: 64, batchTokens: 512, epochs: 2, threads: 1 };
  return {
    tokens,
    outcomes: smallOutcomes,
    config: trainingSchema.parse({ ...sizes, dropout: 0, ...config }),
    out,
    work: join(out, "work"),
    run: "test",
    ...changes,
  };
}

async function curveOf(running: AsyncGenerator<TrainEvent>) {
  const curve = [];
  for await (const event of running)
    if (event.kind === "tuning") curve.push([event.point.nextEventLoss, event.point.onsetLoss]);
  return curve as [number, number][];
}

describe("training on timelines with notes", () => {
  it("learns both, and tells the loss on text from that on events", async () => {
    const run = await options();
    const curve = await curveOf(train(run, systemEffects));
    const checkpoint = await readCheckpoint(run.out);
    expect(checkpoint.vocabulary.file).toEqual((await readVocabulary(join(tokens, "vocabulary.json"))).file);
    const tuning = readTokenShard(join(tokens, "tuning.safetensors"));
    const losses = await noteLosses(checkpoint, tuning, {
      context: 64,
      threads: 1,
      random: createRandom("test"),
    });
    const { text, eventLoss, eventTokens, textTokens } = losses!;
    const spelled = tuning.flatMap(({ notes }) => notes?.tokens ?? []);
    const bytes = spelled.reduce((sum, note) => sum + checkpoint.vocabulary.notes!.bytesOf(note).length, 0);
    expect(text).toMatchObject({ bytes, documents: tuning.length });
    expect(text.low).toBeLessThan(text.value);
    expect(text.high).toBeGreaterThan(text.value);
    // Together they are the loss that training minimised.
    const nats = text.value * text.bytes * Math.LN2 + eventLoss * eventTokens;
    const best = Math.min(...curve.map(([next]) => next));
    expect(nats / (eventTokens + textTokens)).toBeCloseTo(best, 3);
  });

  it("tells of no text where notes are not read", async () => {
    const folder = await smallTokens(smallTimelines(60));
    const run = await options({ tokens: folder });
    await curveOf(train(run, systemEffects));
    const checkpoint = await readCheckpoint(run.out);
    const asked = { context: 64, threads: 1, random: createRandom("test") };
    expect(await noteLosses(checkpoint, [], asked)).toBeNull();
  });

  it("goes on from a checkpoint only where both read notes in the same pieces", async () => {
    const run = await options();
    await curveOf(train(run, systemEffects));
    await expect(curveOf(train(await options({ from: run.out }), systemEffects))).resolves.toHaveLength(2);
    const other = await notedTokens(notedTimelines(150, { signal: true }), { ...NOTES, longest: 8 });
    const onOther = await options({ from: run.out, tokens: other });
    await expect(curveOf(train(onOther, systemEffects))).rejects.toMatchObject({
      code: "TOKENIZER_MISMATCH",
    });
  });

  it("plants notes that nobody wrote, by which the audit tells whether notes are learned by heart", async () => {
    const vocabulary = await readVocabulary(join(tokens, "vocabulary.json"));
    const patients = readTokenShard(join(tokens, "train.safetensors"));
    const plantable = plantableTokens(patients, smallOutcomes, vocabulary);
    expect([...plantable].every((token) => token >= vocabulary.file.textTokens)).toBe(true);
    const planted = plantedRecords(patients, plantable, vocabulary, 8, createRandom("planting"));
    const notes = planted.map((one) => one.notes!.tokens[0]!);
    expect(new Set(notes.map((note) => note.join())).size).toBe(8);
    for (const note of notes) {
      expect([note[0], note.at(-1)]).toEqual([vocabulary.notes!.marks.start, vocabulary.notes!.marks.end]);
      expect(vocabulary.notes!.bytesOf(note).length).toBeGreaterThanOrEqual(8);
    }
  });
});

describe(`PyTorch${why}`, () => {
  it.skipIf(python === null)(
    "learns the same from the same notes",
    async () => {
      const embedded = await options();
      const torch = await options({}, { engine: "torch" });
      const own = await curveOf(train(embedded, systemEffects));
      const theirs = await curveOf(trainWithTorch(torch, { stepsBetweenStates: 50, stepsBetweenEvents: 10 }));
      expect(theirs).toHaveLength(own.length);
      for (const [i, losses] of own.entries())
        for (const [k, loss] of losses.entries()) expect(Math.abs(loss - theirs[i]![k]!)).toBeLessThan(1e-3);
      for (const name of ["vocabulary.json", "tokenizer.json"])
        expect(readFileSync(join(torch.out, name), "utf8")).toBe(
          readFileSync(join(embedded.out, name), "utf8"),
        );
    },
    240_000,
  );
});
