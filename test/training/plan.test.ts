import { readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { systemEffects } from "../../src/effects/effects.ts";
import { createRandom } from "../../src/effects/random.ts";
import { deriveArchitecture } from "../../src/network/architecture.ts";
import { parameterLayout } from "../../src/network/parameters.ts";
import { planPage } from "../../src/training/plan/plan-page.ts";
import { planTable } from "../../src/training/plan/plan-table.ts";
import {
  type PlanEvent,
  type PlanOptions,
  planFrom,
  planTraining,
} from "../../src/training/plan/plan-training.ts";
import {
  effectiveTokens,
  fitScalingLaw,
  lossAt,
  resampledLaws,
  type ScalingLaw,
} from "../../src/training/plan/scaling-law.ts";
import type { TrainingPlan, Trial } from "../../src/training/plan/training-plan.ts";
import { runTrial } from "../../src/training/plan/trial-run.ts";
import { TrialStore } from "../../src/training/plan/trial-store.ts";
import { setUpRun } from "../../src/training/run-set-up.ts";
import { trainingSchema } from "../../src/training/training-config.ts";
import { smallOutcomes, smallTimelines, smallTokens, temporaryFolder } from "../support/small-cohort.ts";

const PLANTED: ScalingLaw = {
  floor: 1.7,
  sizeTerm: 40,
  sizeExponent: 0.34,
  dataTerm: 110,
  dataExponent: 0.28,
  epochTokens: 1e9,
  repetitionEpochs: 15.4,
  repetitionFrom: "published",
  relativeError: 0,
};
const SIZES = [5e4, 1.2e5, 3e5, 8e5, 2e6, 5e6];
const SHARES = [1 / 8, 1 / 4, 1 / 2, 1];
const ASSUMPTIONS = { gpuFlops: 312e12, gpuUtilisation: 0.3, gpus: 8, gpuScaling: 0.9 };
const CONFIG = trainingSchema.parse({ context: 64, batchTokens: 256, threads: 1, dropout: 0 });

/** Losses that the planted law gives, each size trained for the same time. */
function plantedPoints(law = PLANTED, noise = 0) {
  const random = createRandom("planted");
  return SIZES.flatMap((parameters, run) =>
    SHARES.map((share) => {
      const tokens = (share * 4e13) / parameters;
      const loss = lossAt(law, parameters, tokens) * Math.exp(noise * random.normal());
      return { run, parameters, tokens, loss };
    }),
  );
}

describe("a law of the loss", () => {
  it("is recovered from losses that follow it", () => {
    const law = fitScalingLaw(plantedPoints(), PLANTED.epochTokens);
    expect(law.floor).toBeCloseTo(PLANTED.floor, 1);
    expect(law.sizeExponent).toBeCloseTo(PLANTED.sizeExponent, 1);
    expect(law.dataExponent).toBeCloseTo(PLANTED.dataExponent, 1);
    expect(law.relativeError).toBeLessThan(1e-3);
    expect(lossAt(law, 5e7, 5e8) / lossAt(PLANTED, 5e7, 5e8)).toBeCloseTo(1, 2);
  });

  it("finds by itself how little repeated data are worth", () => {
    const repeating = { ...PLANTED, epochTokens: 2e6, repetitionEpochs: 4 };
    const law = fitScalingLaw(plantedPoints(repeating), repeating.epochTokens);
    expect(law).toMatchObject({ repetitionEpochs: 4, repetitionFrom: "trials" });
  });

  it("has an interval that holds the planted loss ten times farther on", () => {
    const points = plantedPoints(PLANTED, 0.004);
    const law = fitScalingLaw(points, PLANTED.epochTokens);
    const losses = resampledLaws(points, law, createRandom(1), 60)
      .map((other) => lossAt(other, 2e7, 3e8))
      .sort((a, b) => a - b);
    const truth = lossAt(PLANTED, 2e7, 3e8);
    expect(losses[1]).toBeLessThan(truth);
    expect(losses.at(-2)).toBeGreaterThan(truth);
  });

  it("never counts repeated tokens for more than new ones, and more of them for no less", () => {
    const epochs = fc.double({ min: 0.1, max: 200, noNaN: true });
    fc.assert(
      fc.property(epochs, epochs, fc.double({ min: 0.5, max: 30, noNaN: true }), (a, b, worth) => {
        const [few, many] = [Math.min(a, b), Math.max(a, b)].map((n) =>
          effectiveTokens(n * 1000, 1000, worth),
        );
        expect(few).toBeLessThanOrEqual(many as number);
        expect(many).toBeLessThanOrEqual(Math.max(a, b) * 1000 + 1e-6);
      }),
    );
  });
});

describe("a plan from trials that follow a planted law", () => {
  const sizes = { vocabulary: 200, outcomes: 2, pieces: 3 };
  const depths = [1, 2, 3, 4, 6];
  const trials: Trial[] = depths.map((depth) => {
    const architecture = deriveArchitecture({ depth, context: 64 }, sizes);
    const parameters = parameterLayout(architecture).size;
    const tokens = 2e12 / parameters;
    const points = SHARES.map((share) => {
      const loss = lossAt(PLANTED, parameters, share * tokens);
      return { tokens: share * tokens, loss, nextEventLoss: loss, onsetLoss: 0 };
    });
    const tokensPerSecond = 1e9 / parameters;
    return { depth, width: architecture.width, parameters, points, seconds: 2000, tokensPerSecond };
  });
  const setUp = { architecture: deriveArchitecture({ depth: 1, context: 64 }, sizes) };
  const plan: TrainingPlan = planFrom(trials, setUp, PLANTED.epochTokens, {
    config: CONFIG,
    budgetSeconds: 8 * 3600,
    assumptions: ASSUMPTIONS,
  });

  it("recommends a size whose planted loss no other size beats in the same time", () => {
    const { recommended, pace } = plan;
    const others = [1, 2, 3, 4, 5, 6, 8, 10, 12].map((depth) => {
      const { size } = parameterLayout(deriveArchitecture({ depth, context: 64 }, sizes));
      return lossAt(PLANTED, size, (8 * 3600) / (pace.fixed + pace.perParameter * size));
    });
    expect(lossAt(PLANTED, recommended.parameters, recommended.tokens)).toBeLessThan(
      1.005 * Math.min(...others),
    );
    expect(recommended.hoursHere).toBeLessThanOrEqual(8.001);
    expect(recommended.loss.low).toBeLessThanOrEqual(recommended.loss.value);
  });

  it("recommends more parameters and expects less loss for more time, and says how far beyond the trials", () => {
    const { rows, recommended } = plan;
    for (const [i, row] of rows.slice(1).entries()) {
      expect(row.parameters).toBeGreaterThanOrEqual(rows[i]!.parameters);
      expect(row.loss.value).toBeLessThan(rows[i]!.loss.value);
    }
    expect(recommended.beyondTrials.parameters).toBeCloseTo(
      recommended.parameters / trials.at(-1)!.parameters,
      6,
    );
  });

  it("tells the hours of GPUs by its stated assumptions", () => {
    const { recommended } = plan;
    expect(recommended.hoursOneGpu / recommended.hoursManyGpus).toBeCloseTo(8 * 0.9, 6);
  });

  it("is shown as a table and as a page that holds everything it needs", () => {
    expect(planTable(plan)).toContain(`training: { depth: ${plan.recommended.depth}`);
    const html = planPage("small", plan);
    expect(html).toContain("Training plan");
    expect(html).not.toMatch(/(src|href)="https?:/);
    expect(html).not.toContain("NaN");
  });

  it("is refused when the loss fell in no trial", () => {
    const rising = trials.map((trial) => ({
      ...trial,
      points: trial.points.map((point, i) => ({ ...point, loss: 3 + 0.1 * i })),
    }));
    const options = { config: CONFIG, budgetSeconds: 3600, assumptions: ASSUMPTIONS };
    expect(() => planFrom(rising, setUp, 1e6, options)).toThrow(
      expect.objectContaining({ code: "PLAN_NO_LAW" }),
    );
  });
});

describe("planning on a small site", () => {
  const optionsOf = async (changes: Partial<PlanOptions> = {}): Promise<PlanOptions> => ({
    tokens: await smallTokens(smallTimelines(60)),
    outcomes: smallOutcomes,
    config: trainingSchema.parse({ ...CONFIG, batchTokens: 64 }),
    budgetSeconds: 3600,
    trialShare: 1,
    assumptions: ASSUMPTIONS,
    depths: [1, 2, 3, 4],
    steps: { fewest: 80, fittedFrom: 10 },
    work: join(await temporaryFolder(), "work"),
    ...changes,
  });
  const planned = async (options: PlanOptions, leaveAfter = Number.POSITIVE_INFINITY) => {
    const events: PlanEvent[] = [];
    for await (const event of planTraining(options, systemEffects)) {
      events.push(event);
      if (event.kind === "trial" && event.trial >= leaveAfter) break;
    }
    return events;
  };

  it("trains several sizes, fits a law, and goes on from its trials when it was left", async () => {
    const options = await optionsOf();
    await planned(options, 2);
    const left = readdirSync(options.work).sort();
    expect(left).toEqual(expect.arrayContaining(["depth-1.safetensors", "trials.json"]));
    const events = await planned(options);
    expect(events.some(({ kind }) => kind === "sizing")).toBe(false);
    const last = events.at(-1);
    if (last?.kind !== "done") throw new Error("no plan");
    expect(last.plan.trials.length).toBeGreaterThanOrEqual(4);
    expect(last.plan.trials.every(({ points }) => points.length === 4)).toBe(true);
    expect(last.plan.recommended.loss.value).toBeGreaterThan(0);
  }, 240_000);

  it("measures the same losses in a trial that was left after its first length and taken up", async () => {
    const { tokens, outcomes, config } = await optionsOf();
    const trial = async (path: string, leaveAfter: number) => {
      const setUp = await setUpRun({ tokens, outcomes, config: { ...config, depth: 1 } });
      const store = new TrialStore(path);
      const lengths = [600, 1200, 2400];
      const running = runTrial({ setUp, threads: 1, onsetWeight: 1, lengths, store }, systemEffects);
      for (;;) {
        const step = await running.next();
        if (step.done === true) return step.value.points;
        if ((store.read(setUp.layout)?.state.points.length ?? 0) < leaveAfter) continue;
        await running.return({ points: [], seconds: 0, trainedTokens: 0 });
        return [];
      }
    };
    const [left, whole] = [await temporaryFolder(), await temporaryFolder()].map((folder) =>
      join(folder, "t"),
    );
    await trial(left as string, 1);
    const points = await trial(left as string, 4);
    expect(points).toHaveLength(3);
    expect(points).toEqual(await trial(whole as string, 4));
  }, 120_000);

  it("refuses a budget that no law can be fitted in, and says which would do", async () => {
    const options = await optionsOf({ budgetSeconds: 1, trialShare: 0.05 });
    await expect(planned(options)).rejects.toMatchObject({
      code: "PLAN_BUDGET_TOO_SMALL",
      message: expect.stringMatching(/would do/),
    });
  });
});
