import { describe, expect, test } from "vitest";
import { abstainsFromOutcome, abstainsFromRecord } from "../../src/serving/answers/abstain.ts";
import type { SubjectKey } from "../../src/timeline/patient-event.ts";
import { cohortSchema, outcomesSchema, resolveOutcomes } from "../../src/vetting/outcome-definition.ts";
import { buildHistory } from "../../src/vetting/patient-history.ts";
import { event } from "../support/small-cohort.ts";

const DAY = 20_000;
const AGE = 50;

function abstains(population: object, events: ReturnType<typeof event>[] = []): string | null {
  const outcomes = resolveOutcomes(
    outcomesSchema.parse({
      predictionTimes: [{ at: "index", horizons: ["2y"] }],
      list: [{ name: "onset", events: { codes: ["DX/k"] }, population }],
    }),
  );
  const all = [
    event(null, "SEX/F"),
    event(DAY - AGE * 365.25, "MEDS_BIRTH"),
    event(DAY - 30, "LAB/x", 1),
    ...events,
  ];
  const history = buildHistory({ subjectId: 1 as SubjectKey, events: all }, cohortSchema.parse({}), outcomes);
  return abstainsFromOutcome({ ...history, indexDay: DAY }, DAY, outcomes[0]!, 0);
}

describe("an outcome is withheld", () => {
  test("from nobody of its population", () => expect(abstains({})).toBeNull());
  test("outside of its age", () => {
    expect(abstains({ minAgeYears: 60 })).toBe("outside the validated population: age");
    expect(abstains({ maxAgeYears: 40 })).toBe("outside the validated population: age");
  });
  test("outside of its sex", () => {
    expect(abstains({ sex: "M" })).toBe("outside the validated population: sex");
  });
  test("without the codes that it requires, or with one that excludes", () => {
    expect(abstains({ require: ["DX/needed"] })).toMatch(/^outside the validated population: /);
    expect(abstains({ exclude: ["LAB/*"] })).toMatch(/^outside the validated population: /);
    expect(abstains({ require: ["LAB/x"] })).toBeNull();
  });
  test("where the record has it already", () => {
    expect(abstains({}, [event(DAY - 10, "DX/k")])).toBe("not asked: the record has it already");
  });
});

describe("a record is withheld", () => {
  const history = (events: ReturnType<typeof event>[]) =>
    buildHistory({ subjectId: 1 as SubjectKey, events }, cohortSchema.parse({}), []);
  const born = event(DAY - 18_000, "MEDS_BIRTH");
  const of = (events: ReturnType<typeof event>[], facts: object = {}, reviewBy = "2099-01-01") =>
    abstainsFromRecord(
      history(events),
      DAY,
      { events: 5, unmapped: 0, daysSinceLast: 3, ...facts },
      { minimumEvents: 2, stale: "1y", unmapped: 0.5 },
      reviewBy,
      "2026-06-15",
    );

  test.each<[string, string | null, RegExp]>([
    ["past the review date", of([born], {}, "2026-06-14"), /reviewed by 2026-06-14/],
    ["after death", of([born, event(DAY - 1, "MEDS_DEATH")]), /has died/],
    ["without a birth date", of([event(DAY - 1, "LAB/x", 1)]), /no date of birth/],
    ["that is too short", of([born], { events: 1 }), /too short: 1 events, 2 needed/],
    ["that is stale", of([born], { daysSinceLast: 400 }), /stale: nothing new within 1y/],
    ["that the model does not know", of([born], { unmapped: 0.51 }), /51 % of the events are unknown/],
  ])("%s", (_, reason, words) => expect(reason).toMatch(words));

  test("for no other reason", () => expect(of([born])).toBeNull());
});
