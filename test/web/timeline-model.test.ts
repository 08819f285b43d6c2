import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lanesOf, markedOf, runsOf } from "../../web/src/patient/timeline/timeline-model.ts";

const WIDTH = 400;

/** Of a record of these times, looked at from 0 to `to`: every pixel that has an event. */
function pixels(times: readonly number[], to: number): number[] {
  const seen = times.filter((time) => time >= 0 && time <= to).map((time) => pixel(time, to));
  return [...new Set(seen)].sort((a, b) => a - b);
}

function pixel(time: number, to: number): number {
  return Math.round((time / to) * WIDTH);
}

describe("what the timeline draws", () => {
  test("covers the pixels that have an event of the window, and no others", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -50, max: 1200 }), { maxLength: 300 }),
        fc.integer({ min: 1, max: 1000 }),
        (drawn, to) => {
          const times = drawn.toSorted((a, b) => a - b);
          const events = Int32Array.from(times.keys());
          const runs = runsOf(events, times, { from: 0, to }, (time) => pixel(time, to));
          const covered = runs.flatMap((run) =>
            Array.from({ length: run.to - run.from + 1 }, (_, i) => run.from + i),
          );
          expect(covered).toEqual(pixels(times, to));
          // Runs that touch are one.
          expect(runs.slice(1).every((run, i) => run.from > (runs[i]?.to ?? 0) + 1)).toBe(true);
        },
      ),
    );
  });

  test("is one run of a lane with 20,000 events on 400 pixels", () => {
    const times = Array.from({ length: 20_000 }, (_, i) => i);
    const runs = runsOf(Int32Array.from(times), times, { from: 0, to: 19_999 }, (time) =>
      pixel(time, 19_999),
    );
    expect(runs).toEqual([{ from: 0, to: WIDTH }]);
  });

  test("marks events by their code, each in its lane", () => {
    const timeline = {
      codes: [
        { code: "a", text: "a", lane: "conditions" as const, unit: null },
        { code: "b", text: "b", lane: "measurements" as const, unit: null },
        { code: "c", text: "c", lane: "measurements" as const, unit: null },
      ],
      times: [1, 2, 3, 4, 5],
      code: [1, 0, 2, 1, 0],
      values: [null, null, null, null, null],
    };
    const lanes = lanesOf(timeline);
    expect(lanes.map(({ lane }) => lane)).toEqual(["conditions", "measurements"]);
    expect(markedOf(lanes, timeline, new Set([1])).map((events) => [...events])).toEqual([[], [0, 3]]);
  });
});
