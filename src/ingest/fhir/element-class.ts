/**
 * Which element of FHIR is what: looked up in the table of all R4 elements, and in the parts of the types that are kept.
 * What neither knows is unknown.
 */
import { FHIR_ELEMENTS } from "./elements.table.ts";

export type ElementClass = "keep" | "code" | "date" | "key" | "text" | "part" | "drop";

export interface ElementRule {
  readonly class: ElementClass;
  /** `CodeableConcept`, or `@path` of the element whose parts are repeated. */
  readonly type: string;
}

type Rules = ReadonlyMap<string, ElementRule>;

let table: ReadonlyMap<string, Rules> | undefined;

/** By path below the resource, e.g. `component.valueQuantity`. Null for a type that R4 does not have. */
export function elementRules(resourceType: string): Rules | null {
  table ??= parseTable();
  return table.get(resourceType) ?? null;
}

function parseTable(): ReadonlyMap<string, Rules> {
  const types = new Map<string, Map<string, ElementRule>>();
  let current = new Map<string, ElementRule>();
  for (const line of FHIR_ELEMENTS.split("\n")) {
    if (line === "") continue;
    if (!line.startsWith(" ")) {
      current = new Map();
      types.set(line, current);
      continue;
    }
    const [given, ...names] = line.trim().split(" ");
    for (const name of names) {
      const colon = name.indexOf(":");
      const path = colon < 0 ? name : name.slice(0, colon);
      current.set(path, { class: given as ElementClass, type: colon < 0 ? "" : name.slice(colon + 1) });
    }
  }
  return types;
}

const keep = { class: "keep", type: "" } as const;
const drop = { class: "drop", type: "" } as const;
const date = { class: "date", type: "" } as const;
const key = { class: "key", type: "" } as const;
const text = { class: "text", type: "" } as const;
const quantity = {
  value: keep,
  comparator: keep,
  unit: { class: "code", type: "" },
  system: keep,
  code: keep,
} as const;

/** What is inside a value of these types; other types are kept whole, being a plain value. */
const PARTS: Readonly<Record<string, Readonly<Record<string, ElementRule>>>> = {
  Coding: {
    system: keep,
    version: keep,
    code: { class: "code", type: "" },
    display: text,
    userSelected: keep,
  },
  CodeableConcept: { coding: { class: "code", type: "Coding" }, text },
  Quantity: quantity,
  Age: quantity,
  Count: quantity,
  Duration: quantity,
  Distance: quantity,
  SimpleQuantity: quantity,
  Range: { low: { class: "code", type: "Quantity" }, high: { class: "code", type: "Quantity" } },
  Ratio: { numerator: { class: "code", type: "Quantity" }, denominator: { class: "code", type: "Quantity" } },
  Period: { start: date, end: date },
  Timing: {
    event: date,
    repeat: { class: "part", type: "TimingRepeat" },
    code: { class: "code", type: "CodeableConcept" },
  },
  TimingRepeat: {
    boundsPeriod: { class: "date", type: "Period" },
    boundsDuration: { class: "code", type: "Duration" },
    boundsRange: { class: "code", type: "Range" },
    ...Object.fromEntries(
      "count countMax duration durationMax durationUnit frequency frequencyMax period periodMax periodUnit dayOfWeek timeOfDay when offset"
        .split(" ")
        .map((name) => [name, keep]),
    ),
  },
  Dosage: {
    sequence: keep,
    text: drop,
    additionalInstruction: drop,
    patientInstruction: drop,
    timing: { class: "date", type: "Timing" },
    asNeededBoolean: keep,
    asNeededCodeableConcept: { class: "code", type: "CodeableConcept" },
    site: { class: "code", type: "CodeableConcept" },
    route: { class: "code", type: "CodeableConcept" },
    method: { class: "code", type: "CodeableConcept" },
    doseAndRate: { class: "part", type: "DoseAndRate" },
    maxDosePerPeriod: { class: "code", type: "Ratio" },
    maxDosePerAdministration: { class: "code", type: "Quantity" },
    maxDosePerLifetime: { class: "code", type: "Quantity" },
  },
  DoseAndRate: {
    type: { class: "code", type: "CodeableConcept" },
    doseRange: { class: "code", type: "Range" },
    doseQuantity: { class: "code", type: "Quantity" },
    rateRatio: { class: "code", type: "Ratio" },
    rateRange: { class: "code", type: "Range" },
    rateQuantity: { class: "code", type: "Quantity" },
  },
  Reference: {
    reference: key,
    type: keep,
    identifier: { class: "key", type: "Identifier" },
    display: { class: "drop", type: "Display" },
  },
  Identifier: {
    use: keep,
    type: { class: "code", type: "CodeableConcept" },
    system: keep,
    value: key,
    period: drop,
    assigner: drop,
  },
  Meta: {
    versionId: keep,
    lastUpdated: date,
    profile: keep,
    security: { class: "code", type: "Coding" },
    tag: { class: "code", type: "Coding" },
    source: drop,
  },
  Attachment: {
    contentType: keep,
    language: keep,
    data: text,
    size: keep,
    creation: date,
    url: drop,
    title: drop,
    hash: drop,
  },
};

export function partRules(type: string): Readonly<Record<string, ElementRule>> | null {
  return PARTS[type] ?? null;
}

/** Extensions that are read; all others are dropped. */
export const KEPT_EXTENSIONS: ReadonlySet<string> = new Set(
  ["us-core-race", "us-core-ethnicity", "us-core-birthsex", "ombCategory", "detailed"].flatMap((name) => [
    name,
    `http://hl7.org/fhir/us/core/StructureDefinition/${name}`,
  ]),
);
