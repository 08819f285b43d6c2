/**
 * The statements of a document become FHIR resources, which the FHIR reader judges. One function a kind of statement;
 * what a statement is, its templates say and not the section it stands in.
 * Invariant: a statement that is negated, planned or entered in error becomes nothing but a count.
 */
import { type JsonObject, listAt, objectAt } from "../json-access.ts";
import { attribute, conceptOfCode, fhirTime, hasTemplate, idOf, periodOf, typedValue } from "./cda-values.ts";

/** Templates of C-CDA 1.1 to 3.0; a version stands in the extension, which is not looked at. */
const T = {
  problem: ["2.16.840.1.113883.10.20.22.4.4"],
  allergy: ["2.16.840.1.113883.10.20.22.4.7", "2.16.840.1.113883.10.20.24.3.90"],
  immunization: ["2.16.840.1.113883.10.20.22.4.52"],
  procedureAct: ["2.16.840.1.113883.10.20.22.4.12"],
  procedureObservation: ["2.16.840.1.113883.10.20.22.4.13"],
  measured: [
    "2.16.840.1.113883.10.20.22.4.2",
    "2.16.840.1.113883.10.20.22.4.27",
    "2.16.840.1.113883.10.20.22.4.38",
    "2.16.840.1.113883.10.20.22.4.67",
    "2.16.840.1.113883.10.20.22.4.74",
    "2.16.840.1.113883.10.20.22.4.78",
    "2.16.840.1.113883.10.20.22.4.85",
    "2.16.840.1.113883.10.20.15.3.8",
  ],
  diagnoses: [
    "2.16.840.1.113883.10.20.22.4.80",
    "2.16.840.1.113883.10.20.22.4.33",
    "2.16.840.1.113883.10.20.22.4.34",
  ],
  familyHistory: ["2.16.840.1.113883.10.20.22.4.45"],
} as const;

const CLASSES = [
  "act",
  "observation",
  "organizer",
  "substanceAdministration",
  "procedure",
  "encounter",
  "supply",
] as const;
const VOID_STATUS = new Set(["cancelled", "nullified", "held"]);
const MAX_DEPTH = 12;

/** Whose word counts when documents tell the same: a fact is known when it is told first, a result may be corrected. */
export type Word = "first" | "last";

/** @param key what tells the statement apart from others of its type */
export type AddResource = (type: string, key: string, resource: JsonObject, word: Word) => void;

export interface StatementContext {
  readonly patient: string;
  /** When the document was written. */
  readonly written: string | null;
  /** Of the stay that the document or the statement is of. */
  readonly encounter: string | null;
  /** Diagnoses of a stay. */
  readonly billing: boolean;
  readonly add: AddResource;
  readonly leave: (reason: string, type: string) => void;
  readonly notRead: (what: string) => void;
  readonly depth: number;
}

/** An entry, an entryRelationship or a component: whatever statement stands in it. */
export function readStatements(holder: JsonObject, context: StatementContext): void {
  if (context.depth > MAX_DEPTH) {
    context.notRead("statement deeper than any document has them");
    return;
  }
  for (const kind of CLASSES) {
    for (const statement of listAt(holder, kind))
      readStatement(kind, statement, { ...context, depth: context.depth + 1 });
  }
}

function readStatement(kind: (typeof CLASSES)[number], node: JsonObject, context: StatementContext): void {
  const type = typeOf(kind, node);
  const name = type ?? kind;
  if (attribute(node, "negationInd") === "true") {
    context.leave("said not to be so", name);
    return;
  }
  const mood = attribute(node, "moodCode") ?? "EVN";
  const ordered = kind === "substanceAdministration" && mood === "INT" && type === "MedicationStatement";
  if (mood !== "EVN" && !ordered) {
    context.leave("planned", name);
    return;
  }
  const status = attribute(objectAt(node, "statusCode"), "code") ?? "";
  if (VOID_STATUS.has(status)) {
    context.leave(`status ${status}`, name);
    return;
  }
  if (type !== null) MAKERS[type](node, ordered, context);
  else if (kind === "observation" || kind === "supply") context.notRead(`C-CDA ${kind} of another template`);
  const inner = kind === "encounter" ? { ...context, encounter: idOf(node) ?? context.encounter } : context;
  const billing = context.billing || hasTemplate(node, ...T.diagnoses);
  if (type === "FamilyMemberHistory") return;
  for (const link of [...listAt(node, "entryRelationship"), ...listAt(node, "component")]) {
    // Of a known statement only those beneath it are read that are facts of their own.
    if (type === null || type === "Encounter") readStatements(link, { ...inner, billing });
  }
}

type MadeType = keyof typeof MAKERS;

function typeOf(kind: (typeof CLASSES)[number], node: JsonObject): MadeType | null {
  switch (kind) {
    case "encounter":
      return "Encounter";
    case "procedure":
      return "Procedure";
    case "substanceAdministration":
      return hasTemplate(node, ...T.immunization) ? "Immunization" : "MedicationStatement";
    case "organizer":
      return hasTemplate(node, ...T.familyHistory) ? "FamilyMemberHistory" : null;
    case "act":
      return hasTemplate(node, ...T.procedureAct) ? "Procedure" : null;
    case "observation":
      if (hasTemplate(node, ...T.problem)) return "Condition";
      if (hasTemplate(node, ...T.allergy)) return "AllergyIntolerance";
      if (hasTemplate(node, ...T.procedureObservation)) return "Procedure";
      return hasTemplate(node, ...T.measured) ? "Observation" : null;
    case "supply":
      return null;
  }
}

/** When its author wrote it down. */
function authored(node: JsonObject): string | null {
  return fhirTime(attribute(listAt(listAt(node, "author")[0], "time")[0], "value"));
}

const some = (name: string, value: unknown): JsonObject =>
  value === null || value === undefined ? {} : { [name]: value };

function timeKey(concept: unknown, start: string | null): string {
  return `${JSON.stringify(concept)} ${start ?? ""}`;
}

function encounterRef({ encounter }: StatementContext): JsonObject {
  return encounter === null ? {} : { encounter: { reference: `Encounter/${encounter}` } };
}

/**
 * What is said again in the next document is the same fact: a problem, an allergy, a medicine is told apart by what and
 * when, since many systems give it a new id each time; a result by its id, so that a later document corrects it.
 */
const MAKERS = {
  Condition(node: JsonObject, _ordered: boolean, context: StatementContext): void {
    const code = conceptOfCode(listAt(node, "value")[0]);
    const { start, end } = periodOf(node);
    const category = context.billing ? [{ coding: [{ code: "encounter-diagnosis" }] }] : [];
    context.add(
      "Condition",
      timeKey(code, start),
      {
        subject: reference(context),
        ...encounterRef(context),
        ...some("code", code),
        category,
        ...(end === null ? some("onsetDateTime", start) : { onsetPeriod: { start, end } }),
        ...some("recordedDate", authored(node) ?? (start === null ? context.written : null)),
      },
      "first",
    );
  },
  AllergyIntolerance(node: JsonObject, _ordered: boolean, context: StatementContext): void {
    const role = listAt(node, "participant").map((one) => objectAt(one, "participantRole"))[0] ?? null;
    const code =
      conceptOfCode(objectAt(objectAt(role, "playingEntity"), "code")) ??
      conceptOfCode(listAt(node, "value")[0]);
    const { start } = periodOf(node);
    context.add(
      "AllergyIntolerance",
      timeKey(code, start),
      {
        patient: reference(context),
        ...some("code", code),
        ...some("onsetDateTime", start),
        ...some("recordedDate", authored(node) ?? (start === null ? context.written : null)),
      },
      "first",
    );
  },
  MedicationStatement(node: JsonObject, ordered: boolean, context: StatementContext): void {
    const material = materialOf(node);
    const code = conceptOfCode(listAt(material, "code")[0]);
    const { start, end } = periodOf(node);
    const told = {
      subject: reference(context),
      ...encounterRef(context),
      ...some("medicationCodeableConcept", code),
    };
    if (ordered) {
      const resource = {
        ...told,
        status: "active",
        intent: "order",
        ...some("authoredOn", authored(node) ?? start),
      };
      context.add("MedicationRequest", timeKey(code, start), resource, "first");
      return;
    }
    const when = end === null ? some("effectiveDateTime", start) : { effectivePeriod: { start, end } };
    context.add(
      "MedicationStatement",
      timeKey(code, start),
      {
        ...told,
        ...when,
        ...some("dateAsserted", authored(node)),
      },
      "first",
    );
  },
  Immunization(node: JsonObject, _ordered: boolean, context: StatementContext): void {
    const code = conceptOfCode(listAt(materialOf(node), "code")[0]);
    const { start } = periodOf(node);
    context.add(
      "Immunization",
      timeKey(code, start),
      {
        patient: reference(context),
        ...some("vaccineCode", code),
        ...some("occurrenceDateTime", start),
        ...some("recorded", authored(node)),
      },
      "first",
    );
  },
  Procedure(node: JsonObject, _ordered: boolean, context: StatementContext): void {
    const code = conceptOfCode(listAt(node, "code")[0]);
    const { start, end } = periodOf(node);
    context.add(
      "Procedure",
      timeKey(code, start),
      {
        subject: reference(context),
        ...encounterRef(context),
        ...some("code", code),
        ...(end === null ? some("performedDateTime", start) : { performedPeriod: { start, end } }),
      },
      "first",
    );
  },
  Observation(node: JsonObject, _ordered: boolean, context: StatementContext): void {
    const code = conceptOfCode(listAt(node, "code")[0]);
    const { start } = periodOf(node);
    const value = typedValue(node);
    if (Object.keys(value).length === 0) {
      context.leave("no value", "Observation");
      return;
    }
    context.add(
      "Observation",
      idOf(node) ?? `${timeKey(code, start)} ${JSON.stringify(value)}`,
      {
        subject: reference(context),
        ...encounterRef(context),
        ...some("code", code),
        ...some("effectiveDateTime", start),
        ...some("issued", authored(node)),
        ...value,
      },
      "last",
    );
  },
  Encounter(node: JsonObject, _ordered: boolean, context: StatementContext): void {
    const { start, end } = periodOf(node);
    const code = conceptOfCode(listAt(node, "code")[0]);
    const gone = conceptOfCode(
      objectAt(node, "sdtc:dischargeDispositionCode") ?? objectAt(node, "dischargeDispositionCode"),
    );
    context.add(
      "Encounter",
      idOf(node) ?? timeKey(code, start),
      {
        subject: reference(context),
        ...(code === null ? {} : { type: [code] }),
        period: { ...some("start", start), ...some("end", end) },
        ...(gone === null ? {} : { hospitalization: { dischargeDisposition: gone } }),
      },
      "last",
    );
  },
  FamilyMemberHistory(node: JsonObject, _ordered: boolean, context: StatementContext): void {
    const relative = objectAt(objectAt(node, "subject"), "relatedSubject");
    const conditions = listAt(node, "component")
      .flatMap((component) => listAt(component, "observation"))
      .filter((observation) => attribute(observation, "negationInd") !== "true")
      .map((observation) => conceptOfCode(listAt(observation, "value")[0]))
      .filter((code) => code !== null);
    const relationship = conceptOfCode(listAt(relative, "code")[0]);
    context.add(
      "FamilyMemberHistory",
      timeKey([relationship, conditions], null),
      {
        patient: reference(context),
        status: "completed",
        ...some("relationship", relationship),
        ...some("date", authored(node) ?? context.written),
        condition: conditions.map((code) => ({ code })),
      },
      "first",
    );
  },
};

function reference({ patient }: StatementContext): JsonObject {
  return { reference: `Patient/${patient}` };
}

function materialOf(node: JsonObject): JsonObject | null {
  const product = listAt(objectAt(node, "consumable"), "manufacturedProduct")[0];
  return listAt(product, "manufacturedMaterial")[0] ?? null;
}
