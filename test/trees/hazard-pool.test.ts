import { describe, expect, test } from "vitest";
import { learnFeatureCatalogue } from "../../src/trees/features/feature-catalogue.ts";
import { deathRows, onsetRows, openHazardPool, poolLandmarks } from "../../src/trees/hazards/hazard-pool.ts";
import { landmarksOf } from "../../src/trees/hazards/landmarks-of.ts";
import { resolveOutcomes } from "../../src/vetting/outcome-definition.ts";
import { event, history, inventedTimelines, outcomes, timeline } from "../evaluation/invented-cohort.ts";

const INDEX = 12_000;
const YEAR = 365.25;
const definitions = resolveOutcomes(outcomes);
const times = landmarksOf(definitions);
const [onset, death] = definitions;
if (onset === undefined || death === undefined) throw new TypeError("the invented cohort has two outcomes");

/** Followed from 9 years before the index to 8 years after it, with an onset at the year given. */
function person(id: number, onsetYear: number | null, died = false) {
  return history(
    timeline(id, [
      event(null, "SEX/F"),
      event(INDEX - 60 * YEAR, "MEDS_BIRTH"),
      event(INDEX - 9 * YEAR, "LAB/x", 100),
      event(INDEX, "COHORT/INDEX"),
      ...(onsetYear === null ? [] : [event(INDEX + onsetYear * YEAR, "DX/k1")]),
      event(INDEX + 8 * YEAR, died ? "MEDS_DEATH" : "COHORT/LAST_CONTACT"),
    ]),
  );
}

const others = inventedTimelines(100).map(history);
const catalogue = learnFeatureCatalogue(others, (h) => [h.indexDay]);

function poolOf(histories: ReturnType<typeof person>[]) {
  const pool = openHazardPool(catalogue, histories, times);
  return { pool, isTuning: new Uint8Array(histories.length) };
}

describe("person-time of the boosted hazards", () => {
  test("look-back landmarks lie a quarter of the longest horizon apart, each followed until the next", () => {
    const landmarks = poolLandmarks(times);
    expect(landmarks.map(({ offsetDays }) => Math.round((10 * offsetDays) / YEAR) / 10)).toEqual([
      -7.5, -5, -2.5, 0, 5,
    ]);
    expect(landmarks.map(({ followDays }) => followDays / YEAR)).toEqual([
      2.5,
      2.5,
      2.5,
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]);
  });

  test("an onset before the index is learnt once, in its own window, and its person leaves the later ones", () => {
    const histories = [person(1, -4)];
    const { pool, isTuning } = poolOf(histories);
    const { days, event: events } = onsetRows(pool, histories, isTuning, onset, 0);
    expect([...events]).toEqual([0, 1]);
    expect([...days].map((length) => Math.round((10 * length) / YEAR) / 10)).toEqual([2.5, 1]);
  });

  test("an onset after the index is learnt from every landmark asked before it, never from a look-back window", () => {
    const histories = [person(1, 6), person(2, -1)];
    const { pool, isTuning } = poolOf(histories);
    const { days, event: events } = onsetRows(pool, histories, isTuning, onset, 0);
    // First person: three windows without, then from the index and from five years later; second: an onset in the third window.
    expect([...events]).toEqual([0, 0, 0, 0, 0, 1, 1, 1]);
    expect(Math.max(...days) / YEAR).toBeCloseTo(6, 1);
  });

  test("death is learnt after the index only: everybody is alive at it", () => {
    const histories = [person(1, null, true), person(2, -4)];
    const { pool, isTuning } = poolOf(histories);
    const asOutcome = onsetRows(pool, histories, isTuning, death, 1);
    expect([...asOutcome.event]).toEqual([1, 0, 1, 0]);
    expect(asOutcome).toEqual(deathRows(pool, histories, isTuning));
  });

  test("a person whose record begins later has no earlier look-back window", () => {
    const late = person(1, null);
    const histories = [{ ...late, firstDay: INDEX - 3 * YEAR, events: [] }, person(2, -1)];
    const { pool } = poolOf(histories);
    expect(pool.unitOf.map((units) => (units[0] as number) >= 0)).toEqual([false, false, true, true, true]);
  });
});
