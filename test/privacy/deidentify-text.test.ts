import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyCounts, readMarkedNotes, score } from "../../bench/deid-score.ts";
import { deidentifyText } from "../../src/privacy/text/deidentify-text.ts";
import { isMbi, isNpi, isVin } from "../../src/privacy/text/detectors/check-digits.ts";
import { withinOneEdit } from "../../src/privacy/text/known-identifiers.ts";
import { renderNote } from "../../src/privacy/text/render-note.ts";
import { dateShift, surrogateFor } from "../../src/privacy/text/surrogate.ts";

const found = (text: string, options = {}): string[] =>
  deidentifyText(text, options).map((span) => text.slice(span.start, span.end));

describe("finding identifiers in text", () => {
  it("finds those of the marked notes and leaves clinical terms alone", () => {
    const counts = emptyCounts();
    for (const note of readMarkedNotes(join(import.meta.dirname, "../cases/deid-notes/tuning")))
      score(note, deidentifyText(note.text), counts);
    expect(counts.foundAny / counts.marked).toBeGreaterThan(0.97);
    expect(counts.spansRight / counts.spans).toBeGreaterThan(0.94);
    expect(counts.namesFound / counts.names).toBeGreaterThan(0.97);
    expect(counts.clinicalTermsRemoved / counts.clinicalTerms).toBeLessThan(0.01);
  });

  it("leaves names that medicine uses as words", () => {
    const text =
      "Foley catheter out. Parkinson disease, Crohn's flare, Hodgkin lymphoma, Bell's palsy, Murphy's sign, Homans sign, Romberg, Babinski, Down syndrome, Glasgow Coma Scale 15, Apgar 9. She may walk and will return.";
    expect(found(text)).toEqual([]);
  });

  it("finds a clinician who bears the name of a sign", () => {
    expect(found("Seen by Dr. Will Foley and Dr. May.")).toEqual(["Will Foley", "May"]);
  });

  it("leaves younger ages and finds those over 89", () => {
    expect(found("An 89 year old man and a 93-year-old woman.")).toEqual(["93"]);
    expect(found("An 89 year old man.", { everyAge: true })).toEqual(["89"]);
  });

  it("tells dates from fractions, scores and strengths", () => {
    expect(found("Strength 5/5, pain 6/10, BP 120/80, took 1/2 tab, 2/6 murmur.")).toEqual([]);
    expect(found("Admitted 3/14, seen on 2019-07-04 and in March 2020.")).toEqual([
      "3/14",
      "2019-07-04",
      "March 2020",
    ]);
  });

  it("believes numbers with check digits", () => {
    expect([isNpi("1234567893"), isNpi("1234567890")]).toEqual([true, false]);
    expect([isMbi("1EG4TE5MK73"), isMbi("0EG4TE5MK73")]).toEqual([true, false]);
    expect([isVin("1HGCM82633A004352"), isVin("1HGCM82633A004353")]).toEqual([true, false]);
  });

  it("finds the end of a social security number", () => {
    expect(found("SSN ending 4471. The ssn ends in 8812; last four 9931.")).toEqual(["4471", "8812", "9931"]);
  });

  it("finds what is known of the patient however it is written", () => {
    const known = { names: ["William Zabriskie"], dates: ["1952-03-14"], numbers: ["00-48-21-77"] };
    expect(found("Bill zabriske, b. 14.3.52, no 00482177", { known })).toEqual([
      "Bill zabriske",
      "14.3.52",
      "00482177",
    ]);
  });

  it("gives spans in order, inside of the text, without overlaps", () => {
    const piece = fc.constantFrom(
      "Dr. ",
      "Smith",
      " 3/4/99 ",
      "617-555-0123",
      "\n",
      "MRN: 12345678",
      ", ",
      "x",
      "Foley ",
      "@",
      "a.b",
      "é",
      "(",
      "12 Oak St ",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join("");
        let at = 0;
        for (const span of deidentifyText(text)) {
          expect(span.start).toBeGreaterThanOrEqual(at);
          expect(span.end).toBeGreaterThan(span.start);
          expect(span.end).toBeLessThanOrEqual(text.length);
          at = span.end;
        }
      }),
    );
  });

  it.each(
    '1|1-|a.|@|1/|A |Dr. |(617) |www.|a-|:|0 |St. |(|<|John-|John |one |of |to Xx |at A |&#|A.|to "|Hospital |1 Main |漢|😀'.split(
      "|",
    ),
  )("ends on thirty thousand repetitions of %j", (unit) => {
    expect(Array.isArray(deidentifyText(unit.repeat(30_000)))).toBe(true);
  });
});

describe("what stands in the place of an identifier", () => {
  const key = { secret: new Uint8Array(32).fill(7), patient: "p1" };

  it("is the same for a patient everywhere and another one at another site", () => {
    const span = { start: 0, end: 5, kind: "name", rule: "test", confidence: 1 } as const;
    const once = surrogateFor("Maria", span, key);
    expect(surrogateFor("Maria", span, key)).toBe(once);
    expect(surrogateFor("MARIA", span, key)).toBe(once.toUpperCase());
    const elsewhere = [1, 2, 3, 4].map((fill) =>
      surrogateFor("Maria", span, { ...key, secret: new Uint8Array(32).fill(fill) }),
    );
    expect(new Set([once, ...elsewhere]).size).toBeGreaterThan(2);
  });

  it("keeps the days between two dates", () => {
    const span = { start: 0, end: 10, kind: "date", rule: "test", confidence: 1 } as const;
    const [a, b] = ["2019-01-30", "03/04/2019"].map((text) => Date.parse(surrogateFor(text, span, key))) as [
      number,
      number,
    ];
    expect(Math.round((b - a) / 86_400_000)).toBe(33);
    expect(dateShift(key)).not.toBe(0);
  });

  it("leaves the rest of the note as it was", () => {
    const text = "Seen by Dr. Osei today.";
    expect(renderNote(text, deidentifyText(text), "tag")).toBe("Seen by Dr. [NAME] today.");
  });

  it("knows one letter wrong from two", () => {
    expect([
      withinOneEdit("alvarez", "alvares"),
      withinOneEdit("smith", "smiht"),
      withinOneEdit("smith", "smyhe"),
    ]).toEqual([true, true, false]);
  });
});
