import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../../src/effects/random.ts";
import type { EncodedPatient } from "../../../src/tokens/encoded-patient.ts";
import { outcomeTokens } from "../../../src/tokens/outcome-tokens.ts";
import { readTokenShard } from "../../../src/tokens/token-shard.ts";
import type { Checkpoint } from "../../../src/training/checkpoint.ts";
import { addOnsetTarget } from "../../../src/training/onset-target.ts";
import { fitQueryHead, type QueryFitPoint } from "../../../src/training/queries/fit-query-head.ts";
import { type QueryHead, readQueryHead, writeQueryHead } from "../../../src/training/queries/query-head.ts";
import {
  byToken,
  PAIR_FEATURES,
  pairFeatures,
  pairTargets,
  queryRates,
} from "../../../src/training/queries/query-pairs.ts";
import { drawQuery, queryUniverse } from "../../../src/training/queries/random-query.ts";
import { tickStates } from "../../../src/training/queries/tick-states.ts";
import { tokenRates } from "../../../src/training/queries/token-rates.ts";
import { randomCheckpoint } from "../../support/small-checkpoint.ts";
import { smallOutcomes, smallTimelines, smallTokens, temporaryFolder } from "../../support/small-cohort.ts";

let checkpoint: Checkpoint;
let train: EncodedPatient[];
let tuning: EncodedPatient[];
let rates: Float32Array;

beforeAll(async () => {
  const tokens = await smallTokens(smallTimelines(300));
  checkpoint = await randomCheckpoint(tokens);
  train = readTokenShard(join(tokens, "train.safetensors"));
  tuning = readTokenShard(join(tokens, "tuning.safetensors"));
  rates = tokenRates(train, checkpoint.vocabulary);
});

async function teach(steps: number): Promise<{ head: QueryHead; curve: readonly QueryFitPoint[] }> {
  const random = createRandom("fit");
  const statesOf = (patients: EncodedPatient[]) =>
    tickStates(checkpoint, patients, {
      context: 64,
      learnUntilDays: Infinity,
      beforeIndexShare: 0.5,
      most: 2000,
      threads: 1,
      random: random.fork("ticks"),
    });
  const running = fitQueryHead(checkpoint, {
    training: await statesOf(train),
    tuning: await statesOf(tuning),
    rates,
    steps,
    hidden: 16,
    learningRate: 5e-3,
    threads: 1,
    random,
  });
  for await (const event of running) if (event.kind === "done") return event;
  throw new Error("no head");
}

describe("a random query", () => {
  it("has tokens in order with shares in (0, 1], never one that was left out or that nobody has", () => {
    const { vocabulary } = checkpoint;
    const left = vocabulary.match("DX/k", null, null).token;
    const universe = queryUniverse(vocabulary, rates, new Set([left]));
    const kinds = new Set<string>();
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { tokens, shares } = drawQuery(universe, createRandom(seed));
        expect(tokens.length).toBeGreaterThan(0);
        expect([...tokens]).toEqual([...new Set(tokens)].sort((a, b) => a - b));
        expect(shares.every((share) => share > 0 && share <= 1)).toBe(true);
        expect(tokens).not.toContain(left);
        expect([...tokens].every((token) => (rates[token] as number) > 0)).toBe(true);
        kinds.add(
          tokens.includes(vocabulary.death) ? "death" : shares.some((s) => s < 1) ? "values" : "codes",
        );
      }),
    );
    expect([...kinds].sort()).toEqual(["codes", "death", "values"]);
  });
});

describe("a tick and a query", () => {
  it("are told by nothing that lies after the tick", () => {
    const query = outcomeTokens((code) => code === "LAB/x", checkpoint.vocabulary);
    const featuresOf = (patient: EncodedPatient, day: number) => {
      const into = new Float32Array(PAIR_FEATURES);
      pairFeatures({ patient, day }, [query], byToken([query]), queryRates([query], rates), [-3], into, 0);
      return [...into];
    };
    for (const patient of train.slice(0, 40)) {
      const day = (patient.firstDay + patient.lastDay) / 2;
      const until = patient.days.filter((each) => each <= day).length;
      const cut = {
        ...patient,
        tokens: patient.tokens.slice(0, until),
        days: patient.days.slice(0, until),
        lastDay: day,
      };
      expect(featuresOf(cut, day)).toEqual(featuresOf(patient, day));
      expect(featuresOf(patient, day).every(Number.isFinite)).toBe(true);
    }
  });

  it("of a whole code teach what the onset head is taught of it", () => {
    const onset = { outcomes: 2, edgesYears: [1, 3], washoutDays: [0, 0], isDeath: [false, true] };
    const queries = smallOutcomes.map(({ matches }) => outcomeTokens(matches, checkpoint.vocabulary));
    let taught = 0;
    for (const patient of train.slice(0, 60)) {
      const day = patient.indexDay;
      const empty = () => ({ exposure: new Float32Array(6), events: new Float32Array(6) });
      const [own, theirs] = [empty(), empty()];
      const rest = { edgesYears: [1, 3], death: checkpoint.vocabulary.death, random: createRandom(1) };
      pairTargets({ patient, day }, queries, byToken(queries), 1, rest, own, 0);
      addOnsetTarget(patient, day, 1, onset, { ...theirs, offset: 0 });
      expect(own).toEqual(theirs);
      taught += own.events.reduce((sum, each) => sum + each, 0);
    }
    expect(taught).toBeGreaterThan(5);
  });
});

describe("teaching a query head", () => {
  it("lowers the loss on tuning persons, twice with the same bytes, and leaves the body as it is", async () => {
    const body = createHash("sha256").update(checkpoint.weights).digest("hex");
    const { head, curve } = await teach(160);
    const losses = curve.map(({ tuningLoss }) => tuningLoss);
    expect(Math.min(...losses)).toBeLessThan((losses[0] as number) - 0.02);
    expect((await teach(160)).head.weights).toEqual(head.weights);
    expect(createHash("sha256").update(checkpoint.weights).digest("hex")).toBe(body);
  });

  it("gives a file that is read back whole, and refused beside another model or when it is cut", async () => {
    const { head } = await teach(8);
    const folder = await temporaryFolder();
    writeQueryHead(folder, head);
    expect(readQueryHead(folder, checkpoint)).toEqual(head);
    const wider = { ...checkpoint, architecture: { ...checkpoint.architecture, width: 64 } };
    expect(() => readQueryHead(folder, wider)).toThrow(
      expect.objectContaining({ code: "CHECKPOINT_INVALID" }),
    );
    const path = join(folder, "query_head.safetensors");
    writeFileSync(path, readFileSync(path).subarray(0, 5000));
    expect(() => readQueryHead(folder, checkpoint)).toThrow(
      expect.objectContaining({ code: "TENSOR_FILE_INVALID" }),
    );
  });
});
