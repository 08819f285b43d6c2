/** Laws of what has become what. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Successors } from "../../src/ingest/hl7v2/successors.ts";

describe("merged identifiers", () => {
  it("end at a survivor whatever is merged into what, in any order", () => {
    const key = fc.integer({ min: 0, max: 6 });
    fc.assert(
      fc.property(fc.array(fc.tuple(key, key, fc.boolean())), (steps) => {
        const persons = new Successors<number>();
        for (const [prior, survivor, merge] of steps) {
          if (!merge) {
            persons.separate(prior, survivor);
            continue;
          }
          persons.becomes(prior, survivor);
          expect(persons.rootOf(prior)).toBe(persons.rootOf(survivor));
        }
        for (const each of persons.keys())
          expect(persons.rootOf(persons.rootOf(each))).toBe(persons.rootOf(each));
      }),
    );
  });
});
