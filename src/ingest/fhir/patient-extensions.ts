/** US Core extensions of a Patient: race, ethnicity and sex at birth, as static codes. */
import { type JsonObject, listAt, objectAt, textAt } from "../json-access.ts";
import { type Concept, codingOf } from "./concept.ts";

const US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/";
/** Codes of "unknown" and "asked but not told": no description of the person. */
const UNTOLD: ReadonlySet<string> = new Set(["UNK", "ASKU", "NI", "NASK", "asked-unknown", "unknown"]);

/** `RACE/2106-3`, `ETHNICITY/2135-2`, `BIRTH_SEX/F`; a person may be of several races. */
export function patientExtensions(patient: JsonObject): Concept[] {
  const found: Concept[] = [];
  for (const extension of listAt(patient, "extension")) {
    const url = textAt(extension, "url");
    if (url === `${US_CORE}us-core-race`) found.push(...ombCategories(extension, "RACE"));
    else if (url === `${US_CORE}us-core-ethnicity`) found.push(...ombCategories(extension, "ETHNICITY"));
    else if (url === `${US_CORE}us-core-birthsex`) {
      const code = textAt(extension, "valueCode");
      if (code !== null && !UNTOLD.has(code)) found.push({ code: `BIRTH_SEX/${code}`, display: null });
    }
  }
  return found;
}

/** The broad categories of the Office of Management and Budget; the detailed ones are too rare to learn from. */
function ombCategories(extension: JsonObject, name: string): Concept[] {
  return listAt(extension, "extension")
    .filter((part) => textAt(part, "url") === "ombCategory")
    .map((part) => codingOf(objectAt(part, "valueCoding")))
    .filter((coding) => coding !== null)
    .map(({ code, display }) => ({ code: `${name}/${code.slice(code.indexOf("/") + 1)}`, display }))
    .filter(({ code }) => !UNTOLD.has(code.slice(name.length + 1)));
}
