import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { prepareAalenJohansen } from "../../src/evaluation/measures/aalen-johansen.ts";
import { prepareAuprc } from "../../src/evaluation/measures/auprc.ts";
import { prepareAuroc } from "../../src/evaluation/measures/auroc.ts";
import { prepareBrier } from "../../src/evaluation/measures/brier.ts";
import { prepareCalibrationLine } from "../../src/evaluation/measures/calibration-line.ts";
import { prepareCensoringWeights } from "../../src/evaluation/measures/censoring-weights.ts";
import { prepareConcordance } from "../../src/evaluation/measures/concordance.ts";
import {
  CASE,
  CENSORED,
  CONTROL,
  DEATH,
  type Observations,
  ONSET,
  once,
  statusAt,
  UNKNOWN,
} from "../../src/evaluation/measures/observations.ts";
import reference from "../cases/evaluation-reference/reference.json" with { type: "json" };

/** Persons with whole days, so that times tie, and a score with ties. */
const cohort = fc
  .array(
    fc.record({
      days: fc.integer({ min: 1, max: 12 }),
      kind: fc.constantFrom(CENSORED, ONSET, DEATH),
      score: fc.integer({ min: 0, max: 6 }),
      count: fc.integer({ min: 0, max: 3 }),
    }),
    { minLength: 2, maxLength: 40 },
  )
  .map((persons) => ({
    observations: {
      days: Float64Array.from(persons, (p) => p.days),
      kind: Uint8Array.from(persons, (p) => p.kind),
    } satisfies Observations,
    scores: Float64Array.from(persons, (p) => p.score),
    counts: Float64Array.from(persons, (p) => p.count),
  }));

function weightsOf(observations: Observations, horizon: number, counts?: Float64Array): Float64Array {
  const weights = new Float64Array(observations.days.length);
  prepareCensoringWeights(observations, horizon)(counts ?? once(weights.length), weights);
  return weights;
}

describe("ranking", () => {
  test("the C-index equals the count over all comparable pairs, repeated persons included", () => {
    fc.assert(
      fc.property(cohort, ({ observations: { days, kind }, scores, counts }) => {
        let concordant = 0;
        let comparable = 0;
        for (let i = 0; i < days.length; i++) {
          for (let j = 0; j < days.length; j++) {
            if (kind[i] !== ONSET) continue;
            const laterOrCensored =
              (days[j] ?? 0) > (days[i] ?? 0) || (days[j] === days[i] && kind[j] !== ONSET);
            if (!laterOrCensored) continue;
            const pairs = (counts[i] ?? 0) * (counts[j] ?? 0);
            comparable += pairs;
            const difference = (scores[i] ?? 0) - (scores[j] ?? 0);
            concordant += pairs * (difference > 0 ? 1 : difference === 0 ? 0.5 : 0);
          }
        }
        const c = prepareConcordance({ days, kind }, scores)(counts);
        if (comparable === 0) expect(c).toBeNaN();
        else expect(c).toBeCloseTo(concordant / comparable, 10);
      }),
    );
  });

  test("the C-index of a score and of its negative add to one", () => {
    fc.assert(
      fc.property(cohort, ({ observations, scores, counts }) => {
        const c = prepareConcordance(observations, scores)(counts);
        const reversed = prepareConcordance(
          observations,
          scores.map((s) => -s),
        )(counts);
        fc.pre(!Number.isNaN(c));
        expect(c + reversed).toBeCloseTo(1, 10);
      }),
    );
  });

  test("the AUROC of a score and of its negative add to one, weighted and in strata", () => {
    fc.assert(
      fc.property(cohort, ({ observations, scores, counts }) => {
        const status = statusAt(observations, 6);
        const strata = Uint8Array.from(counts);
        for (const parts of [undefined, strata]) {
          const weights = weightsOf(observations, 6, counts);
          const area = prepareAuroc(status, scores, parts)(weights);
          const reversed = prepareAuroc(
            status,
            scores.map((s) => -s),
            parts,
          )(weights);
          if (Number.isFinite(area)) expect(area + reversed).toBeCloseTo(1, 10);
        }
      }),
    );
  });

  test("an AUROC within strata compares only persons of one stratum", () => {
    fc.assert(
      fc.property(cohort, ({ observations, scores, counts }) => {
        const status = statusAt(observations, 6);
        let concordant = 0;
        let pairs = 0;
        for (let i = 0; i < status.length; i++) {
          for (let j = 0; j < status.length; j++) {
            if (status[i] !== CASE || status[j] !== CONTROL || counts[i] !== counts[j]) continue;
            pairs++;
            const difference = (scores[i] ?? 0) - (scores[j] ?? 0);
            concordant += difference > 0 ? 1 : difference === 0 ? 0.5 : 0;
          }
        }
        fc.pre(pairs > 0);
        const area = prepareAuroc(status, scores, Uint8Array.from(counts))(once(status.length));
        expect(area).toBeCloseTo(concordant / pairs, 10);
      }),
    );
  });

  test("AUROC, AUPRC and Brier score equal scikit-learn's, with and without weights", () => {
    const { measures } = reference;
    const status = Uint8Array.from(measures.status);
    const weight = Float64Array.from(measures.weight);
    const plain = once(status.length);
    expect(prepareAuroc(status, measures.risk)(plain)).toBeCloseTo(measures.auroc, 10);
    expect(prepareAuroc(status, measures.risk)(weight)).toBeCloseTo(measures.aurocWeighted, 10);
    expect(prepareAuprc(status, measures.risk)(plain)).toBeCloseTo(measures.auprc, 10);
    expect(prepareAuprc(status, measures.risk)(weight)).toBeCloseTo(measures.auprcWeighted, 10);
    expect(prepareBrier(status, measures.risk)(plain)).toBeCloseTo(measures.brier, 10);
    expect(prepareBrier(status, measures.risk)(weight)).toBeCloseTo(measures.brierWeighted, 10);
  });
});

describe("censoring and competing death", () => {
  test("a person who dies without the outcome before the horizon is a control, one censored before it is unknown", () => {
    const observations = {
      days: Float64Array.of(5, 5, 5, 10, 10, 11),
      kind: Uint8Array.of(ONSET, DEATH, CENSORED, CENSORED, ONSET, ONSET),
    };
    expect([...statusAt(observations, 10)]).toEqual([CASE, CONTROL, UNKNOWN, CONTROL, CASE, CONTROL]);
  });

  test("without censoring every weight is one", () => {
    fc.assert(
      fc.property(cohort, ({ observations }) => {
        const uncensored = {
          ...observations,
          kind: observations.kind.map((k) => (k === CENSORED ? DEATH : k)),
        };
        for (const weight of weightsOf(uncensored, 6)) expect(weight).toBe(1);
      }),
    );
  });

  test("weights of persons known at the horizon add to everybody, when somebody is still followed there", () => {
    fc.assert(
      fc.property(cohort, ({ observations, counts }) => {
        const total = counts.reduce((sum, count) => sum + count, 0);
        fc.pre(observations.days.some((days, i) => days >= 6 && (counts[i] ?? 0) > 0));
        const sum = weightsOf(observations, 6, counts).reduce((a, b) => a + b, 0);
        expect(sum).toBeCloseTo(total, 8);
      }),
    );
  });

  test("an undrawn case after everybody drawn was censored weighs nothing", () => {
    const observations = { days: Float64Array.of(2, 1, 1), kind: Uint8Array.of(ONSET, CENSORED, CENSORED) };
    expect([...weightsOf(observations, 6, Float64Array.of(0, 0, 1))]).toEqual([0, 0, 0]);
  });

  test("the weighted share of cases is the Aalen-Johansen incidence", () => {
    fc.assert(
      fc.property(cohort, ({ observations, counts }) => {
        const total = counts.reduce((sum, count) => sum + count, 0);
        fc.pre(total > 0);
        const status = statusAt(observations, 6);
        const cases = weightsOf(observations, 6, counts).reduce(
          (a, w, i) => a + (status[i] === CASE ? w : 0),
          0,
        );
        expect(prepareAalenJohansen(observations, 6)(counts)).toBeCloseTo(cases / total, 8);
      }),
    );
  });

  test("without deaths Aalen-Johansen is one minus Kaplan-Meier", () => {
    fc.assert(
      fc.property(cohort, ({ observations }) => {
        const kind = observations.kind.map((k) => (k === DEATH ? CENSORED : k));
        let survival = 1;
        for (let t = 1; t <= 6; t++) {
          const atRisk = observations.days.filter((d) => d >= t).length;
          const onsets = observations.days.filter((d, i) => d === t && kind[i] === ONSET).length;
          if (atRisk > 0) survival *= 1 - onsets / atRisk;
        }
        const incidence = prepareAalenJohansen({ days: observations.days, kind }, 6);
        expect(incidence(once(kind.length))).toBeCloseTo(1 - survival, 10);
      }),
    );
  });

  test("Aalen-Johansen by hand: onset, death, censoring, onset", () => {
    // t=1: 1/4 onset. t=2: death, S = 3/4 * 2/3 = 1/2. t=3: censored. t=4: 1/1 onset, adds 1/2.
    const observations = {
      days: Float64Array.of(1, 2, 3, 4),
      kind: Uint8Array.of(ONSET, DEATH, CENSORED, ONSET),
    };
    expect(prepareAalenJohansen(observations, 3)(once(4))).toBeCloseTo(0.25, 12);
    expect(prepareAalenJohansen(observations, 4)(once(4))).toBeCloseTo(0.75, 12);
  });
});

describe("calibration", () => {
  test("slope and intercept equal an unpenalised logistic regression of scikit-learn", () => {
    const { risk, status, weight, slope, lineIntercept } = reference.calibration;
    const line = prepareCalibrationLine(Uint8Array.from(status), risk)(Float64Array.from(weight));
    expect(line.slope).toBeCloseTo(slope, 5);
    expect(line.lineIntercept).toBeCloseTo(lineIntercept, 5);
  });

  test("risks that are the truth have slope 1, intercept 0 and O:E 1, censored or not", () => {
    const random = createRandom("calibration");
    const n = 40_000;
    const risks = Float64Array.from({ length: n }, () => 0.02 + 0.5 * random.next());
    const days = new Float64Array(n);
    const kind = new Uint8Array(n);
    for (let i = 0; i < n; i++) {
      // Exponential onset with P(T <= 10) = risk; independent censoring.
      const onset = (10 * Math.log(1 - random.next())) / Math.log(1 - (risks[i] as number));
      const end = 4 + 16 * random.next();
      days[i] = Math.min(onset, end);
      kind[i] = onset <= end ? ONSET : CENSORED;
    }
    const observations = { days, kind };
    const line = prepareCalibrationLine(statusAt(observations, 10), risks)(weightsOf(observations, 10));
    expect(Math.abs(line.slope - 1)).toBeLessThan(0.05);
    expect(Math.abs(line.intercept)).toBeLessThan(0.05);
    expect(Math.abs(line.observedToExpected - 1)).toBeLessThan(0.03);
    const mean = risks.reduce((a, b) => a + b, 0) / n;
    expect(Math.abs(prepareAalenJohansen(observations, 10)(once(n)) / mean - 1)).toBeLessThan(0.03);
  });

  test("risks twice too far from one another have slope one half", () => {
    const random = createRandom("slope");
    const truth = Float64Array.from({ length: 20_000 }, () => random.normal());
    const status = truth.map((logit) => (random.next() < 1 / (1 + Math.exp(-logit)) ? CASE : CONTROL));
    const exaggerated = truth.map((logit) => 1 / (1 + Math.exp(-2 * logit)));
    const line = prepareCalibrationLine(Uint8Array.from(status), exaggerated)(once(truth.length));
    expect(Math.abs(line.slope - 0.5)).toBeLessThan(0.03);
  });

  test("the line of a model that knows nothing solves the score equations, far from where the search starts", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 40, max: 300 }), (seed, n) => {
        const random = createRandom(seed);
        const status = Uint8Array.from({ length: n }, () => (random.next() < 0.4 ? CASE : CONTROL));
        const risks = Float64Array.from({ length: n }, () => 0.005 + 0.99 * random.next());
        const { slope, lineIntercept } = prepareCalibrationLine(status, risks)(once(n));
        const residuals = Array.from(risks, (risk, i) => {
          const x = Math.log(risk / (1 - risk));
          return { x, of: (status[i] as number) - 1 / (1 + Math.exp(-(lineIntercept + slope * x))) };
        });
        expect(Math.abs(residuals.reduce((sum, r) => sum + r.of, 0))).toBeLessThan(1e-4);
        expect(Math.abs(residuals.reduce((sum, r) => sum + r.of * r.x, 0))).toBeLessThan(1e-4);
      }),
      { numRuns: 40 },
    );
  });
});
