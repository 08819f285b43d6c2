import { describe, expect, it } from "vitest";
import type { SubjectKey } from "../../src/timeline/patient-event.ts";
import { labelAt } from "../../src/vetting/label.ts";
import { buildHistory, eventsBefore } from "../../src/vetting/patient-history.ts";
import { event, smallCohort, smallOutcomes } from "../support/small-cohort.ts";

const history = (...events: ReturnType<typeof event>[]) =>
  buildHistory({ subjectId: 1 as SubjectKey, events }, smallCohort, smallOutcomes);
const [onset] = smallOutcomes;

describe("a patient's history", () => {
  it("takes an undated fact as known and an undated measurement as no input", () => {
    const { staticCodes } = history(
      event(null, "SEX/F"),
      event(null, "LAB/bmi", 31),
      event(100, "COHORT/INDEX"),
    );
    expect(staticCodes).toEqual(["SEX/F"]);
  });

  it("does not use a laboratory result before it was available", () => {
    const late = { ...event(90, "LAB/x", 5), availableTime: 110 * 86_400_000 };
    const known = history(late, event(100, "COHORT/INDEX"));
    expect(eventsBefore(known, 100)).toHaveLength(0);
    expect(eventsBefore(known, 110)).toHaveLength(1);
  });

  it("holds neither the index mark, nor the end of follow-up, nor death among its inputs", () => {
    const { events, deathDay, indexDay } = history(
      event(50, "DX/k"),
      event(100, "COHORT/INDEX"),
      event(900, "MEDS_DEATH"),
    );
    expect(events.map(({ code }) => code)).toEqual(["DX/k"]);
    expect([indexDay, deathDay]).toEqual([100, 900]);
  });
});

describe("a label", () => {
  const followed = (...more: ReturnType<typeof event>[]) =>
    history(event(100, "COHORT/INDEX"), ...more, event(1000, "COHORT/LAST_CONTACT"));

  it("is the first onset after the prediction time, on the day itself it counts as had before", () => {
    expect(labelAt(followed(event(300, "DX/k"), event(400, "DX/k")), onset!, 0, 100)).toEqual({
      eligible: true,
      outcome: { days: 200, kind: "onset" },
    });
    expect(labelAt(followed(event(100, "DX/k")), onset!, 0, 100)).toEqual({
      eligible: false,
      why: "had it before",
    });
  });

  it("is death or censoring where no onset came in time", () => {
    expect(labelAt(followed(), onset!, 0, 100)).toMatchObject({ outcome: { days: 900, kind: "censored" } });
    const dead = history(event(100, "COHORT/INDEX"), event(500, "MEDS_DEATH"));
    expect(labelAt(dead, onset!, 0, 100)).toMatchObject({ outcome: { days: 400, kind: "death" } });
    expect(labelAt(dead, onset!, 0, 500)).toEqual({
      eligible: false,
      why: "died before the prediction time",
    });
  });

  it("ignores an onset after the end of follow-up", () => {
    const after = history(
      event(100, "COHORT/INDEX"),
      event(1000, "COHORT/LAST_CONTACT"),
      event(1100, "DX/k"),
    );
    expect(labelAt(after, onset!, 0, 100)).toMatchObject({ outcome: { days: 900, kind: "censored" } });
  });
});
