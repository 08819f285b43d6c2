/** The value of an Observation or of one of its components. */
import { isObject, type JsonObject, numberAt, objectAt, textAt } from "../json-access.ts";
import { conceptOf } from "./concept.ts";

export interface ObservationValue {
  readonly numericValue: number | null;
  readonly textValue: string | null;
  /** As written; null = none. */
  readonly unit: string | null;
  /** A coded answer: `SYSTEM/code`. */
  readonly answer: string | null;
  /** What was simplified; a fixed phrase for the notes of the report. */
  readonly note: string | null;
}

const NOTHING: ObservationValue = {
  numericValue: null,
  textValue: null,
  unit: null,
  answer: null,
  note: null,
};

/** Null when the resource has no value[x] at all. */
export function observationValue(source: JsonObject): ObservationValue | null {
  const quantity = objectAt(source, "valueQuantity");
  if (quantity !== null) return quantityValue(quantity);
  const concept = objectAt(source, "valueCodeableConcept");
  if (concept !== null) {
    const answer = conceptOf(concept)?.code ?? null;
    return { ...NOTHING, answer, textValue: answer === null ? textAt(concept, "text") : null };
  }
  const integer = numberAt(source, "valueInteger");
  if (integer !== null) return { ...NOTHING, numericValue: integer };
  if (typeof source.valueBoolean === "boolean") {
    return { ...NOTHING, numericValue: source.valueBoolean ? 1 : 0 };
  }
  const text =
    textAt(source, "valueString") ?? textAt(source, "valueDateTime") ?? textAt(source, "valueTime");
  if (text !== null) return { ...NOTHING, textValue: text };
  const other = ["valueRange", "valueRatio", "valuePeriod", "valueSampledData"].find((key) =>
    isObject(source[key]),
  );
  return other === undefined ? null : { ...NOTHING, note: `${other} kept without its value` };
}

function quantityValue(quantity: JsonObject): ObservationValue {
  const ucum = textAt(quantity, "system") === "http://unitsofmeasure.org" ? textAt(quantity, "code") : null;
  const value = numberAt(quantity, "value");
  const unit = ucum ?? textAt(quantity, "unit") ?? textAt(quantity, "code");
  const comparator = textAt(quantity, "comparator") !== null;
  return {
    ...NOTHING,
    numericValue: value,
    unit: value === null ? null : unit,
    note: comparator ? "value with a comparator (<, >) kept as the number" : null,
  };
}
