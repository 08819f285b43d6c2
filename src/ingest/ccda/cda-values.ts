/** Data types of HL7 v3 as C-CDA uses them, turned into those of FHIR. A nullFlavor is nothing, with its reason lost on purpose. */
import { type JsonObject, listAt, objectAt, textAt } from "../json-access.ts";

/** Attributes, as the library names them. */
export function attribute(node: unknown, name: string): string | null {
  return textAt(node, `@_${name}`);
}

/** `20120806101500.000-0500` → `2012-08-06T10:15:00-05:00`, as precise as it was written; null when it is none. */
export function fhirTime(text: string | null): string | null {
  const match = /^(\d{4})(\d{2})?(\d{2})?(?:(\d{2})(\d{2})?(\d{2})?(?:\.\d+)?)?([+-]\d{2}:?\d{2}|Z)?$/.exec(
    text ?? "",
  );
  if (match === null) return null;
  const [, year, month, day, hour, minute = "00", second = "00", zone = ""] = match;
  const date = [year, month, day].filter((part) => part !== undefined).join("-");
  if (hour === undefined) return date;
  return `${date}T${hour}:${minute}:${second}${zone.replace(/^([+-]\d{2})(\d{2})$/, "$1:$2")}`;
}

export interface CdaPeriod {
  readonly start: string | null;
  readonly end: string | null;
}

/** A point in time or an interval; of several (a medication's schedule) the first that says a date. */
export function periodOf(node: unknown): CdaPeriod {
  for (const time of listAt(node, "effectiveTime")) {
    const at = fhirTime(attribute(time, "value")) ?? fhirTime(attribute(objectAt(time, "center"), "value"));
    if (at !== null) return { start: at, end: null };
    const [low, high] = ["low", "high"].map((end) => fhirTime(attribute(objectAt(time, end), "value")));
    if (low !== null || high !== null)
      return { start: low ?? high ?? null, end: low === null ? null : (high ?? null) };
  }
  return { start: null, end: null };
}

/** A CodeableConcept of the code and its translations; null when neither says anything. */
export function conceptOfCode(node: unknown): JsonObject | null {
  const coding = [node, ...listAt(node, "translation")]
    .map(
      (code) =>
        [attribute(code, "code"), attribute(code, "codeSystem"), attribute(code, "displayName")] as const,
    )
    .filter(([code]) => code !== null)
    .map(([code, system, display]) => ({
      code,
      ...(system === null ? {} : { system: `urn:oid:${system}` }),
      ...(display === null ? {} : { display }),
    }));
  return coding.length === 0 ? null : { coding };
}

/** `value[x]` of an Observation; empty when there is none. */
export function typedValue(observation: JsonObject): JsonObject {
  const value = listAt(observation, "value")[0];
  const plain = textAt(observation, "value");
  if (value === undefined) return plain === null ? {} : { valueString: plain };
  const type = (attribute(value, "xsi:type") ?? attribute(value, "type") ?? "").replace(/^.*:/, "");
  const written = attribute(value, "value");
  switch (type) {
    case "PQ":
    case "REAL":
    case "INT":
    case "MO": {
      const quantity = quantityOf(value);
      return quantity === null ? {} : { valueQuantity: quantity };
    }
    case "IVL_PQ":
    case "IVL_INT":
    case "IVL_REAL":
      return intervalOf(value);
    case "CD":
    case "CE":
    case "CV":
    case "CO":
    case "CS": {
      const concept = conceptOfCode(value);
      return concept === null ? {} : { valueCodeableConcept: concept };
    }
    case "BL":
      return written === null ? {} : { valueBoolean: written === "true" };
    case "TS": {
      const time = fhirTime(written);
      return time === null ? {} : { valueDateTime: time };
    }
    default: {
      const text = textAt(value, "#text");
      return text === null ? {} : { valueString: text };
    }
  }
}

function quantityOf(node: unknown): JsonObject | null {
  const written = attribute(node, "value");
  if (written === null || !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(written)) return null;
  const unit = attribute(node, "unit");
  return {
    value: Number(written),
    ...(unit === null || unit === "1" ? {} : { unit, code: unit, system: "http://unitsofmeasure.org" }),
  };
}

/** An open interval is a comparator, as a laboratory's `<5`. */
function intervalOf(value: JsonObject): JsonObject {
  const [low, high] = [objectAt(value, "low"), objectAt(value, "high")];
  const [from, to] = [quantityOf(low), quantityOf(high)];
  if (from !== null && to !== null) return { valueRange: { low: from, high: to } };
  const inclusive = attribute(low ?? high, "inclusive") !== "false";
  if (from !== null) return { valueQuantity: { ...from, comparator: inclusive ? ">=" : ">" } };
  return to === null ? {} : { valueQuantity: { ...to, comparator: inclusive ? "<=" : "<" } };
}

/** `root|extension` of the first id that names something; null when none does. */
export function idOf(node: unknown): string | null {
  for (const id of listAt(node, "id")) {
    const [root, extension] = [attribute(id, "root"), attribute(id, "extension")];
    if (root !== null && attribute(id, "nullFlavor") === null) return `${root}|${extension ?? ""}`;
  }
  return null;
}

export function hasTemplate(node: unknown, ...oids: readonly string[]): boolean {
  return listAt(node, "templateId").some((template) => oids.includes(attribute(template, "root") ?? ""));
}
