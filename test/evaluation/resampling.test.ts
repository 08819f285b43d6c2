import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { MEASURE_NAMES, type MeasureName } from "../../src/evaluation/design/evaluation-schema.ts";
import { prepareAalenJohansen } from "../../src/evaluation/measures/aalen-johansen.ts";
import { prepareAuprc } from "../../src/evaluation/measures/auprc.ts";
import { prepareAuroc } from "../../src/evaluation/measures/auroc.ts";
import { drawResamples, multiplicityOf } from "../../src/evaluation/measures/bootstrap.ts";
import { prepareBrier } from "../../src/evaluation/measures/brier.ts";
import { prepareCalibrationLine } from "../../src/evaluation/measures/calibration-line.ts";
import { prepareCensoringWeights } from "../../src/evaluation/measures/censoring-weights.ts";
import { prepareConcordance } from "../../src/evaluation/measures/concordance.ts";
import {
  CASE,
  CENSORED,
  DEATH,
  ONSET,
  statusAt,
  UNKNOWN,
} from "../../src/evaluation/measures/observations.ts";
import { type ResampleInput, resampleTask } from "../../src/evaluation/resampling/resample-task.ts";
import type { Resampled } from "../../src/evaluation/resampling/resampled.ts";
import { Resampler } from "../../src/evaluation/resampling/resampler.ts";
import { scoreGroups } from "../../src/evaluation/resampling/score-groups.ts";
import { SUBGROUP_FIGURES } from "../../src/evaluation/resampling/subgroup-figures.ts";
import { THRESHOLD_FIGURES } from "../../src/evaluation/resampling/threshold-figures.ts";

const HORIZON = 7;

/** Persons with tied times and tied risks, some of them asked twice. */
const task = fc
  .array(
    fc.record({
      days: fc.integer({ min: 1, max: 10 }),
      kind: fc.constantFrom(CENSORED, ONSET, ONSET, DEATH),
      risk: fc.integer({ min: 1, max: 30 }).map((k) => k / 31),
      stratum: fc.integer({ min: 0, max: 2 }),
    }),
    { minLength: 12, maxLength: 60 },
  )
  .map((persons): ResampleInput => {
    const observations = {
      days: Float64Array.from(persons, (p) => p.days),
      kind: Uint8Array.from(persons, (p) => p.kind),
    };
    return {
      observations,
      horizonDays: HORIZON,
      status: statusAt(observations, HORIZON),
      strata: Uint8Array.from(persons, (p) => p.stratum),
      positions: Int32Array.from(persons.keys()),
      resamples: drawResamples(persons.length, 8, createRandom(persons.length)),
      models: [{ name: "m", risks: Float64Array.from(persons, (p) => p.risk) }],
      closeUp: {
        model: "m",
        plan: { cuts: [0.25, 0.5, 0.75], decisions: [0, 1, 2], operating: 0.5 },
        grid: Float64Array.of(0.3, 0.6),
        attributes: [
          { name: "stratum", levels: ["0", "1", "2"], level: Uint8Array.from(persons, (p) => p.stratum) },
        ],
      },
    };
  });

/** Every measure of one resample over persons one by one. */
function slowly(input: ResampleInput, counts: Float64Array): Record<MeasureName, number> {
  const { observations, status, strata } = input;
  const risks = input.models[0]?.risks as Float64Array;
  const weights = new Float64Array(counts.length);
  prepareCensoringWeights(observations, HORIZON)(counts, weights);
  const complete = counts.map((count, i) => (status[i] === UNKNOWN ? 0 : count));
  const line = prepareCalibrationLine(status, risks);
  const persons = counts.reduce((a, b) => a + b, 0);
  const meanRisk = counts.reduce((sum, count, i) => sum + count * (risks[i] as number), 0) / persons;
  return {
    cIndex: prepareConcordance(observations, risks)(counts),
    auroc: prepareAuroc(status, risks)(weights),
    aurocCompleteCase: prepareAuroc(status, risks)(complete),
    aurocInStrata: prepareAuroc(status, risks, strata)(complete),
    auprc: prepareAuprc(status, risks)(weights),
    auprcCompleteCase: prepareAuprc(status, risks)(complete),
    brier: prepareBrier(status, risks)(weights),
    brierCompleteCase: prepareBrier(status, risks)(complete),
    calibrationSlope: line(weights).slope,
    calibrationSlopeCompleteCase: line(complete).slope,
    calibrationIntercept: line(weights).intercept,
    calibrationInterceptCompleteCase: line(complete).intercept,
    observedToExpected: line(weights).observedToExpected,
    observedToExpectedCompleteCase: line(complete).observedToExpected,
    calibrationAalenJohansen: prepareAalenJohansen(observations, HORIZON)(counts) / meanRisk,
    meanRisk,
  };
}

/** Fitted by Newton steps; slopes of a dozen persons often have no maximum, so they are compared on larger samples. */
const FITTED = new Set<MeasureName>([
  "calibrationSlope",
  "calibrationSlopeCompleteCase",
  "calibrationIntercept",
  "calibrationInterceptCompleteCase",
]);

describe("resampling", () => {
  test("every measure of every resample equals the one computed over persons one by one", () => {
    fc.assert(
      fc.property(task, (input) => {
        const of = resampleTask(input).models.get("m") as Record<MeasureName, Resampled>;
        const counts = new Float64Array(input.status.length);
        for (let b = 0; b < input.resamples.count; b++) {
          multiplicityOf(input.resamples, b, input.positions, counts);
          const expected = slowly(input, counts);
          for (const name of MEASURE_NAMES) {
            const [fast, slow] = [of[name].samples[b] as number, expected[name]];
            if (name.includes("Slope")) continue;
            if (name.includes("Intercept")) {
              if (Number.isFinite(slow)) expect(Math.abs(fast - slow), name).toBeLessThan(1e-4);
            } else if (Number.isFinite(slow)) expect(fast, name).toBeCloseTo(slow, 9);
            else expect(Number.isFinite(fast), name).toBe(false);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    { n: 400, times: 10, apart: 1e-6, exact: true },
    { n: 3000, times: 3000, apart: 5e-3, exact: true },
    { n: 20_000, times: 10, apart: 5e-3, exact: false },
    { n: 20_000, times: 20_000, apart: 5e-3, exact: false },
  ])("$n persons, $times times: values are exact, resamples within $apart of persons one by one", (size) => {
    const random = createRandom(5);
    const { n, times } = size;
    const observations = {
      days: Float64Array.from({ length: n }, () => (10 * Math.ceil(random.next() * times)) / times),
      kind: Uint8Array.from({ length: n }, () => (random.next() < 0.5 ? ONSET : CENSORED)),
    };
    const risks = Float64Array.from({ length: n }, () => 0.01 + 0.98 * random.next());
    const input: ResampleInput = {
      observations,
      horizonDays: HORIZON,
      status: statusAt(observations, HORIZON),
      strata: new Uint8Array(n),
      positions: Int32Array.from({ length: n }, (_, i) => i),
      resamples: drawResamples(n, 2, createRandom(1)),
      models: [{ name: "m", risks }],
      closeUp: null,
    };
    expect(scoreGroups(risks).exact).toBe(size.exact);
    const of = resampleTask(input).models.get("m") as Record<MeasureName, Resampled>;
    const everyone = slowly(input, new Float64Array(n).fill(1));
    const counts = new Float64Array(n);
    multiplicityOf(input.resamples, 0, input.positions, counts);
    const drawn = slowly(input, counts);
    for (const name of MEASURE_NAMES) {
      expect(of[name].value, name).toBeCloseTo(everyone[name], 9);
      const apart = Math.abs((of[name].samples[0] as number) - drawn[name]);
      expect(apart, name).toBeLessThan(FITTED.has(name) ? size.apart : size.apart / 5);
    }
  });

  test("at a threshold, flags, finds and net benefit are those of a table by hand", () => {
    fc.assert(
      fc.property(task, (input) => {
        const figures = resampleTask(input).closeUp?.thresholds as readonly Resampled[];
        const risks = input.models[0]?.risks as Float64Array;
        const weights = new Float64Array(risks.length);
        prepareCensoringWeights(input.observations, HORIZON)(new Float64Array(risks.length).fill(1), weights);
        const sum = (keep: (i: number) => boolean) =>
          weights.reduce((total, weight, i) => total + (keep(i) ? weight : 0), 0);
        for (const [c, cut] of [0.25, 0.5, 0.75].entries()) {
          const isCase = (i: number) => input.status[i] === CASE;
          const flagged = (i: number) => (risks[i] as number) >= cut;
          const tp = sum((i) => isCase(i) && flagged(i));
          const fp = sum((i) => !isCase(i) && flagged(i));
          const fn = sum((i) => isCase(i) && !flagged(i));
          const total = sum(() => true);
          const at = (name: (typeof THRESHOLD_FIGURES)[number]) =>
            figures[c * THRESHOLD_FIGURES.length + THRESHOLD_FIGURES.indexOf(name)]?.value as number;
          if (tp + fn > 0) expect(at("sensitivity")).toBeCloseTo(tp / (tp + fn), 9);
          if (tp + fp > 0) expect(at("ppv")).toBeCloseTo(tp / (tp + fp), 9);
          if (tp > 0) expect(at("numberNeededToEvaluate")).toBeCloseTo((tp + fp) / tp, 9);
          if (total > 0) expect(at("netBenefit")).toBeCloseTo((tp - (fp * cut) / (1 - cut)) / total, 9);
          expect(at("alertsPer100")).toBeCloseTo(
            (100 * risks.filter((_, i) => flagged(i)).length) / risks.length,
            9,
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  test("a subgroup's figures are those of its persons alone, with the weights of the whole task", () => {
    fc.assert(
      fc.property(task, (input) => {
        const figures = resampleTask(input).closeUp?.subgroups[0] as readonly Resampled[];
        const risks = input.models[0]?.risks as Float64Array;
        const weights = new Float64Array(risks.length);
        prepareCensoringWeights(input.observations, HORIZON)(new Float64Array(risks.length).fill(1), weights);
        for (const level of [0, 1, 2]) {
          const own = weights.map((weight, i) => (input.strata[i] === level ? weight : 0));
          const at = (name: (typeof SUBGROUP_FIGURES)[number]) =>
            figures[level * SUBGROUP_FIGURES.length + SUBGROUP_FIGURES.indexOf(name)]?.value as number;
          const auroc = prepareAuroc(input.status, risks)(own);
          if (Number.isFinite(auroc)) expect(at("auroc")).toBeCloseTo(auroc, 9);
          const cases = own.reduce((sum, w, i) => sum + (input.status[i] === CASE ? w : 0), 0);
          const expected = own.reduce((sum, w, i) => sum + w * (risks[i] as number), 0);
          if (expected > 0) expect(at("observedToExpected")).toBeCloseTo(cases / expected, 9);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("threads give the figures that this thread gives", async () => {
    const [input] = fc.sample(task, { numRuns: 1, seed: 3 }) as [ResampleInput];
    const { resamples, ...alone } = input;
    const draw = { persons: resamples.persons, count: 40, seed: "threads" };
    const here = await Resampler.open(draw, 1, 1);
    const expected = await here.resample(alone);
    await here.close();
    const there = await Resampler.open(draw, 4, 2, 0);
    try {
      const answers = await Promise.all([1, 2, 3, 4].map(() => there.resample(alone)));
      expect(expected.observedIncidence.samples).toHaveLength(draw.count);
      for (const answer of answers) expect(answer).toEqual(expected);
    } finally {
      await there.close();
    }
  });
});
