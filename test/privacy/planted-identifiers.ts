/** Plants a patient's identifiers where nobody expects them: one at a time, each counted. */
interface Resource {
  resourceType: string;
  id?: string;
  [element: string]: unknown;
}
export interface Bundle {
  resourceType: "Bundle";
  entry: { fullUrl?: string; resource: Resource }[];
}

export interface Planted {
  /** What must not be found in anything that leaves. */
  readonly secrets: Set<string>;
  places: number;
}

type Plant = (resource: Resource, secret: string, n: number) => void;

const codeable = (system: string, code: string, display?: string): object => ({
  coding: [{ system, code, ...(display === undefined ? {} : { display }) }],
});

/** Where in which resource; each gets the secret once. */
const PLACES: readonly (readonly [type: string, plant: Plant])[] = [
  ["Observation", (r, s) => (r.code = codeable("http://hospital.example/local", s))],
  ["Observation", (r, s) => (r.code = codeable("http://loinc.org", s, "Result"))],
  ["Observation", (r, s) => (r.code = codeable("http://snomed.info/sct", s))],
  ["Observation", (r, s) => (r.code = codeable(`http://hospital.example/${s.replace(/\s/g, "-")}`, "1"))],
  [
    "Observation",
    (r, s, n) => (r.code = codeable("http://hospital.example/local", `T${n % 3}`, `Result of ${s}`)),
  ],
  ["Observation", (r, s) => (r.code = { ...(r.code as object), text: `HbA1c ${s}` })],
  ["Observation", (r, s) => (r.valueQuantity = { value: 5, unit: `{${s}}` })],
  ["Observation", (r, s) => (r.valueQuantity = { value: 5, unit: s })],
  ["Observation", (r, s) => setValue(r, { valueString: `Reported by ${s} today` })],
  ["Observation", (r, s) => setValue(r, { valueString: s })],
  ["Observation", (r, s) => setValue(r, { valueCodeableConcept: { text: `see chart of ${s}` } })],
  [
    "Observation",
    (r, s) => setValue(r, { valueCodeableConcept: codeable("http://hospital.example/answers", s) }),
  ],
  ["Observation", (r, s) => (r.note = [{ text: `called ${s}`, authorString: s }])],
  ["Observation", (r, s) => (r.extension = [{ url: "http://hospital.example/ext", valueString: s }])],
  [
    "Observation",
    (r, s) => (r.contained = [{ resourceType: "Practitioner", id: "p1", name: [{ text: s }] }]),
  ],
  ["Observation", (r, s) => (r.performer = [{ display: s }])],
  ["Observation", (r, s) => (r.device = { reference: "Device/1", display: s })],
  ["Observation", (r, s) => (r.identifier = [{ system: "http://lab.example/accession", value: s }])],
  ["Observation", (r, s) => (r[`x${s.replace(/\W/g, "")}`] = s)],
  ["Observation", (r, s) => (r._status = { extension: [{ url: "http://x.example", valueString: s }] })],
  ["Observation", (r, s) => (r.text = { status: "generated", div: `<div>${s}</div>` })],
  ["Observation", (r, s) => (r.interpretation = [{ text: s }])],
  ["Observation", (r, s) => (r.referenceRange = [{ text: s }])],
  ["Observation", (r, s) => (r.meta = { source: `urn:${s}`, tag: [{ code: "x", display: s }] })],
  ["Condition", (r, s) => (r.code = { ...(r.code as object), text: s })],
  ["Condition", (r, s) => (r.note = [{ text: s }])],
  ["Condition", (r, s) => (r.evidence = [{ detail: [{ reference: `DocumentReference/${s}`, display: s }] }])],
  ["Condition", (r, s) => (r.recorder = { display: s })],
  ["Condition", (r, s) => (r.abatementString = s)],
  ["Encounter", (r, s) => (r.id = s.replace(/[^A-Za-z0-9.-]/g, "-"))],
  ["Encounter", (r, s) => (r.location = [{ location: { display: s } }])],
  ["Encounter", (r, s) => (r.participant = [{ individual: { display: s } }])],
  ["Encounter", (r, s) => (r.reasonCode = [{ text: s }])],
  [
    "Encounter",
    (r, s) =>
      (r.hospitalization = { dischargeDisposition: { coding: [{ system: "http://h.example/d", code: s }] } }),
  ],
  ["Procedure", (r, s) => (r.code = codeable("http://hospital.example/procedures", s))],
  ["Procedure", (r, s) => (r.followUp = [{ text: s }])],
  ["MedicationRequest", (r, s) => (r.dosageInstruction = [{ text: s, patientInstruction: s }])],
  ["MedicationRequest", (r, s) => (r.requester = { reference: "Practitioner/1", display: s })],
  [
    "MedicationRequest",
    (r, s) => (r.medicationCodeableConcept = codeable("http://www.nlm.nih.gov/research/umls/rxnorm", s)),
  ],
  ["DiagnosticReport", (r, s) => (r.conclusion = `Discussed with ${s}. No acute findings.`)],
  [
    "DiagnosticReport",
    (r, s) => (r.presentedForm = [attachment(`Note for ${s}\nLungs clear.`, "text/plain")]),
  ],
  [
    "DiagnosticReport",
    (r, s) => (r.presentedForm = [attachment(`<p>Note for <b>${s}</b></p>`, "text/html")]),
  ],
  [
    "DiagnosticReport",
    (r, s) => (r.presentedForm = [{ contentType: "text/plain", url: `https://h.example/${s}`, title: s }]),
  ],
  ["Immunization", (r, s) => (r.lotNumber = s)],
  ["Immunization", (r, s) => (r.vaccineCode = codeable("http://hl7.org/fhir/sid/cvx", s))],
  ["Patient", (r, s) => (r.contact = [{ name: { text: s }, telecom: [{ system: "phone", value: s }] }])],
  [
    "Patient",
    (r, s) =>
      ((r.extension as object[] | undefined) ?? []).push({
        url: "http://h.example/nickname",
        valueString: s,
      }),
  ],
  ["Patient", (r, s) => (r.photo = [{ title: s }])],
  ["Patient", (r, s) => (r.maritalStatus = { text: s })],
];

function setValue(resource: Resource, value: object): void {
  for (const name of Object.keys(resource)) if (name.startsWith("value")) delete resource[name];
  delete resource.component;
  Object.assign(resource, value);
}

function attachment(text: string, contentType: string): object {
  return { contentType, data: Buffer.from(text).toString("base64") };
}

/** Plants up to `wanted` identifiers, one resource each, walking through the places and the kinds of identifiers. */
export function plantIdentifiers(bundles: readonly Bundle[], wanted: number): Planted {
  const planted: Planted = { secrets: new Set(), places: 0 };
  const used = new Set<Resource>();
  for (let round = 0; planted.places < wanted && round < 1000; round++) {
    const bundle = bundles[round % bundles.length]!;
    const own = identifiersOf(bundle);
    const before = planted.places;
    for (const [index, [type, plant]] of PLACES.entries()) {
      if (planted.places >= wanted) break;
      const found = bundle.entry.find(
        ({ resource }) => resource.resourceType === type && (type === "Patient" || !used.has(resource)),
      );
      if (found === undefined) continue;
      const secret = own[(index + round) % own.length]!;
      plant(found.resource, secret, planted.places);
      used.add(found.resource);
      planted.secrets.add(secret);
      planted.places += 1;
    }
    if (planted.places === before && round >= bundles.length) break;
  }
  return planted;
}

/** Name, record number, telephone, street and social security number, as the Patient has them. */
function identifiersOf(bundle: Bundle): string[] {
  const patient = bundle.entry.find(({ resource }) => resource.resourceType === "Patient")!.resource;
  const [name] = patient.name as { given: string[]; family: string }[];
  const numbers = (patient.identifier as { value: string }[]).map(({ value }) => value);
  const [telecom] = patient.telecom as { value: string }[];
  const [address] = patient.address as { line: string[] }[];
  return [
    `${name!.given[0]} ${name!.family}`,
    `${name!.family}, ${name!.given[0]}`,
    ...numbers,
    telecom!.value,
    address!.line[0]!,
  ];
}
