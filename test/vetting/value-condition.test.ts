import { describe, expect, it } from "vitest";
import { parseValueCondition } from "../../src/vetting/value-condition.ts";

describe("a condition on a value", () => {
  it("holds for values on the right side of its bound, the bound included only where it says so", () => {
    expect([1.9, 2, 2.1].map(parseValueCondition(">= 2")!)).toEqual([false, true, true]);
    expect([1.9, 2, 2.1].map(parseValueCondition(">2")!)).toEqual([false, false, true]);
    expect([-1, -0.5, 0].map(parseValueCondition("<= -0.5")!)).toEqual([true, true, false]);
  });

  it("may have several bounds, which must all hold", () => {
    expect([89, 90, 139, 140].map(parseValueCondition(">= 90, < 140")!)).toEqual([false, true, true, false]);
  });

  it("is nothing else", () => {
    for (const text of ["", "2", "=> 2", ">= two", ">= 2,"]) expect(parseValueCondition(text)).toBeNull();
  });
});
