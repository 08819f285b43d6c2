import { beforeAll, describe, expect, test } from "vitest";
import { applyBinCuts } from "../../src/trees/boosting/binned-features.ts";
import { treesSchema } from "../../src/trees/boosting/trees-config.ts";
import { featureMatrix } from "../../src/trees/features/feature-matrix.ts";
import { fitTreeHead } from "../../src/trees/hazards/fit-tree-head.ts";
import { withYearsSinceIndex } from "../../src/trees/hazards/hazard-pool.ts";
import { slotHazards } from "../../src/trees/hazards/hazard-slots.ts";
import { treeHazards } from "../../src/trees/hazards/tree-hazards.ts";
import { readTreeHead, type TreeHead, writeTreeHead } from "../../src/trees/hazards/tree-head.ts";
import type { PatientHistory } from "../../src/vetting/patient-history.ts";
import {
  event,
  finish,
  history,
  inventedTimelines,
  outcomes,
  timeline,
} from "../evaluation/invented-cohort.ts";
import { temporaryFolder } from "../support/small-cohort.ts";

const histories = inventedTimelines(400).map(history);
const EDGES = [0.5, 2, 5];
let head: TreeHead;

async function grow(persons: readonly PatientHistory[]): Promise<TreeHead> {
  const isTuning = Uint8Array.from(persons, (_, i) => (i % 8 === 0 ? 1 : 0));
  const trees = treesSchema.parse({});
  return (await finish(fitTreeHead({ histories: persons, isTuning, outcomes, trees, seed: 1 }))).head;
}

function atIndex(persons: readonly PatientHistory[]) {
  return persons.map((person) => ({ history: person, day: person.indexDay as number }));
}

beforeAll(async () => {
  head = await grow(histories);
});

describe("the tree head", () => {
  test("the hazard of a piece of time is the mean of the hazards of the years in it", () => {
    const at = atIndex(histories.slice(0, 20));
    const features = applyBinCuts(
      head.hazards.cuts,
      withYearsSinceIndex(featureMatrix(head.catalogue, at), at),
    );
    const yearly = slotHazards(head.hazards.outcomes[0]!.model, features, 8);
    treeHazards(head, at, ["onset", "death"], EDGES).forEach((read, unit) => {
      const year = (slot: number) => yearly[unit * 8 + slot] as number;
      expect(head.hazards.slotDays).toBe(365.25);
      expect(read[0]).toBeCloseTo(year(0), 10);
      expect(read[1]).toBeCloseTo((0.5 * year(0) + year(1)) / 1.5, 10);
      expect(read[2]).toBeCloseTo((year(2) + year(3) + year(4)) / 3, 10);
      expect(read[3]).toBeCloseTo((year(5) + year(6) + year(7)) / 3, 10);
    });
  });

  test("it ranks people by the laboratory value that raises their hazard", () => {
    const person = (value: number) =>
      history(
        timeline(1, [
          event(null, "SEX/F"),
          event(12_000 - 60 * 365.25, "MEDS_BIRTH"),
          event(11_000, "LAB/x", value),
          event(12_000, "COHORT/INDEX"),
          event(14_000, "COHORT/LAST_CONTACT"),
        ]),
      );
    const [low, high] = treeHazards(head, atIndex([person(70), person(130)]), ["onset"], EDGES);
    expect(high![0]! / low![0]!).toBeGreaterThan(1.5);
  });

  test("one person's hazards do not depend on who else is read", () => {
    const together = treeHazards(head, atIndex(histories.slice(0, 30)), ["onset"], EDGES);
    expect(treeHazards(head, atIndex(histories.slice(11, 12)), ["onset"], EDGES)).toEqual([together[11]]);
  });

  test("written and read again it says the same; a folder without one has none", async () => {
    const folder = await temporaryFolder();
    expect(await readTreeHead(folder)).toBeNull();
    await writeTreeHead(folder, head);
    const at = atIndex(histories.slice(0, 9));
    const again = (await readTreeHead(folder)) as TreeHead;
    expect(treeHazards(again, at, ["onset"], EDGES)).toEqual(treeHazards(head, at, ["onset"], EDGES));
  });

  test("an outcome that no development person had gets no trees, and is read as unknown", async () => {
    const never = histories.map((person) => ({ ...person, outcomeDays: [[], person.outcomeDays[1] ?? []] }));
    const without = await grow(never.slice(0, 120));
    expect(without.hazards.outcomes.map(({ outcome }) => outcome)).toEqual(["death"]);
    const [read] = treeHazards(without, atIndex(histories.slice(0, 1)), ["onset", "death"], EDGES);
    expect([...read!].map(Number.isNaN)).toEqual([true, true, true, true, false, false, false, false]);
  });
});
