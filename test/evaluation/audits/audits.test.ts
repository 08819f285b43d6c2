/** Estimators and checks of the audits on records whose answer is known. */
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/effects/random.ts";
import { check, concludeAudit, figure, shareOf } from "../../../src/evaluation/audits/audit.ts";
import { auditedTasks, Ranking } from "../../../src/evaluation/audits/audited-tasks.ts";
import { upTo } from "../../../src/evaluation/audits/leakage/audit-leakage.ts";
import { duplicatesAcross } from "../../../src/evaluation/audits/leakage/duplicates.ts";
import { commonFamilies, familyOf } from "../../../src/evaluation/audits/leakage/families.ts";
import { familiesAlone } from "../../../src/evaluation/audits/leakage/single-families.ts";
import { bigramReference } from "../../../src/evaluation/audits/privacy/bigram-reference.ts";
import { toldApart, toldAtOnePercent } from "../../../src/evaluation/audits/privacy/two-groups.ts";
import { perturbations } from "../../../src/evaluation/audits/robustness/perturbations.ts";
import type { SubjectKey } from "../../../src/timeline/patient-event.ts";
import { outcomesSchema, resolveOutcomes } from "../../../src/vetting/outcome-definition.ts";
import type { HistoryEvent, PatientHistory } from "../../../src/vetting/patient-history.ts";

const outcomes = resolveOutcomes(
  outcomesSchema.parse({
    predictionTimes: [{ at: "index", horizons: ["5y"] }],
    list: [{ name: "stroke", title: "Stroke", events: { codes: ["ICD10CM/I63*"] } }],
  }),
);

/** Persons of whom one in five has the onset; @param proxy code that only they have before the prediction */
function cohort(n: number, seed: string, proxy: string | null): PatientHistory[] {
  const random = createRandom(seed);
  return Array.from({ length: n }, (_, i) => {
    const onset = i % 5 === 0 ? 200 + random.integer(1000) : null;
    const events: HistoryEvent[] = Array.from({ length: 12 }, (_, e) => {
      const day = -400 + e * 30 + random.integer(20);
      return { day, availableDay: day, code: `LOINC/${random.integer(6)}`, value: random.next(), unit: "1" };
    });
    if (proxy !== null && onset !== null)
      events.push({ day: -1, availableDay: -1, code: proxy, value: null, unit: null });
    if (onset !== null)
      events.push({ day: onset, availableDay: onset, code: "ICD10CM/I63.9", value: null, unit: null });
    return {
      subjectId: i as SubjectKey,
      birthDay: -20_000,
      sex: "F",
      indexDay: 0,
      deathDay: null,
      lastDay: 3000,
      firstDay: -400,
      events,
      staticCodes: [],
      outcomeDays: [onset === null ? [] : [onset]],
    };
  });
}

function strongestAlone(proxy: string | null) {
  const [development, histories] = [cohort(400, "development", proxy), cohort(400, "held out", proxy)];
  const tasks = auditedTasks(histories, outcomes, 10);
  const ranking = new Ranking(histories.length, 100, 1);
  const alone = familiesAlone(development, histories, tasks, commonFamilies(histories, 50), ranking);
  const best = alone.reduce((a, b) => (b.auroc.value > a.auroc.value ? b : a));
  return { best, low: ranking.estimate(best.auroc, 400)!.low };
}

describe("the leakage audit", () => {
  it("catches a leaky twin, and lets the honest records pass", () => {
    const leaky = strongestAlone("ICD10CM/Z86.73");
    expect(leaky.best.family).toBe("ICD10CM/Z86");
    expect(leaky.low).toBeGreaterThan(0.9);
    expect(leaky.best.onsets / leaky.best.having).toBe(1);
    const honest = strongestAlone(null);
    expect(honest.low).toBeLessThan(0.7);
  });

  it("takes out of a record what was not known on the day", () => {
    const [person] = cohort(1, "one", null);
    const cut = upTo({ ...person!, deathDay: 2000 }, 0);
    expect(cut.events.every(({ availableDay }) => availableDay <= 0)).toBe(true);
    expect(cut).toMatchObject({ deathDay: null, lastDay: 0, outcomeDays: [[]] });
  });

  it("finds a person in two splits under another key and with shifted dates", () => {
    const [learned, others] = [cohort(50, "a", null), cohort(50, "b", null)];
    expect(duplicatesAcross(learned, others)).toEqual({ compared: 50, duplicates: 0 });
    const shifted = learned[7]!.events.map((event) => ({ ...event, day: event.day + 1234 }));
    const again = { ...learned[7]!, subjectId: 999 as SubjectKey, events: shifted };
    expect(duplicatesAcross(learned, [...others, again])).toEqual({ compared: 51, duplicates: 1 });
  });

  it("takes the category of a diagnosis for its family, and a test for its own", () => {
    expect(familyOf("ICD10CM/E11.65")).toBe("ICD10CM/E11");
    expect(familyOf("LOINC/4548-4")).toBe("LOINC/4548-4");
    expect(familyOf("ATC/A10BA02")).toBe("ATC/A10");
  });
});

describe("the robustness audit", () => {
  it("changes records as it says, and the same way each time", () => {
    const histories = cohort(20, "robust", "ICD10CM/Z86.73");
    const make = () => perturbations(histories, createRandom("perturb"));
    const names = make().map(({ name }) => name);
    expect(names.slice(0, 2)).toEqual(["without ICD10CM", "without LOINC"]);
    for (const [i, { change }] of make().entries()) {
      const changed = change(histories[0]!, 0);
      expect(changed).toEqual(make()[i]!.change(histories[0]!, 0));
      expect(changed).not.toEqual(
        histories[0]!.events.length === 0 ? null : { ...histories[0]!, events: [] },
      );
    }
    const shuffled = make().at(-1)!.change(histories[0]!, 0);
    expect(shuffled.events.map(({ code }) => code).sort()).toEqual(
      histories[0]!.events.map(({ code }) => code).sort(),
    );
  });
});

describe("the privacy audit", () => {
  const resampling = { count: 100, seed: 1 };
  const numbers = (n: number, shift: number) => {
    const random = createRandom(`numbers ${shift}`);
    return Array.from({ length: n }, () => random.next() + shift);
  };

  it("tells two groups apart when they are apart, and says nothing of few", () => {
    expect(toldApart(numbers(100, 2), numbers(100, 0), resampling)).toMatchObject({ value: 1, low: 1 });
    expect(toldAtOnePercent(numbers(100, 2), numbers(100, 0), resampling)?.value).toBe(1);
    const same = toldApart(numbers(400, 0), numbers(400, 1e-9), resampling)!;
    expect(same.low).toBeLessThan(0.5);
    expect(same.high).toBeGreaterThan(0.5);
    expect(toldApart(numbers(10, 2), numbers(100, 0), resampling)).toBeNull();
  });

  it("finds what follows often likelier than what never does", () => {
    const reference = bigramReference([Int32Array.of(1, 2, 1, 2, 1, 2)], 4);
    expect(reference(Int32Array.of(1, 2))).toBeGreaterThan(reference(Int32Array.of(1, 3)));
  });
});

describe("an audit", () => {
  it("passes only when every judged check lies within its limit", () => {
    const of = (count: number, n: number) =>
      check("c", "A check", "method", [figure("share", shareOf(count, n), { on: "value", atMost: 0 })]);
    expect(concludeAudit("leakage", "m", 1, [of(0, 10)])).toMatchObject({ passed: true });
    expect(concludeAudit("leakage", "m", 1, [of(0, 10), of(1, 10)])).toMatchObject({ passed: false });
    expect(concludeAudit("leakage", "m", 1, [of(0, 0)])).toMatchObject({
      passed: false,
      summary: "too few to judge: A check",
    });
    expect(concludeAudit("leakage", "m", 1, [])).toMatchObject({ passed: false });
    expect(shareOf(5, 10)).toMatchObject({ value: 0.5, low: expect.closeTo(0.2366, 3) });
  });
});
