/** A coded field (CE, CWE, CNE, CF) as `SYSTEM/code`: the preferred of its two codings. */
import { systemRank } from "../fhir/code-system.ts";
import type { Hl7Segment } from "./hl7-message.ts";

/** HL7 table 0396 and what is common in the field; names are those that FHIR input gets too. */
const SYSTEMS: Readonly<Record<string, string>> = {
  LN: "LOINC",
  LOINC: "LOINC",
  SCT: "SNOMED",
  SCT2: "SNOMED",
  SNM: "SNOMED",
  SNOMED: "SNOMED",
  SNOMEDCT: "SNOMED",
  I10: "ICD10CM",
  I10C: "ICD10CM",
  ICD10: "ICD10CM",
  "ICD-10-CM": "ICD10CM",
  ICD10CM: "ICD10CM",
  I9: "ICD9CM",
  I9C: "ICD9CM",
  I9CDX: "ICD9CM",
  ICD9: "ICD9CM",
  I9CP: "ICD9CM",
  I10P: "ICD10PCS",
  ICD10PCS: "ICD10PCS",
  RXNORM: "RXNORM",
  NDC: "NDC",
  CVX: "CVX",
  C4: "CPT",
  CPT: "CPT",
  CPT4: "CPT",
  HCPCS: "HCPCS",
  ATC: "ATC",
  WC: "ATC",
  UCUM: "UCUM",
};

export interface Hl7Code {
  readonly code: string;
  readonly display: string | null;
}

/** Null when the field has no code; text alone is not one. */
export function hl7Code(segment: Hl7Segment, field: number): Hl7Code | null {
  const codings = [0, 3].map((offset) => coding(segment, field, offset)).filter((found) => found !== null);
  const ranked = codings.map((found) => ({ found, rank: systemRank(systemOf(found.code)) }));
  ranked.sort((a, b) => a.rank - b.rank);
  return ranked[0]?.found ?? null;
}

function coding(segment: Hl7Segment, field: number, offset: number): Hl7Code | null {
  const code = segment.text(field, offset + 1);
  if (code === null || code.length > 100) return null;
  const system = segment.text(field, offset + 3)?.toUpperCase() ?? "L";
  const local = system === "L" || system === "LOCAL" || /^99/.test(system);
  const known = SYSTEMS[system] ?? system.replace(/[^A-Z0-9.-]+/g, "-");
  return { code: `${local ? "LOCAL" : known}/${code}`, display: segment.text(field, offset + 2) };
}

function systemOf(code: string): string {
  return code.slice(0, code.indexOf("/"));
}
