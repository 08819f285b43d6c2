/** The value of an Observation or of one of its components, in every form that R4 and R5 have. */
import { isObject, type JsonObject, listAt, numberAt, objectAt, textAt } from "../json-access.ts";
import { type CodeOrder, conceptOf, firstConceptOf } from "./concept.ts";

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
const COMPARATOR_NOTE = "value with a comparator (<, >) kept as the number";
const NUMBER_IN_TEXT = /^([<>]=?)?\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/;

/** Null when the resource has no value[x] at all. */
export function observationValue(source: JsonObject, order: CodeOrder): ObservationValue | null {
  const quantity = objectAt(source, "valueQuantity");
  if (quantity !== null) return quantityValue(quantity);
  const concept = objectAt(source, "valueCodeableConcept");
  if (concept !== null) {
    const answer = conceptOf(concept, order)?.code ?? null;
    return answer === null ? textOf(textAt(concept, "text")) : { ...NOTHING, answer };
  }
  const integer = numberAt(source, "valueInteger");
  if (integer !== null) return { ...NOTHING, numericValue: integer };
  if (typeof source.valueBoolean === "boolean") {
    return { ...NOTHING, numericValue: source.valueBoolean ? 1 : 0 };
  }
  const text = textAt(source, "valueString");
  if (text !== null) return textOf(text);
  const time = textAt(source, "valueDateTime") ?? textAt(source, "valueTime");
  if (time !== null) return { ...NOTHING, textValue: time };
  return compoundValue(source);
}

/** A high, low or abnormal mark, for a result that is told by nothing else. */
export function interpretationOf(source: JsonObject, order: CodeOrder): string | null {
  return firstConceptOf(source.interpretation, order)?.code ?? null;
}

/** Laboratories often write the number, or `<5`, as a text. */
function textOf(text: string | null): ObservationValue {
  const number = text === null ? null : NUMBER_IN_TEXT.exec(text);
  if (number === null) return { ...NOTHING, textValue: text };
  const note = number[1] === undefined ? "number written as a text" : COMPARATOR_NOTE;
  return { ...NOTHING, numericValue: Number(number[2]), note };
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
    note: comparator ? COMPARATOR_NOTE : null,
  };
}

function compoundValue(source: JsonObject): ObservationValue | null {
  const range = objectAt(source, "valueRange");
  if (range !== null) return rangeValue(range);
  const ratio = objectAt(source, "valueRatio");
  if (ratio !== null) return ratioValue(ratio);
  const other = ["valuePeriod", "valueSampledData", "valueAttachment", "valueReference"].find((key) =>
    isObject(source[key]),
  );
  return other === undefined ? null : { ...NOTHING, note: `${other} kept without its value` };
}

/** The middle; an open range is a limit. */
function rangeValue(range: JsonObject): ObservationValue {
  const low = objectAt(range, "low");
  const high = objectAt(range, "high");
  if (low === null || high === null) {
    const limit = low ?? high;
    return limit === null ? NOTHING : { ...quantityValue(limit), note: COMPARATOR_NOTE };
  }
  const [from, to] = [quantityValue(low), quantityValue(high)];
  if (from.numericValue === null || to.numericValue === null || from.unit !== to.unit) {
    return { ...NOTHING, note: "valueRange kept without its value" };
  }
  return {
    ...from,
    numericValue: (from.numericValue + to.numericValue) / 2,
    note: "range kept as its middle",
  };
}

/** Numerator by denominator, with the unit of the quotient; a titre 1:128 is 128. */
function ratioValue(ratio: JsonObject): ObservationValue {
  const [above, below] = ["numerator", "denominator"].map((key) => {
    const part = listAt(ratio, key)[0];
    return part === undefined ? NOTHING : quantityValue(part);
  }) as [ObservationValue, ObservationValue];
  const [n, d] = [above.numericValue, below.numericValue];
  if (n === null || d === null || d === 0) return { ...NOTHING, note: "valueRatio kept without its value" };
  if (above.unit === null && below.unit === null && n === 1) {
    return { ...NOTHING, numericValue: d, note: "titre kept as its denominator" };
  }
  const unit = below.unit === null || below.unit === "1" ? above.unit : `${above.unit ?? "1"}/${below.unit}`;
  return { ...NOTHING, numericValue: n / d, unit, note: "ratio kept as its quotient" };
}
