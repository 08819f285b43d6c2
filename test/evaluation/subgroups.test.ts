import { describe, expect, test } from "vitest";
import { isIntersection, prepareSubgroups } from "../../src/evaluation/design/subgroups.ts";
import type { SubjectKey } from "../../src/timeline/patient-event.ts";
import type { PatientHistory } from "../../src/vetting/patient-history.ts";

const MINIMUM_CELL = 3;
const DAY = 20_000;
const YEAR = 365.25;

function person(i: number, sex: string | null, race: string | null, age: number): PatientHistory {
  return {
    subjectId: i as SubjectKey,
    birthDay: DAY - age * YEAR - 1,
    sex,
    indexDay: null,
    deathDay: null,
    lastDay: DAY + 1,
    firstDay: 0,
    events: [],
    staticCodes: race === null ? [] : [`RACE/${race}`],
    outcomeDays: [],
  };
}

function groupsOf(histories: readonly PatientHistory[]) {
  const groups = prepareSubgroups(
    histories,
    MINIMUM_CELL,
  )({
    positions: Int32Array.from(histories.keys()),
    predictionDays: new Float64Array(histories.length).fill(DAY),
  });
  return new Map(groups.map(({ name, levels, level }) => [name, [...level].map((place) => levels[place])]));
}

describe("subgroups", () => {
  test("sex, age and race are measured together where each has two levels of its own", () => {
    const histories = Array.from({ length: 24 }, (_, i) =>
      person(i, i % 2 === 0 ? "F" : "M", i % 4 < 2 ? "A" : "B", i < 12 ? 45 : 65),
    );
    const groups = groupsOf(histories);
    expect([...groups.keys()]).toEqual(["sex", "race", "age", "sex and age", "sex and race", "age and race"]);
    expect(groups.get("sex and race")?.slice(0, 4)).toEqual(["F, A", "M, A", "F, B", "M, B"]);
    expect(groups.get("age and race")?.slice(0, 3)).toEqual(["40 to 49, A", "40 to 49, A", "40 to 49, B"]);
    expect([...groups.keys()].filter(isIntersection)).toHaveLength(3);
  });

  test("an attribute that nobody's record tells is not crossed with another", () => {
    const histories = Array.from({ length: 12 }, (_, i) => person(i, i % 2 === 0 ? "F" : "M", null, 45));
    expect([...groupsOf(histories).keys()]).toEqual(["sex"]);
  });

  test("cells of an intersection that are too small are not named, nor left as a remainder that is", () => {
    const histories = Array.from({ length: 20 }, (_, i) =>
      person(i, i === 0 || i > 9 ? "F" : "M", i === 1 || i > 11 ? "A" : "B", 45),
    );
    const cells = groupsOf(histories).get("sex and race") ?? [];
    expect(new Set(cells)).toEqual(new Set(["F, A", "M, B", "other, too few"]));
    expect(cells.filter((cell) => cell === "other, too few").length).toBeGreaterThanOrEqual(MINIMUM_CELL);
  });
});
