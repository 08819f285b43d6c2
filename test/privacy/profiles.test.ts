/** Laws of the profiles, on timelines that are made up at random. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shiftDaysOf, shiftsWithin } from "../../src/privacy/profile/date-shift.ts";
import { CENSUSES, restrictedZip3, zip3Of } from "../../src/privacy/profile/zip3.ts";
import { hasShapeOf } from "../../src/privacy/records/code-shape.ts";
import { FormIndex, findForms, formsOf } from "../../src/privacy/records/identifier-forms.ts";
import { screenCode, screenUnit } from "../../src/privacy/records/screen-code.ts";

describe("a date shift", () => {
  it("is one of the person, never zero, within its range, and of whole weeks where the weekday is to stay", () => {
    const range = fc.record({
      days: fc.integer({ min: 30, max: 1500 }),
      keep: fc.constantFrom("nothing" as const, "weekday" as const, "season" as const),
    });
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        range,
        (draw, { days, keep }) => {
          const shift = shiftDaysOf(draw, { days, keep });
          expect(shift).not.toBe(0);
          expect(Math.abs(shift)).toBeLessThanOrEqual(days);
          if (keep !== "nothing") expect(Math.abs(shift % 7)).toBe(0);
        },
      ),
    );
  });

  it("has as many choices as the guide says", () => {
    expect(shiftsWithin(365, "nothing")).toHaveLength(730);
    expect(shiftsWithin(365, "weekday")).toHaveLength(104);
  });
});

describe("a three-digit ZIP code", () => {
  it("is 000 where few people live, by the census that is asked for", () => {
    expect(restrictedZip3("2000")).toHaveLength(17);
    expect(restrictedZip3("2010")).toHaveLength(14);
    for (const census of CENSUSES)
      for (const zip3 of restrictedZip3(census)) expect(zip3Of(`${zip3}01-1234`, census)).toBe("000");
    expect(zip3Of("06301", "2010")).toBe("063");
    expect(zip3Of("06301", "2000")).toBe("000");
    expect(zip3Of("36901", "either")).toBe("000");
    expect(zip3Of("55901-1234", "either")).toBe("559");
    expect(zip3Of("K1A 0B1", "either")).toBe("000");
  });
});

describe("codes", () => {
  it("have the shape and the check digit of their system, or are not of it", () => {
    for (const [system, code] of [
      ["LOINC", "4548-4"],
      ["LOINC", "2085-9"],
      ["SNOMED", "44054006"],
      ["SNOMED", "195662009"],
      ["ICD10CM", "E11.9"],
      ["RXNORM", "860975"],
    ] as const)
      expect([code, hasShapeOf(system, code)]).toEqual([code, true]);
    for (const [system, code] of [
      ["LOINC", "4548-5"],
      ["SNOMED", "5075550199"],
      ["ICD10CM", "Smith"],
      ["RXNORM", "999-30-7608"],
    ] as const)
      expect([code, hasShapeOf(system, code)]).toEqual([code, false]);
  });

  it("leave without what identifies somebody, and stay when many persons share them", () => {
    const everybody = new FormIndex();
    for (const form of formsOf("name", "Zora Quellhorst")) everybody.add(form);
    const leaves = (code: string, persons: number): string =>
      screenCode({ code, persons }, everybody, 5).code;
    expect(leaves("ICD10CM/E11.9", 1)).toBe("ICD10CM/E11.9");
    expect(leaves("LOCAL/HR", 50)).toBe("LOCAL/HR");
    expect(leaves("LOCAL/HR", 2)).toBe("LOCAL/~");
    expect(leaves("LOCAL/Quellhorst, Zora", 900)).toBe("LOCAL/~");
    expect(leaves("LOCAL/z.quellhorst@mail.example", 900)).toBe("LOCAL/~");
    expect(leaves("ZORA-QUELLHORST/1", 900)).toBe("LOCAL/~");
    expect(leaves("SNOMED/5075550199", 3)).toBe("SNOMED/~");
    expect(screenUnit("mg/dL{Zora Quellhorst}", 900, everybody, 5)).toBe("mg/dL");
    expect(screenUnit("5075550199", 900, everybody, 5)).toBeNull();
  });
});

describe("identifiers of somebody", () => {
  it("are found however they are spaced and marked", () => {
    const index = new FormIndex();
    for (const [kind, value] of [
      ["phone", "(507) 555-0199"],
      ["number", "999-30-7608"],
      ["name", "María del Alvarez"],
      ["address", "12 Oak Street"],
    ] as const)
      for (const form of formsOf(kind, value)) index.add(form);
    for (const text of [
      "call 507.555.0199",
      "+1 507 555 0199",
      "SSN 999307608",
      "ALVAREZ, Maria",
      "lives at 12 oak  street.",
    ])
      expect([text, findForms(text, index).length]).toEqual([text, 1]);
    expect(findForms("an oak on the street, 12 of them", index)).toEqual([]);
  });

  it("are in the index once added, among however many others", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 5, maxLength: 20 }), { maxLength: 3000 }),
        (forms) => {
          const index = new FormIndex();
          for (const form of forms) index.add(form);
          expect(index.size).toBe(forms.length);
          expect(forms.every((form) => index.has(form))).toBe(true);
          expect(index.has("never added anywhere")).toBe(false);
        },
      ),
      { numRuns: 10 },
    );
  });
});
