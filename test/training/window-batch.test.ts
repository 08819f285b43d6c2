import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import type { EncodedPatient } from "../../src/tokens/encoded-patient.ts";
import { readTokenShard } from "../../src/tokens/token-shard.ts";
import { readVocabulary } from "../../src/tokens/tokenize.ts";
import type { Vocabulary } from "../../src/tokens/vocabulary.ts";
import { planEpoch, windowShapeFor } from "../../src/training/epoch-plan.ts";
import { addOnsetTarget, type OnsetShape } from "../../src/training/onset-target.ts";
import { buildBatch } from "../../src/training/window-batch.ts";
import { DAYS_PER_YEAR } from "../../src/vetting/duration.ts";
import { smallTimelines, smallTokens } from "../support/small-cohort.ts";

const onset: OnsetShape = {
  outcomes: 2,
  edgesYears: [1, 3],
  washoutDays: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  isDeath: [false, true],
};
let patients: EncodedPatient[];
let vocabulary: Vocabulary;

beforeAll(async () => {
  const folder = await smallTokens(smallTimelines(120));
  patients = readTokenShard(join(folder, "train.safetensors"));
  vocabulary = await readVocabulary(join(folder, "vocabulary.json"));
});

const options = () => ({ vocabulary, rowLengths: [32, 64], batchTokens: 256, threads: 1 });

describe("an epoch", () => {
  it("holds every person once, in rows that never overflow, the same again for the same seed", () => {
    const plan = planEpoch(patients, options(), createRandom("epoch"));
    const subjects = plan.flatMap(({ rows }) =>
      rows.flatMap((row) => row.map(({ patient }) => patient.subjectId)),
    );
    expect(new Set(subjects)).toEqual(new Set(patients.map((patient) => patient.subjectId)));
    for (const { rows, shape } of plan)
      for (const row of rows)
        expect(row.reduce((total, { part }) => total + part.tokens.length, 0)).toBeLessThanOrEqual(
          shape.time,
        );
    expect(planEpoch(patients, options(), createRandom("epoch"))).toEqual(plan);
  });
});

describe("a batch", () => {
  it("gives each person of a row a segment and positions of their own, and no target across persons", () => {
    const [planned] = planEpoch(patients, options(), createRandom("batch"));
    const batch = buildBatch(planned!.rows, planned!.shape, onset, 0.3);
    const { time } = batch.shape;
    planned!.rows.forEach((row, r) => {
      let at = r * time;
      row.forEach(({ part }, segment) => {
        part.tokens.forEach((token, i) => {
          expect(batch.tokens[at + i]).toBe(BigInt(token));
          expect(batch.positions[at + i]).toBe(BigInt(i));
          expect(batch.segments[at + i]).toBe(BigInt(segment + 1));
        });
        expect(batch.targetWeights[at + part.tokens.length - 1]).toBe(0);
        at += part.tokens.length;
      });
    });
    expect(batch.targetWeights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
    expect(new Set(batch.reads).size).toBe(batch.reads.length / batch.shape.microBatches);
  });

  it("keeps read positions distinct when there are more ticks than room", () => {
    const [planned] = planEpoch(patients, options(), null);
    const batch = buildBatch(planned!.rows, { ...planned!.shape, reads: 5, microBatches: 1 }, onset, 0.3);
    expect(new Set(batch.reads).size).toBe(5);
    expect(windowShapeFor(64, 256, 1)).toEqual({ batch: 4, time: 64, reads: 128, microBatches: 1 });
    expect(windowShapeFor(64, 256, 2)).toEqual({ batch: 4, time: 64, reads: 128, microBatches: 2 });
    expect(windowShapeFor(256, 4096, 2)).toEqual({ batch: 16, time: 256, reads: 2048, microBatches: 8 });
    expect(windowShapeFor(1024, 1024, 2)).toEqual({ batch: 1, time: 1024, reads: 512, microBatches: 1 });
  });
});

describe("what a tick teaches the onset head", () => {
  const target = (patient: Partial<EncodedPatient>, day: number) => {
    const into = { exposure: new Float32Array(6), events: new Float32Array(6), offset: 0 };
    const base = { ...patients[0]!, indexDay: 0, lastDay: 5 * DAYS_PER_YEAR, deathDay: Number.NaN };
    addOnsetTarget({ ...base, ...patient } as EncodedPatient, day, 1, onset, into);
    return { exposure: [...into.exposure], events: [...into.events] };
  };

  it("is years at risk by piece until the first onset, which falls into its piece", () => {
    const { exposure, events } = target({ outcomeDays: [[2 * DAYS_PER_YEAR], []] }, 0);
    [1, 1, 0, 1, 2, 2].forEach((years, i) => {
      expect(exposure[i]).toBeCloseTo(years, 5);
    });
    expect(events).toEqual([0, 1, 0, 0, 0, 0]);
  });

  it("is nothing for an outcome that the person has had", () => {
    const { exposure, events } = target({ outcomeDays: [[-10, 400], []] }, 0);
    expect(exposure.slice(0, 3)).toEqual([0, 0, 0]);
    expect(events.slice(0, 3)).toEqual([0, 0, 0]);
  });

  it("says nothing about death before the index date, on which everybody is alive", () => {
    const dies = { deathDay: 800, lastDay: 800, outcomeDays: [[], [800]] };
    expect(target(dies, -400).events.slice(3)).toEqual([0, 0, 0]);
    expect(target(dies, -400).exposure.slice(3)).toEqual([0, 0, 0]);
    expect(target(dies, 0).events.slice(3)).toEqual([0, 1, 0]);
  });

  it("ignores an onset after the end of follow-up", () => {
    const { events } = target({ outcomeDays: [[6 * DAYS_PER_YEAR], []] }, 0);
    expect(events).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
