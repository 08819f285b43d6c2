/** Test data and confidential data, as `meta.security` and `meta.tag` label them (HL7 v3 ActReason, Confidentiality). */
import { type JsonObject, listAt, objectAt, textAt } from "../json-access.ts";

/** HTEST: made for tests, of nobody. */
export function isTestData(resource: JsonObject): boolean {
  return labelsOf(resource).includes("HTEST");
}

export function bearsLabel(resource: JsonObject, labels: ReadonlySet<string>): boolean {
  return (
    labels.size > 0 && resource.meta !== undefined && labelsOf(resource).some((label) => labels.has(label))
  );
}

function labelsOf(resource: JsonObject): string[] {
  const meta = objectAt(resource, "meta");
  if (meta === null) return [];
  return [...listAt(meta, "security"), ...listAt(meta, "tag")]
    .map((coding) => textAt(coding, "code"))
    .filter((code) => code !== null);
}
