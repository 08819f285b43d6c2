import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shiftWrittenDate } from "../../src/privacy/text/shift-date.ts";
import { surrogateFor } from "../../src/privacy/text/surrogate.ts";

const two = (value: number): string => String(value).padStart(2, "0");

describe("dates in surrogates", () => {
  it.each([
    ["2019-01-30", "2019-02-04"],
    ["01/30/2019", "02/04/2019"],
    ["1/30/19", "2/4/19"],
    ["30.1.2019", "4.2.2019"],
    ["1/30", "2/4"],
    ["20190130", "20190204"],
    ["January 30th, 2019", "February 4th, 2019"],
    ["30 JAN 2019", "4 FEB 2019"],
    ["30-Jan-19", "4-Feb-19"],
    ["Dec 30", "Jan 4"],
    ["Wednesday", "Monday"],
    ["the 3rd of May", "the 8th of May"],
    ["1/28-1/30", "2/2-2/4"],
  ])("moves %s by five days and keeps how it is written", (written, moved) => {
    expect(shiftWrittenDate(written, { days: 5 })).toBe(moved);
  });

  it("says when it does not understand", () => {
    expect(shiftWrittenDate("Christmas", { days: 5 })).toBeNull();
  });

  it("reads the day first when told so", () => {
    expect(shiftWrittenDate("03/04/2019", { days: 5, dayFirst: true })).toBe("08/04/2019");
  });

  it("keeps the days between any two full dates, in whichever form", () => {
    const forms = (date: Date): string[] => {
      const [y, m, d] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
      return [`${y}-${two(m)}-${two(d)}`, `${two(m)}/${two(d)}/${y}`, `${m}-${d}-${y}`];
    };
    const day = fc.integer({ min: 8_000, max: 20_000 });
    fc.assert(
      fc.property(day, day, fc.integer({ min: -365, max: 365 }), fc.nat(2), (a, b, days, form) => {
        const [from, to] = [a, b].map((at) => {
          const written = forms(new Date(at * 86_400_000))[form]!;
          const moved = shiftWrittenDate(written, { days })!;
          const [x, y, z] = moved.split(/[-/]/).map(Number) as [number, number, number];
          return form === 0 ? Date.UTC(x, y - 1, z) : Date.UTC(z, x - 1, y);
        }) as [number, number];
        expect(Math.round((to - from) / 86_400_000)).toBe(b - a);
      }),
    );
  });
});

describe("surrogates", () => {
  const key = { secret: new Uint8Array(32).fill(3), patient: "p1", shiftDays: 5 };
  const as = (text: string, kind: "name" | "location" | "organization" | "phone" | "date"): string =>
    surrogateFor(text, { start: 0, end: text.length, kind, rule: "test", confidence: 1 }, key);

  it("give initials that fit the names", () => {
    const full = as("Maria Alvarez", "name");
    const short = as("M. Alvarez", "name");
    expect(short).toBe(`${full[0]}. ${full.split(" ")[1]}`);
  });

  it("keep what sort of place and institution it is and the form of numbers", () => {
    expect(as("Lakeview Methodist Hospital", "organization")).toMatch(/ Hospital$/);
    expect(as("12 Oak Street, Apt 4B", "location")).toMatch(/^\d\d \p{Lu}\p{L}+ Street, Apt \d[A-Z]$/u);
    expect(as("(617) 555-0123", "phone")).toMatch(/^\(\d{3}\) \d{3}-\d{4}$/);
    expect(as("MA", "location")).toMatch(/^[A-Z]{2}$/);
  });

  it("move dates by the shift of the patient's other records", () => {
    expect(as("3/4/2019", "date")).toBe("3/9/2019");
  });

  it("are drawn from another half of the names at another site", () => {
    const names = (fill: number): Set<string> =>
      new Set(
        Array.from({ length: 300 }, (_, i) =>
          surrogateFor(
            "Maria",
            { start: 0, end: 5, kind: "name", rule: "test", confidence: 1 },
            { secret: new Uint8Array(32).fill(fill), patient: `p${i}` },
          ),
        ),
      );
    const [here, there] = [names(1), names(2)];
    const shared = [...here].filter((name) => there.has(name)).length;
    expect(shared / here.size).toBeLessThan(0.75);
  });
});
