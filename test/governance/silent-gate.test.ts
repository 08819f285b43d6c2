import { expect, test } from "vitest";
import { silentGateFailure, silentGateSchema } from "../../src/governance/gates/silent-gate.ts";

const gate = silentGateSchema.parse({});
const estimate = (value: number, half = 0.05) => ({
  ...{ value, low: value - half, high: value + half, n: 400, method: "invented" },
});
const good = {
  ...{ outcome: "stroke", horizon: "2y", persons: 400, onsets: 80 },
  ...{ observedToExpected: estimate(1), calibrationSlope: estimate(1), auroc: estimate(0.8) },
};

test("an outcome is shown when enough has matured at one horizon, and all that has enough holds", () => {
  const few = { ...good, horizon: "5y", persons: 50, onsets: null, auroc: null };
  expect(silentGateFailure(gate, "stroke", [good, few])).toBeNull();
  expect(silentGateFailure(gate, "stroke", [few])).toMatch(/fewer than 200/);
  expect(silentGateFailure(gate, "stroke", [{ ...good, onsets: 19 }])).toMatch(/20 onsets/);
  expect(silentGateFailure(gate, "death", [good])).toMatch(/fewer than 200/);
  expect(
    silentGateFailure(gate, "stroke", [good, { ...good, horizon: "5y", auroc: estimate(0.62) }]),
  ).toMatch(/auroc within 5y 0\.62 \(0\.57 to 0\.67, n 400\), asked: low at least 0\.6/);
});

test("calibration out of bounds, or one that cannot be measured, keeps it silent", () => {
  const off = (change: object) => silentGateFailure(gate, "stroke", [{ ...good, ...change }]);
  expect(off({ observedToExpected: estimate(1.5) })).toMatch(/observedToExpected/);
  expect(off({ observedToExpected: estimate(0.6) })).toMatch(/observedToExpected/);
  expect(off({ calibrationSlope: estimate(0.3) })).toMatch(/calibrationSlope/);
  expect(off({ auroc: null })).toMatch(/auroc within 2y cannot be measured/);
});
