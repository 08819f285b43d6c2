import { expect, test } from "vitest";
import { createRandom } from "../../../src/effects/random.ts";
import type { ServedTask } from "../../../src/serving/answers/served-model.ts";
import { maturedAlarms, maturedCouldEnd } from "../../../src/serving/monitor/matured-alarms.ts";
import type { MaturedEvidence } from "../../../src/serving/monitor/matured-evidence.ts";
import { monitorSchema } from "../../../src/serving/monitor/monitor-config.ts";
import type { Alarm } from "../../../src/serving/monitor/unit-figures.ts";
import { evidenceOf } from "../../../src/serving/validations/task-evidence.ts";

const TASK = { outcome: { name: "onset" }, horizon: "2y", horizonDays: 730.5 } as unknown as ServedTask;
const RULES = monitorSchema.parse({});

/** Persons with risks all over, of whom `chance(risk)` have the outcome. */
function matured(
  group: string,
  chance: (risk: number) => number,
  persons = 1500,
): MaturedEvidence["groups"][number] {
  const random = createRandom(`matured ${group}`);
  const risks = Array.from({ length: persons }, () => 0.05 + 0.4 * random.next());
  const onset = risks.map((risk) => random.next() < chance(risk));
  const column = {
    risks,
    days: onset.map((one) => (one ? 300 : 800)),
    kinds: onset.map(Number),
    left: {},
  };
  return { tenant: "local", exposure: "silent", group, ...evidenceOf(TASK, column, 1) };
}

const rulesOf = (alarms: readonly Alarm[]) => alarms.map(({ rule, unit, about }) => [rule, unit, about]);

test("forecasts that came true raise no alarm", () => {
  const unit = matured("unit ward-3", (risk) => risk);
  expect(unit.observedToExpected?.value).toBeCloseTo(1, 1);
  expect(unit.calibrationSlope?.low).toBeLessThan(1);
  expect(unit.calibrationSlope?.high).toBeGreaterThan(1);
  expect(unit.auroc?.value).toBeGreaterThan(0.6);
  expect(maturedAlarms([unit], RULES)).toEqual([]);
});

test("onsets that are twice or half as many as forecast, and risks that rank nobody, raise an alarm in their unit", () => {
  const ok = matured("unit ward-4", (risk) => risk);
  expect(rulesOf(maturedAlarms([ok, matured("unit ward-3", (risk) => 2 * risk)], RULES))).toContainEqual([
    "miscalibrated",
    "ward-3",
    "2y, silent, unit",
  ]);
  expect(rulesOf(maturedAlarms([ok, matured("unit ward-3", (risk) => risk / 2)], RULES))).toContainEqual([
    "miscalibrated",
    "ward-3",
    "2y, silent, unit",
  ]);
  const flat = maturedAlarms([ok, matured("unit ward-3", () => 0.25)], RULES);
  expect(rulesOf(flat)).toEqual([
    ["calibration slope", "ward-3", "2y, silent, unit"],
    ["ranks badly", "ward-3", "2y, silent, unit"],
  ]);
  for (const { rule } of flat) expect(RULES.rules[rule].silent).toBe(true);
});

test("what is off in one sex is off in each unit; too few onsets are not judged, and end no alarm", () => {
  const units = [matured("unit ward-3", (risk) => risk), matured("unit ward-4", (risk) => risk)];
  const alarms = maturedAlarms([...units, matured("sex F", (risk) => 2 * risk)], RULES);
  expect(
    alarms.filter(({ rule }) => rule === "miscalibrated").map(({ unit, about }) => [unit, about]),
  ).toEqual([
    ["ward-3", "2y, silent, sex F"],
    ["ward-4", "2y, silent, sex F"],
  ]);
  const few = matured("sex F", (risk) => 2 * risk, 10);
  expect(few.auroc).toBeNull();
  expect(maturedAlarms([...units, few], RULES)).toEqual([]);
  const [alarm] = alarms;
  expect(maturedCouldEnd([...units, few], alarm as Alarm)).toBe(false);
  expect(maturedCouldEnd([...units, matured("sex F", (risk) => risk)], alarm as Alarm)).toBe(true);
});
