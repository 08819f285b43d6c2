import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { cumulativeIncidence } from "../../src/evaluation/baselines/competing-incidence.ts";
import {
  breslowHazard,
  fitRidgeCox,
  linearPredictor,
  partialLogLikelihood,
} from "../../src/evaluation/baselines/ridge-cox.ts";
import { fitRidgeLogistic } from "../../src/evaluation/baselines/ridge-logistic.ts";
import { applyBinCuts, learnBinCuts, selectUnits } from "../../src/trees/boosting/binned-features.ts";
import { type BoostSettings, type BoostTarget, boost } from "../../src/trees/boosting/boost.ts";
import { rowPerUnit } from "../../src/trees/boosting/boosting-rows.ts";
import { hazardTarget, personYears } from "../../src/trees/boosting/person-years.ts";
import { treeValues } from "../../src/trees/boosting/tree.ts";
import reference from "../cases/evaluation-reference/reference.json" with { type: "json" };

const SETTINGS: BoostSettings = {
  rounds: 40,
  unitShare: 1,
  featureShare: 1,
  minimumRounds: 0,
  patience: 40,
  penalty: 2,
  minimumChildHessian: 3,
  minimumGain: 0,
  maximumLeaves: 6,
  maximumDepth: 4,
  learningRate: 0.1,
  maximumStep: Number.POSITIVE_INFINITY,
};

describe("linear models", () => {
  test("ridge logistic regression equals scikit-learn's", () => {
    const { design, width, y, weight, penalty, parameters } = reference.ridgeLogistic;
    const fitted = fitRidgeLogistic(
      { design: Float64Array.from(design), width, y: Uint8Array.from(y), weight: Float64Array.from(weight) },
      penalty,
    );
    for (const [j, value] of parameters.entries()) expect(fitted[j]).toBeCloseTo(value, 3);
  });

  test("a Cox fit is where the penalised partial likelihood is flat, and finds the hazard ratio that made the data", () => {
    const random = createRandom("cox");
    const n = 3000;
    const width = 3;
    const truth = [0.8, -0.4, 0];
    const design = Float64Array.from({ length: n * width }, () => random.normal());
    const eta = linearPredictor(design, width, truth);
    const onset = eta.map((e) => -Math.log(1 - random.next()) / (0.1 * Math.exp(e)));
    const end = onset.map(() => 15 * random.next());
    // Whole months, so that times tie.
    const days = onset.map((t, i) => Math.ceil(12 * Math.min(t, end[i] as number)));
    const event = Uint8Array.from(onset, (t, i) => (t <= (end[i] as number) ? 1 : 0));
    const penalty = 5;
    const fitted = fitRidgeCox({ design, width, days, event }, penalty);
    const objective = (at: Float64Array): number =>
      partialLogLikelihood(days, event, linearPredictor(design, width, at)) -
      0.5 * penalty * at.reduce((sum, value) => sum + value * value, 0);
    for (let j = 0; j < width; j++) {
      const step = 1e-4;
      const up = fitted.map((value, i) => (i === j ? value + step : value));
      const down = fitted.map((value, i) => (i === j ? value - step : value));
      expect(Math.abs((objective(up) - objective(down)) / (2 * step))).toBeLessThan(1);
      expect(Math.abs((fitted[j] as number) - (truth[j] as number))).toBeLessThan(0.08);
    }
    const [hazard = 0] = breslowHazard(days, event, linearPredictor(design, width, fitted), [60]);
    expect(Math.abs(hazard / (0.1 * 5) - 1)).toBeLessThan(0.12);
  });

  test("Breslow's partial likelihood and hazard by hand: three persons, the first two events tied", () => {
    const days = Float64Array.of(1, 1, 2);
    const event = Uint8Array.of(1, 1, 1);
    const predictor = Float64Array.of(Math.log(2), 0, 0);
    expect(partialLogLikelihood(days, event, predictor)).toBeCloseTo(Math.log(2) - 2 * Math.log(4), 12);
    expect(breslowHazard(days, event, predictor, [0.5, 1, 2])).toEqual([0, 0.5, 1.5]);
  });

  test("cumulative incidences of outcome and death and the share free of both add to one", () => {
    const onset = [0.1, 0.2, 0.05];
    const death = [0.3, 0.1, 0.4];
    const free = Math.exp(-onset.concat(death).reduce((a, b) => a + b, 0));
    expect(cumulativeIncidence(onset, death) + cumulativeIncidence(death, onset) + free).toBeCloseTo(1, 12);
    expect(cumulativeIncidence(onset, null)).toBeCloseTo(1 - Math.exp(-0.35), 12);
  });
});

describe("boosted trees", () => {
  const { values, width, y, risks, logLoss } = reference.boosted;
  const matrix = Float64Array.from(values, (value) => value ?? Number.NaN);
  const features = applyBinCuts(learnBinCuts(matrix, width), matrix);
  const prevalence = y.reduce((a, b) => a + b, 0) / y.length;
  const target: BoostTarget = {
    rows: rowPerUnit(features),
    y: Float64Array.from(y),
    weight: new Float64Array(y.length).fill(1),
    offset: new Float64Array(y.length).fill(Math.log(prevalence / (1 - prevalence))),
  };

  test("risks equal LightGBM's on the same data and settings, missing values included", () => {
    const { trees } = boost("logistic", target, SETTINGS, createRandom(1));
    const score = target.offset.slice();
    const step = new Float64Array(score.length);
    for (const tree of trees) {
      treeValues(tree, target.rows, step);
      for (let i = 0; i < score.length; i++) score[i] = (score[i] as number) + (step[i] as number);
    }
    const own = score.map((s) => 1 / (1 + Math.exp(-s)));
    const ownLoss =
      -own.reduce((sum, p, i) => sum + (y[i] === 1 ? Math.log(p) : Math.log(1 - p)), 0) / own.length;
    expect(ownLoss).toBeCloseTo(logLoss, 3);
    const apart = own.map((p, i) => Math.abs(p - (risks[i] as number))).sort();
    expect(apart[Math.floor(0.95 * apart.length)]).toBeLessThan(0.01);
  });

  test("the same seed grows the same trees, another seed others", () => {
    const sampled = { ...SETTINGS, rounds: 5, unitShare: 0.6, featureShare: 0.6 };
    const first = boost("logistic", target, sampled, createRandom(7));
    expect(boost("logistic", target, sampled, createRandom(7))).toEqual(first);
    expect(boost("logistic", target, sampled, createRandom(8))).not.toEqual(first);
  });

  test("boosting stops where other persons' loss is lowest", () => {
    const half = Int32Array.from({ length: y.length / 2 }, (_, i) => 2 * i);
    const rest = half.map((unit) => unit + 1);
    const part = (units: Int32Array): BoostTarget => ({
      rows: rowPerUnit(selectUnits(features, units)),
      y: Float64Array.from(units, (unit) => y[unit] as number),
      weight: new Float64Array(units.length).fill(1),
      offset: new Float64Array(units.length).fill(0),
    });
    const { trees, path } = boost(
      "logistic",
      part(half),
      { ...SETTINGS, rounds: 200, minimumRounds: 0, patience: 10 },
      createRandom(1),
      part(rest),
    );
    expect(path[trees.length]).toBe(Math.min(...path));
    expect(trees.length).toBeLessThan(200);
  });

  test("boosted person-year hazards find a hazard that differs by group and changes with time", () => {
    const random = createRandom("hazard");
    const n = 6000;
    const group = Float64Array.from({ length: n }, (_, i) => i % 2);
    const days = new Float64Array(n);
    const event = new Uint8Array(n);
    for (let i = 0; i < n; i++) {
      // Group 0: 0.05 a year; group 1: 0.2 a year in the first three years, 0.05 later; followed for six years.
      let year = 0;
      while (year < 6) {
        const rate = group[i] === 1 && year < 3 ? 0.2 : 0.05;
        const wait = -Math.log(1 - random.next()) / rate;
        if (wait < 1) break;
        year++;
      }
      event[i] = year < 6 ? 1 : 0;
      days[i] = year < 6 ? 365.25 * (year + 0.5) : 365.25 * 6;
    }
    const binned = applyBinCuts(learnBinCuts(group, 1), group);
    const { trees } = boost(
      "poisson",
      hazardTarget(binned, personYears(days, event, 365.25), () => Math.log(0.1)),
      { ...SETTINGS, rounds: 200 },
      createRandom(1),
    );
    const rows = {
      features: binned,
      unitOfRow: Int32Array.of(0, 0, 1, 1),
      slotOfRow: Uint8Array.of(1, 5, 1, 5),
    };
    const score = new Float64Array(4).fill(Math.log(0.1));
    const step = new Float64Array(4);
    for (const tree of trees) {
      treeValues(tree, rows, step);
      for (let i = 0; i < 4; i++) score[i] = (score[i] as number) + (step[i] as number);
    }
    const truth = [0.05, 0.05, 0.2, 0.05];
    for (const [i, rate] of truth.entries()) expect(Math.exp(score[i] as number) / rate).toBeGreaterThan(0.8);
    for (const [i, rate] of truth.entries()) expect(Math.exp(score[i] as number) / rate).toBeLessThan(1.25);
  });

  test("a person-year table has each person's days and events once", () => {
    const table = personYears(Float64Array.of(365.25 * 2.5, 100), Uint8Array.of(1, 0), 365.25);
    expect([...table.unitOfRow]).toEqual([0, 0, 0, 1]);
    expect([...table.slotOfRow]).toEqual([0, 1, 2, 0]);
    expect([...table.event]).toEqual([0, 0, 1, 0]);
    expect(table.exposure.reduce((a, b) => a + b, 0)).toBeCloseTo(2.5 + 100 / 365.25, 10);
  });
});
