import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { DEATH, ONSET } from "../../src/evaluation/measures/observations.ts";
import { ASSOCIATION } from "../../src/reasoning/basis.ts";
import {
  ageGroups,
  agesOf,
  fewestForThreshold,
  groupOfAge,
} from "../../src/reasoning/differential/age-groups.ts";
import {
  conformalSet,
  conformalThreshold,
  scoresOf,
  truthScore,
} from "../../src/reasoning/differential/conformal.ts";
import {
  differential,
  differentialConditions,
  problemDay,
} from "../../src/reasoning/differential/differential.ts";
import {
  differentialEvidenceSchema,
  type EvidenceOptions,
  measureDifferential,
} from "../../src/reasoning/differential/differential-evidence.ts";
import { becameOf, firstFound, standingOf } from "../../src/reasoning/differential/findings.ts";
import { calibratedFigure, recalibrate } from "../../src/reasoning/differential/recalibration.ts";
import type { ReasonedModel } from "../../src/reasoning/reasoned-model.ts";
import type { PatientHistory } from "../../src/vetting/patient-history.ts";
import { smallTimelines, splitOf } from "../support/small-cohort.ts";
import { smallReasonedModel } from "../support/small-reasoned-model.ts";

describe("a conformal set", () => {
  const risks = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });

  it("always holds the likeliest condition, and never one that is not new", () => {
    fc.assert(
      fc.property(risks, fc.double({ min: 0, max: 1, noNaN: true }), (values, threshold) => {
        const withKnown = [...values, Number.NaN];
        const set = conformalSet(scoresOf(withKnown), threshold);
        expect(set).toContain(values.indexOf(Math.max(...values)));
        expect(set).not.toContain(values.length);
      }),
    );
  });

  it("grows with the threshold", () => {
    fc.assert(
      fc.property(risks, (values) => {
        const scores = scoresOf(values);
        const sizes = [0, 0.3, 0.6, 0.9, 1].map((threshold) => conformalSet(scores, threshold).length);
        expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
      }),
    );
  });

  it("holds what is found in the stated share of new persons, for 95 of 100 draws of those calibrated on", () => {
    const random = createRandom("coverage");
    const draw = () => {
      const scores = scoresOf(Array.from({ length: 6 }, () => random.next() ** 3));
      let [at, rest] = [0, random.next()];
      const shares = [...scores.keys()].map((c) => Math.exp(-3 * (scores[c] as number)));
      const total = shares.reduce((a, b) => a + b, 0);
      while (at < 5 && rest > shares[at]! / total) rest -= shares[at++]! / total;
      return truthScore(scores, [at]);
    };
    const many = Array.from({ length: 20_000 }, draw);
    const kept = Array.from({ length: 300 }, () => {
      const threshold = conformalThreshold(Array.from({ length: 200 }, draw), 0.9);
      return many.filter((truth) => truth <= threshold).length / many.length >= 0.9;
    });
    const share = kept.filter(Boolean).length / kept.length;
    expect(share).toBeGreaterThan(0.91);
  });

  it("holds everything where too few were calibrated on to promise anything", () => {
    expect(
      conformalThreshold(
        Array.from({ length: 20 }, () => 0.1),
        0.9,
      ),
    ).toBe(Number.POSITIVE_INFINITY);
    expect(
      conformalThreshold(
        Array.from({ length: 40 }, () => 0.1),
        0.9,
      ),
    ).toBe(0.1);
  });
});

describe("age groups", () => {
  const persons = (young: number, middle: number, old: number) => [
    ...Array.from({ length: young }, () => 40),
    ...Array.from({ length: middle }, () => 50),
    ...Array.from({ length: old }, () => 70),
    Number.NaN,
  ];

  it("are three where each has the 29 persons that a threshold of 90 % needs", () => {
    expect(fewestForThreshold(0.9)).toBe(29);
    expect(
      conformalThreshold(
        Array.from({ length: 29 }, (_, i) => i),
        0.9,
      ),
    ).toBe(28);
    expect(
      conformalThreshold(
        Array.from({ length: 28 }, (_, i) => i),
        0.9,
      ),
    ).toBe(Number.POSITIVE_INFINITY);
    expect(ageGroups(persons(29, 29, 29), 29).map(agesOf)).toEqual(["below 50", "50 to 69", "from 70 on"]);
  });

  it.each([
    ["the old are few", [40, 60, 28], ["below 50", "from 50 on"]],
    ["the young are few", [5, 60, 30], ["below 70", "from 70 on"]],
    ["the middle is few, and goes to the smaller side", [90, 10, 40], ["below 50", "from 50 on"]],
    ["all are few", [10, 11, 12], ["every age"]],
    ["there is nobody", [0, 0, 0], ["every age"]],
  ])("are joined with a neighbour where %s", (_, [young = 0, middle = 0, old = 0], expected) => {
    expect(ageGroups(persons(young, middle, old), 29).map(agesOf)).toEqual(expected);
  });

  it("hold every age that is recorded in exactly one group", () => {
    const ages = fc.array(fc.double({ min: -1, max: 120, noNaN: true }), { maxLength: 200 });
    fc.assert(
      fc.property(ages, fc.integer({ min: 1, max: 60 }), (all, fewest) => {
        const groups = ageGroups(all, fewest);
        for (const age of all) expect(groupOfAge(groups, age)).toBeGreaterThanOrEqual(0);
        expect(groupOfAge(groups, Number.NaN)).toBe(-1);
        if (groups.length > 1)
          for (const [g] of groups.entries())
            expect(all.filter((age) => groupOfAge(groups, age) === g).length).toBeGreaterThanOrEqual(fewest);
      }),
    );
  });
});

describe("a recalibrated risk", () => {
  const random = createRandom("recalibration");
  const persons = 4000;
  const truth = Float64Array.from({ length: persons }, () => 0.02 + 0.3 * random.next());
  const columns = {
    persons: Int32Array.from({ length: persons }, (_, i) => i),
    days: Float64Array.from({ length: persons }, () => 1000),
    kind: Uint8Array.from(truth, (risk) => (random.next() < risk ? ONSET : DEATH)),
  };

  it("means what it says, where the model said twice as much, within an interval that holds the truth", () => {
    const doubled = truth.map((risk) => Math.min(0.99, 2 * risk));
    const line = recalibrate(columns, doubled, 1000, createRandom("lines"));
    for (const risk of [0.08, 0.15, 0.25]) {
      const figure = calibratedFigure(line, 2 * risk)!;
      expect(Math.abs(figure.value - risk)).toBeLessThan(0.03);
      expect(figure.low).toBeLessThan(figure.value);
      expect(figure.high).toBeGreaterThan(figure.value);
    }
  });

  it("is left as it is, without an interval, where there are too few cases", () => {
    const few = { ...columns, kind: columns.kind.map((kind, i) => (i < 30 ? kind : DEATH)) };
    expect(calibratedFigure(recalibrate(few, truth, 1000, random), 0.2)).toBeNull();
  });
});

describe("the differential", () => {
  let model: ReasonedModel;
  let histories: PatientHistory[];
  let options: EvidenceOptions;
  const of = (split: string) => histories.filter(({ subjectId }) => splitOf(subjectId) === split);

  beforeAll(async () => {
    const timelines = smallTimelines(900);
    model = await smallReasonedModel(timelines);
    histories = timelines.map((timeline) => model.historyOf(timeline));
    options = {
      conditions: differentialConditions(model),
      horizonDays: 1826.25,
      coverage: 0.8,
      dayOf: ({ indexDay }) => indexDay,
      lookedAt: "index",
      random: createRandom("differential"),
    };
  });
  afterAll(() => model.close());

  it("counts what was found within the horizon, and where a condition stands does not depend on what came later", () => {
    const [condition] = options.conditions;
    for (const history of histories.slice(0, 100)) {
      const day = history.indexDay!;
      const became = becameOf(model, history, condition!, day);
      const onset = history.outcomeDays[0]![0];
      expect(firstFound([became], 1826.25)).toEqual(onset !== undefined && onset - day <= 1826.25 ? [0] : []);
      const cut = { ...history, lastDay: day, deathDay: null, outcomeDays: [[], []] };
      expect(standingOf(model, cut, condition!, day)).toBe(standingOf(model, history, condition!, day));
      expect(standingOf(model, history, condition!, (onset ?? day) + 1)).toBe(
        onset === undefined ? "new" : "known",
      );
    }
  });

  it("takes lines and threshold from tuning persons alone, and measures on held-out ones by subgroup", async () => {
    const whole = await measureDifferential(
      model,
      { tuning: of("tuning"), heldOut: of("held_out") },
      options,
    );
    const half = await measureDifferential(
      model,
      { tuning: of("tuning"), heldOut: of("held_out").slice(60) },
      options,
    );
    expect(half.threshold).toBe(whole.threshold);
    const thresholds = ({ ageGroups }: typeof whole) => ageGroups.map(({ threshold }) => threshold);
    expect(thresholds(half)).toEqual(thresholds(whole));
    // Each group has the persons that a threshold needs, and all of them together are everybody.
    const sum = (counts: readonly number[]) => counts.reduce((total, one) => total + one, 0);
    expect(sum(whole.ageGroups.map(({ calibratedOn }) => calibratedOn))).toBe(whole.calibratedOn);
    expect(sum(whole.ageGroups.map(({ coverage }) => coverage.n))).toBe(whole.coverage.n);
    expect(Math.min(...whole.ageGroups.map(({ calibratedOn }) => calibratedOn))).toBeGreaterThanOrEqual(
      fewestForThreshold(0.8),
    );
    expect(differentialEvidenceSchema.parse(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
    expect(half.conditions.map(({ recalibration }) => recalibration)).toEqual(
      whole.conditions.map(({ recalibration }) => recalibration),
    );
    expect(half.coverage.n).toBeLessThan(whole.coverage.n);
    const sexes = whole.subgroups.filter(({ attribute }) => attribute === "sex");
    expect(sexes.reduce((sum, { coverage }) => sum + coverage.n, 0)).toBe(whole.coverage.n);
    for (const { coverage, judgement } of whole.subgroups)
      expect(judgement === "too few to judge").toBe(coverage.n < 50);
  });

  it("of one person keeps new conditions apart from known ones, with probability, interval, set and label", async () => {
    const evidence = await measureDifferential(
      model,
      { tuning: of("tuning"), heldOut: of("held_out") },
      options,
    );
    const history = histories.find(({ outcomeDays }) => outcomeDays[0]!.length > 0)!;
    const at = (day: number) => differential(model, { history, day }, options.conditions, evidence, []);
    const [before, after] = [await at(history.indexDay!), await at(history.lastDay)];
    expect(before.expected[0]).toMatchObject({ name: "onset", inSet: true });
    const { probability, interval } = before.expected[0]!;
    expect(interval!.low).toBeLessThan(probability);
    expect(interval!.high).toBeGreaterThan(probability);
    expect(before.basis).toMatchObject({ label: ASSOCIATION, futures: 0, model: "m".repeat(64) });
    expect(after.expected).toEqual([]);
    expect(after.known).toEqual([
      { name: "onset", title: "onset", sinceDays: history.lastDay - history.outcomeDays[0]![0]! },
    ]);
  });

  it("takes the threshold of a person's own age, and of all where the age is not recorded", async () => {
    const heldOut = of("held_out");
    const found = await measureDifferential(model, { tuning: of("tuning"), heldOut }, options);
    const ages = { from: null, to: 50, calibratedOn: 60, coverage: { ...found.coverage, n: 31 } };
    const others = { ...ages, from: 50, to: null, calibratedOn: 70 };
    const evidence = {
      ...found,
      threshold: 0.5,
      ageGroups: [
        { ...ages, threshold: 0.1 },
        { ...others, threshold: null },
      ],
    };
    const history = heldOut.find(({ outcomeDays }) => outcomeDays[0]!.length === 0)!;
    const day = history.indexDay!;
    const setAt = async (birthDay: number) =>
      (
        await differential(
          model,
          { history: { ...history, birthDay }, day },
          options.conditions,
          evidence,
          [],
        )
      ).set.group;
    expect(await setAt(day - 49.9 * 365.25)).toMatchObject({ ages: "below 50", calibratedOn: 60 });
    expect(await setAt(day - 50.1 * 365.25)).toMatchObject({ ages: "from 50 on", calibratedOn: 70 });
    expect(await setAt(Number.NaN)).toBeNull();
  });

  it("looks at a person when the presenting problem stood in the record first", () => {
    const history = histories[0]!;
    expect(problemDay(["LAB/*"])(history)).toBe(history.events[0]!.availableDay);
    expect(problemDay(["DX/none"])(history)).toBeNull();
  });
});
