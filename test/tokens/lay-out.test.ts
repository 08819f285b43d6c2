import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SubjectKey } from "../../src/timeline/patient-event.ts";
import type { EncodedPatient } from "../../src/tokens/encoded-patient.ts";
import { latestPart, layOut, partsOf } from "../../src/tokens/lay-out.ts";
import { buildVocabulary } from "../../src/tokens/vocabulary.ts";
import { DAYS_PER_YEAR } from "../../src/vetting/duration.ts";

const vocabulary = buildVocabulary(
  {
    counts: new Map([
      ["DX/a", 50],
      ["DX/b", 50],
    ]),
    staticCounts: new Map([["SEX/F", 10]]),
    edges: new Map(),
    parents: new Map(),
  },
  { minimumEvents: 1, intervalDays: [1, 7, 30, 90, 180], clockYears: 1 },
);
const [a, b] = [vocabulary.match("DX/a", null, null).token, vocabulary.match("DX/b", null, null).token];

function patient(days: readonly number[], changes: Partial<EncodedPatient> = {}): EncodedPatient {
  const sorted = [...days].sort((x, y) => x - y);
  return {
    subjectId: 1 as SubjectKey,
    birthDay: -50 * DAYS_PER_YEAR,
    indexDay: 1000,
    deathDay: Number.NaN,
    firstDay: Math.min(1000, sorted[0] ?? 1000),
    lastDay: 4000,
    staticTokens: Int32Array.of(vocabulary.match("SEX/F", null, null).token),
    tokens: Int32Array.from(sorted, (_, i) => (i % 2 === 0 ? a : b)),
    days: Float64Array.from(sorted),
    outcomeDays: [],
    ...changes,
  };
}

const eventDays = fc.array(fc.integer({ min: 0, max: 3900 }), { maxLength: 40 });

describe("a timeline laid out as tokens", () => {
  it("reads start, sex, age, events with gaps, the index mark and a clock tick on the prediction time", () => {
    const sequence = layOut(patient([900, 940]), vocabulary, { anchorDay: 1000, untilDay: 1000 });
    expect([...sequence.tokens].map((token) => vocabulary.name(token))).toEqual([
      "<start>",
      "SEX/F",
      "AGE//52",
      "DX/a",
      "INTERVAL//2",
      "DX/b",
      "INTERVAL//2",
      "<index>",
      "AGE//52",
    ]);
    expect(sequence.ticks).toEqual([8]);
  });

  it("knows nothing of what comes after the day it is laid out for", () => {
    fc.assert(
      fc.property(eventDays, eventDays, fc.integer({ min: 100, max: 3800 }), (early, late, day) => {
        const before = early.filter((d) => d <= day);
        const options = { anchorDay: day, untilDay: day };
        const short = layOut(patient([...before, 0]), vocabulary, options);
        const after = late.filter((d) => d > day);
        const whole = patient([...before, 0]);
        const longer: EncodedPatient = {
          ...whole,
          tokens: Int32Array.from([...whole.tokens, ...after.map(() => b)]),
          days: Float64Array.from([...whole.days, ...after.sort((x, y) => x - y)]),
          deathDay: 3950,
          lastDay: 3950,
        };
        expect(layOut(longer, vocabulary, options)).toEqual(short);
      }),
    );
  });

  it("ticks at moments that do not depend on the events, so that a tick does not tell that an event is near", () => {
    fc.assert(
      fc.property(eventDays, eventDays, (some, others) => {
        const ticksOf = (days: readonly number[]) => {
          const sequence = layOut(patient([...days, 0]), vocabulary, { anchorDay: 1000, untilDay: 4000 });
          return sequence.ticks.map((tick) => sequence.days[tick]);
        };
        expect(ticksOf(some)).toEqual(ticksOf(others));
      }),
    );
  });

  it("never goes back in time, and states no tick after death", () => {
    fc.assert(
      fc.property(eventDays, fc.integer({ min: 1100, max: 3900 }), (days, deathDay) => {
        const dead = patient(
          days.filter((d) => d <= deathDay),
          { deathDay, lastDay: deathDay },
        );
        const sequence = layOut(dead, vocabulary, { anchorDay: 1000, untilDay: deathDay });
        expect([...sequence.days]).toEqual([...sequence.days].sort((x, y) => x - y));
        expect(sequence.tokens.at(-1)).toBe(vocabulary.death);
      }),
    );
  });

  it("places an event at the day from which it could be known", () => {
    const sequence = layOut(patient([995]), vocabulary, { anchorDay: 990, untilDay: 990 });
    expect([...sequence.tokens]).not.toContain(a);
  });
});

describe("parts of a long timeline", () => {
  it("fit the context, repeat the prefix, and teach every successor exactly once", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3900 }), { minLength: 60, maxLength: 200 }), (days) => {
        const sequence = layOut(patient(days), vocabulary, { anchorDay: 1000, untilDay: 4000 });
        const parts = partsOf(sequence, 48);
        let taught = 0;
        let ticks = 0;
        for (const part of parts) {
          expect(part.tokens.length).toBeLessThanOrEqual(48);
          expect([...part.tokens.subarray(0, sequence.prefixLength)]).toEqual([
            ...sequence.tokens.subarray(0, sequence.prefixLength),
          ]);
          taught += part.tokens.length - 1 - part.learnFrom;
          ticks += part.ticks.length;
          for (const tick of part.ticks) expect(vocabulary.isAge(part.tokens[tick]!)).toBe(true);
        }
        expect(taught).toBe(sequence.tokens.length - 1);
        expect(ticks).toBe(sequence.ticks.length);
      }),
    );
  });

  it("for a forecast are the latest tokens behind the prefix", () => {
    const sequence = layOut(patient(Array.from({ length: 100 }, (_, i) => i * 9)), vocabulary, {
      anchorDay: 1000,
      untilDay: 1000,
    });
    const latest = latestPart(sequence, 40);
    expect(latest).toHaveLength(40);
    expect([...latest.subarray(3)]).toEqual([...sequence.tokens.subarray(sequence.tokens.length - 37)]);
  });
});
