/**
 * C-CDA documents (CCD, discharge summary, …) become FHIR resources, and these candidate events.
 * Invariant: what several documents of one patient say is one fact: told first by the earliest, corrected by the latest.
 */
import { createHash } from "node:crypto";
import { CCDA_MALFORMED, CCDA_OVERSIZE } from "../../errors/registry.ts";
import { parseCalendarTime } from "../calendar.ts";
import type { FhirContext } from "../fhir/fhir-context.ts";
import { readResource } from "../fhir/read-resource.ts";
import { inputBytes } from "../input-text.ts";
import { isObject, type JsonObject, listAt, objectAt, textAt } from "../json-access.ts";
import { attribute, conceptOfCode, fhirTime, idOf, periodOf } from "./cda-values.ts";
import { type ClinicalDocument, documentParser, parseDocument } from "./clinical-document.ts";
import { type AddResource, readStatements, type StatementContext, type Word } from "./entry-resources.ts";

const MAX_DOCUMENT_BYTES = 32 * 2 ** 20;
const SEX: Readonly<Record<string, string>> = { M: "male", F: "female", UN: "other" };

/** Yields after each document. @param label what errors call a file; files are often named after persons */
export async function* readCcda(
  files: readonly string[],
  label: (position: number) => string,
  context: FhirContext,
): AsyncGenerator<{ readonly file: string }> {
  const parse = await documentParser();
  for (const [position, file] of files.entries()) {
    const bytes = await wholeFile(file, label(position));
    const document = bytes === null ? CCDA_OVERSIZE : parseDocument(bytes, parse);
    if ("code" in document) context.tally.reject(document, "document");
    else readDocument(document, context);
    yield { file };
  }
}

/** Null when it is larger than any document. */
async function wholeFile(path: string, label: string): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const { bytes } of inputBytes(path, label)) {
    length += bytes.length;
    if (length > MAX_DOCUMENT_BYTES) return null;
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

function readDocument({ root, sections }: ClinicalDocument, context: FhirContext): void {
  const role = objectAt(listAt(root, "recordTarget")[0], "patientRole");
  const identifier = idOf(role);
  if (identifier === null) {
    context.tally.reject(CCDA_MALFORMED, "document");
    return;
  }
  const patient = keyOf("Patient", identifier);
  const written = fhirTime(attribute(listAt(root, "effectiveTime")[0], "value"));
  const meta = metaOf(written);
  // Some systems give all entries of a kind one id: within a document another statement is another resource.
  const said = new Map<string, string>();
  const add: AddResource = (type, key, resource, word) => {
    const plain = keyOf(type, `${identifier}\0${key}`);
    const content = JSON.stringify(resource);
    const first = said.get(plain) ?? content;
    said.set(plain, first);
    const id = first === content ? plain : keyOf(type, `${identifier}\0${key}\0${content}`);
    readResource({ resourceType: type, id, meta: meta[word], ...resource }, null, context);
  };
  readResource({ resourceType: "Patient", id: patient, meta: meta.last, ...patientOf(role) }, null, context);
  const stay = objectAt(objectAt(root, "componentOf"), "encompassingEncounter");
  const statement: StatementContext = {
    patient,
    written,
    encounter: stay === null ? null : stayKey(identifier, stay),
    billing: false,
    add: (type, key, resource, word) => add(type, key, withEncounterKey(identifier, resource), word),
    leave: (reason, type) => context.tally.add("not an event", reason, type),
    notRead: (what) => context.notRead.add(what),
    depth: 0,
  };
  if (stay !== null) readStay(stay, patient, identifier, add);
  if (sections.length === 0) context.notRead.add("C-CDA document without sections (a picture or PDF)");
  for (const { section, text } of sections) {
    const code = conceptOfCode(objectAt(section, "code") ?? listAt(section, "code")[0]);
    for (const entry of listAt(section, "entry")) readStatements(entry, statement);
    if (text === null) continue;
    const note = narrative(patient, code, text, written, root);
    add("DocumentReference", `${JSON.stringify(code)} ${text}`, note, "first");
  }
}

const MINUTES_TO_COME = 900_000_000;

/** The copy with the highest version counts: the latest document's, or the earliest's by counting down. */
function metaOf(written: string | null): Record<Word, JsonObject> {
  const at = written === null ? null : parseCalendarTime(written);
  if (written === null || at === null) return { first: {}, last: {} };
  const versionId = String(MINUTES_TO_COME - Math.floor(at.ms / 60_000));
  return { first: { versionId }, last: { lastUpdated: written } };
}

/** Same type and key, same resource, whichever document says it. */
function keyOf(type: string, key: string): string {
  return createHash("sha256").update(`longitude.ccda/1\0${type}\0${key}`).digest("hex").slice(0, 32);
}

function stayKey(identifier: string, stay: JsonObject): string {
  return idOf(stay) ?? `${identifier} ${periodOf(stay).start ?? ""}`;
}

/** Statements name their stay by its id in the document; the resource is named by its key. */
function withEncounterKey(identifier: string, resource: JsonObject): JsonObject {
  const named = textAt(objectAt(resource, "encounter"), "reference")?.slice("Encounter/".length);
  if (named === undefined) return resource;
  return {
    ...resource,
    encounter: { reference: `Encounter/${keyOf("Encounter", `${identifier}\0${named}`)}` },
  };
}

function patientOf(role: JsonObject | null): JsonObject {
  const person = objectAt(role, "patient");
  const birth = fhirTime(attribute(objectAt(person, "birthTime"), "value"));
  const death = fhirTime(attribute(objectAt(person, "sdtc:deceasedTime"), "value"));
  const dead = attribute(objectAt(person, "sdtc:deceasedInd"), "value") === "true";
  const gender = SEX[attribute(objectAt(person, "administrativeGenderCode"), "code") ?? ""];
  const extension = [
    ...groupOf("us-core-race", objectAt(person, "raceCode") ?? listAt(person, "raceCode")[0]),
    ...groupOf(
      "us-core-ethnicity",
      objectAt(person, "ethnicGroupCode") ?? listAt(person, "ethnicGroupCode")[0],
    ),
  ];
  return {
    extension,
    ...whoOf(role, person),
    ...(gender === undefined ? {} : { gender }),
    ...(birth === null ? {} : { birthDate: birth.slice(0, 10) }),
    ...(death === null ? (dead ? { deceasedBoolean: true } : {}) : { deceasedDateTime: death }),
  };
}

/** What names the person, for whoever takes it out of texts; none of it becomes an event. */
function whoOf(role: JsonObject | null, person: JsonObject | null): JsonObject {
  const texts = (node: unknown, key: string): string[] => {
    const found = isObject(node) ? node[key] : undefined;
    const all: unknown[] = Array.isArray(found) ? found : [found];
    return all
      .map((one) => (typeof one === "string" ? one : textAt(one, "#text")))
      .filter((text) => text !== null);
  };
  return {
    name: listAt(person, "name").map((name) => ({
      given: texts(name, "given"),
      family: texts(name, "family").join(" "),
    })),
    address: listAt(role, "addr").map((address) => ({
      line: texts(address, "streetAddressLine"),
      city: texts(address, "city").join(" "),
      postalCode: texts(address, "postalCode").join(" "),
    })),
    telecom: listAt(role, "telecom").map((telecom) => ({
      value: (attribute(telecom, "value") ?? "").replace(/^(tel|mailto|fax):/i, ""),
    })),
    // Its kind is not told: it is no reason to take two persons for one.
    identifier: listAt(role, "id").map((id) => ({
      type: { text: "recordTarget" },
      system: `urn:oid:${attribute(id, "root") ?? ""}`,
      value: attribute(id, "extension") ?? "",
    })),
  };
}

/** Race or ethnicity as US Core says it. */
function groupOf(name: string, node: unknown): JsonObject[] {
  const coding = listAt(conceptOfCode(node), "coding")[0];
  const url = `http://hl7.org/fhir/us/core/StructureDefinition/${name}`;
  return coding === undefined ? [] : [{ url, extension: [{ url: "ombCategory", valueCoding: coding }] }];
}

/** The stay that a discharge summary is of. */
function readStay(stay: JsonObject, patient: string, identifier: string, add: AddResource): void {
  const { start, end } = periodOf(stay);
  const code = conceptOfCode(listAt(stay, "code")[0]);
  const gone = conceptOfCode(objectAt(stay, "dischargeDispositionCode"));
  add(
    "Encounter",
    stayKey(identifier, stay),
    {
      subject: { reference: `Patient/${patient}` },
      ...(code === null ? {} : { type: [code] }),
      period: { ...(start === null ? {} : { start }), ...(end === null ? {} : { end }) },
      ...(gone === null ? {} : { hospitalization: { dischargeDisposition: gone } }),
    },
    "last",
  );
}

/** A section's text is a note of its own; the same text in the next document is the same note. */
function narrative(
  patient: string,
  code: JsonObject | null,
  text: string,
  written: string | null,
  root: JsonObject,
): JsonObject {
  return {
    status: "current",
    subject: { reference: `Patient/${patient}` },
    type: code ?? conceptOfCode(objectAt(root, "code") ?? listAt(root, "code")[0]) ?? {},
    ...(written === null ? {} : { date: written }),
    content: [
      { attachment: { contentType: "text/plain", data: Buffer.from(text, "utf8").toString("base64") } },
    ],
  };
}
