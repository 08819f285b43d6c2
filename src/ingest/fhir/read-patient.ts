/** A Patient: birth, sex and death as events, and what identifies the person. */
import {
  DATE_IMPOSSIBLE,
  DATE_MISSING,
  DEATH_UNDATED,
  ID_MISSING,
  MODIFIER_EXTENSION,
} from "../../errors/registry.ts";
import { BIRTH, DEATH } from "../../timeline/patient-event.ts";
import { type CalendarTime, MS_PER_DAY } from "../calendar.ts";
import { PLAIN_EVENT } from "../candidate-event.ts";
import { type JsonObject, listAt, textAt } from "../json-access.ts";
import { CONFIDENTIAL, MERGED, TEST_PATIENT } from "../left-out.ts";
import { bareCodes } from "./concept.ts";
import type { FhirContext } from "./fhir-context.ts";
import { patientExtensions } from "./patient-extensions.ts";
import { identifierAlias, patientOf } from "./reference.ts";
import { bearsLabel, isTestData } from "./security-labels.ts";

const SOURCE = "Patient";
const SEX: Readonly<Record<string, string>> = { male: "M", female: "F", other: "O", unknown: "U" };
/** Identifier types (HL7 v2-0203) that name one person; others, such as a policy number, may be shared. */
const PERSONAL_TYPES = new Set("MR SS SB PI PT PN NI NIIP JHN DL PPN MC MA HC AN PRC".split(" "));

/** @param id the patient's id, or the full URL's of its entry */
export function readPatient(patient: JsonObject, id: string | null, context: FhirContext): void {
  const { staging, tally } = context;
  if (id === null) {
    tally.reject(ID_MISSING, SOURCE);
    return;
  }
  const resource = `Patient/${id}`;
  const event = { ...PLAIN_EVENT, person: id, source: SOURCE, resource };
  if (patient.modifierExtension !== undefined) {
    tally.reject(MODIFIER_EXTENSION, SOURCE);
    return;
  }
  const into = mergedInto(patient, context);
  if (into !== null) {
    staging.addAlias(id, into);
    staging.addVoidCopy();
    tally.add("not an event", MERGED, SOURCE);
    return;
  }

  const sex = SEX[textAt(patient, "gender") ?? ""];
  if (sex !== undefined) staging.addEvent({ ...event, ms: null, code: `SEX/${sex}` });

  const birth = dateAt(patient, "birthDate", context, BIRTH);
  if (birth === null) tally.reject(DATE_MISSING, SOURCE);
  else if (birth === "impossible") tally.reject(DATE_IMPOSSIBLE, SOURCE);
  else staging.addEvent({ ...event, ms: birth.ms, code: BIRTH });

  const death = dateAt(patient, "deceasedDateTime", context, DEATH);
  if (death === "impossible") tally.reject(DATE_IMPOSSIBLE, SOURCE);
  else if (death !== null) staging.addEvent({ ...event, ms: lastDayOf(death), code: DEATH });
  else if (patient.deceasedBoolean === true) tally.reject(DEATH_UNDATED, SOURCE);

  for (const { code, display } of patientExtensions(patient)) {
    staging.addEvent({ ...event, ms: null, code, display });
  }
  for (const other of linked(patient, "replaces", context)) staging.addAlias(other, id);
  const { group, identifiers, aliases } = identifiersOf(patient, context.groupIdentifier);
  for (const alias of aliases) staging.addAlias(alias, id);
  staging.addPerson({
    person: id,
    birthMs: isTime(birth) ? birth.ms : null,
    deathMs: isTime(death) ? death.endMs : null,
    fromIndex: false,
    indexMs: null,
    group,
    identifiers,
    leftOut: isTestData(patient)
      ? TEST_PATIENT
      : bearsLabel(patient, context.leaveOutLabels)
        ? CONFIDENTIAL
        : null,
  });
}

/** The record that stands for this one after a merge. */
function mergedInto(patient: JsonObject, context: FhirContext): string | null {
  return linked(patient, "replaced-by", context)[0] ?? null;
}

function linked(patient: JsonObject, type: string, { bundle }: FhirContext): string[] {
  return listAt(patient, "link")
    .filter((link) => textAt(link, "type") === type)
    .map((link) => patientOf(link, "other", bundle))
    .filter((other) => other !== null);
}

type Written = CalendarTime | "impossible" | null;

function dateAt(patient: JsonObject, key: string, context: FhirContext, what: string): Written {
  const text = textAt(patient, key);
  if (text === null) return null;
  const time = context.clock.parse(text);
  if (time === null) return "impossible";
  if (time.precision === "year" || time.precision === "month") {
    context.notes.add(`${what} known to the ${time.precision} only`);
  }
  return time;
}

/** A death known to the month was at the end of it at the latest: nothing before that is after death. */
function lastDayOf(death: CalendarTime): number {
  return death.precision === "time" ? death.ms : Math.floor(death.endMs / MS_PER_DAY) * MS_PER_DAY;
}

function isTime(written: Written): written is CalendarTime {
  return written !== null && written !== "impossible";
}

function identifiersOf(
  patient: JsonObject,
  groupSystem: string | null,
): { group: string | null; identifiers: string[]; aliases: string[] } {
  let group: string | null = null;
  const identifiers: string[] = [];
  const aliases: string[] = [];
  for (const identifier of listAt(patient, "identifier")) {
    const system = textAt(identifier, "system");
    const value = textAt(identifier, "value");
    if (system === null || value === null) continue;
    if (system === groupSystem) group = value;
    else if (isPersonal(identifier)) {
      identifiers.push(`${system}|${value}`);
      aliases.push(identifierAlias(system, value));
    }
  }
  return { group, identifiers, aliases };
}

/** An identifier without a type is taken for a personal one. */
function isPersonal(identifier: JsonObject): boolean {
  if (identifier.type === undefined || textAt(identifier, "use") === "old") {
    return textAt(identifier, "use") !== "old";
  }
  return bareCodes(identifier, "type").some((code) => PERSONAL_TYPES.has(code));
}
