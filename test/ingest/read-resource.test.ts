/** Laws of the FHIR reader, on resources that no server would send. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CandidateEvent } from "../../src/ingest/candidate-event.ts";
import { DEFAULT_CODE_ORDER } from "../../src/ingest/fhir/code-system.ts";
import type { FhirContext } from "../../src/ingest/fhir/fhir-context.ts";
import { readResource } from "../../src/ingest/fhir/read-resource.ts";
import { RESOURCE_RULES } from "../../src/ingest/fhir/resource-rules.ts";
import { SiteClock } from "../../src/ingest/site-clock.ts";
import { Counter, Tally } from "../../src/ingest/tally.ts";

interface Read {
  readonly events: CandidateEvent[];
  readonly refused: number;
}

function read(resource: unknown): Read {
  const events: CandidateEvent[] = [];
  const tally = new Tally();
  const context: FhirContext = {
    staging: {
      beginResource: () => {},
      addEvent: (event) => events.push(event),
      addPerson: () => {},
      addMedication: () => {},
      addEncounterEnd: () => {},
      addAlias: () => {},
      addVoidCopy: () => {},
      addKnown: () => {},
      describe: () => {},
    },
    tally,
    notes: new Counter(),
    notRead: new Counter(),
    unknownUnits: new Counter(),
    elements: new Counter(),
    collectIdentifiers: false,
    groupIdentifier: "https://h.example/group",
    unitAliases: {},
    codeOrder: DEFAULT_CODE_ORDER,
    clock: new SiteClock(null),
    leaveOutLabels: new Set(["R"]),
    bundle: new Map(),
  };
  readResource(resource, null, context);
  return { events, refused: tally.total() };
}

const FIELDS = [
  "id status subject patient code coding system display text value unit component valueQuantity valueString effectiveDateTime",
  "effectivePeriod start end onsetDateTime recordedDate authoredOn period class type reference medicationReference",
  "medicationCodeableConcept verificationStatus identifier gender birthDate deceasedDateTime deceasedBoolean meta",
  "content attachment contentType data url presentedForm conclusion location classHistory hospitalization activity detail",
  "condition relationship device beneficiary created date timingDateTime extension modifierExtension link other category",
  "valueRange low high valueRatio numerator denominator interpretation medication concept actualPeriod",
  "vaccineCode occurrenceDateTime performedDateTime whenHandedOver issued hasMember dataAbsentReason contained",
]
  .join(" ")
  .split(" ");

const TEXTS = [
  "Patient/1",
  "http://loinc.org",
  "2020-01-02",
  "2020-02-30",
  "mg/dL",
  "final",
  "",
  " ",
  "#x",
  "male",
];

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(null, true, 0, -1.5, Number.MAX_VALUE, ...TEXTS),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...FIELDS), tie("value"), { maxKeys: 6 }),
  ),
})).value;

describe("a FHIR resource", () => {
  it("of any shape is read without failing, and leaves a trace for each candidate", () => {
    const types = [...Object.keys(RESOURCE_RULES), "Patient"];
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.dictionary(fc.constantFrom(...FIELDS), json),
        (type, fields) => {
          const { events, refused } = read({ ...fields, resourceType: type });
          expect(events.length + refused).toBeGreaterThan(0);
          for (const event of events) {
            expect(event.person).not.toBe("");
            expect(event.ms === null || Number.isFinite(event.ms)).toBe(true);
            expect(event.code !== "" || event.medication !== null).toBe(true);
            expect(event.numericValue === null || Number.isFinite(event.numericValue)).toBe(true);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("that is not an object or names no type of R4 is one rejected candidate", () => {
    fc.assert(
      fc.property(fc.oneof(json, fc.constant({ resourceType: "Patiënt" })), (value) => {
        const { events, refused } = read(value);
        expect([events.length, refused]).toEqual([0, 1]);
      }),
    );
  });

  it("with k components is k candidates, one more when it has a value of its own", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), fc.boolean(), (k, own) => {
        const coded = { coding: [{ system: "http://loinc.org", code: "8480-6" }] };
        const { events } = read({
          resourceType: "Observation",
          status: "final",
          subject: { reference: "Patient/1" },
          effectiveDateTime: "2020-01-02",
          code: coded,
          ...(own ? { valueInteger: 1 } : {}),
          component: Array.from({ length: k }, () => ({ code: coded, valueInteger: 2 })),
        });
        expect(events.length).toBe(k === 0 ? 1 : k + (own ? 1 : 0));
      }),
    );
  });
});
