import { join } from "node:path";
import { expect, test } from "vitest";
import { EventMeaning } from "../../src/serving/records/event-meaning.ts";
import type { PatientEvent } from "../../src/timeline/patient-event.ts";
import { readVocabulary } from "../../src/tokens/tokenize.ts";
import type { Vocabulary } from "../../src/tokens/vocabulary.ts";
import { makeServedSite } from "../support/served-site.ts";
import { event } from "../support/small-cohort.ts";

const { folder, release } = await makeServedSite();
const vocabulary: Vocabulary = await readVocabulary(
  join(folder, "releases", release, "model", "vocabulary.json"),
);
const of = (units = {}, icd9cm: "backOff" | "translate" = "backOff") =>
  new EventMeaning(vocabulary, units, icd9cm);
const lab = (value: number, unit: string): PatientEvent => ({ ...event(1, "LOINC/2339-0", value), unit });

test("a value comes into the unit that its code was learned in", () => {
  const { numericValue, unit } = of().settled(lab(1, "g/L"));
  expect([numericValue, unit]).toEqual([100, "mg/dL"]);
});

test("amount of substance needs a molar mass: the table's, else the site's", () => {
  const strange = { ...event(1, "LOINC/8480-6", 5), unit: "mmol/L" };
  expect(of().settled(strange)).toEqual(strange);
  const glucose = of({ "LOINC/2339-0": { molarMass: 200 } }).settled(lab(5, "mmol/L"));
  expect(glucose.numericValue).toBeCloseTo(100, 3);
  expect(glucose.unit).toBe("mg/dL");
});

test("an ICD-9-CM code that the vocabulary lacks is read as its one equivalent, and kept where there are several", () => {
  expect(of().settled(event(1, "ICD9CM/401.1")).code).toBe("ICD10CM/I10");
  expect(of({}, "translate").settled(event(1, "ICD9CM/401.1")).code).toBe("ICD10CM/I10");
  expect(of().settled(event(1, "ICD9CM/401.9")).code).toBe("ICD9CM/401.9");
  expect(of().settled(event(1, "ICD9CM/nothing")).code).toBe("ICD9CM/nothing");
});
