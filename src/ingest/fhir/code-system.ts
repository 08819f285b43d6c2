/** The short name of a code system: `http://loinc.org` → `LOINC`, so that a code reads `LOINC/4548-4`. */
const KNOWN: Readonly<Record<string, string>> = {
  "http://loinc.org": "LOINC",
  "urn:oid:2.16.840.1.113883.6.1": "LOINC",
  "http://snomed.info/sct": "SNOMED",
  "urn:oid:2.16.840.1.113883.6.96": "SNOMED",
  "http://www.nlm.nih.gov/research/umls/rxnorm": "RXNORM",
  "urn:oid:2.16.840.1.113883.6.88": "RXNORM",
  "http://hl7.org/fhir/sid/icd-10-cm": "ICD10CM",
  "urn:oid:2.16.840.1.113883.6.90": "ICD10CM",
  "http://hl7.org/fhir/sid/icd-10": "ICD10",
  "urn:oid:2.16.840.1.113883.6.3": "ICD10",
  "http://hl7.org/fhir/sid/icd-9-cm": "ICD9CM",
  "urn:oid:2.16.840.1.113883.6.103": "ICD9CM",
  "urn:oid:2.16.840.1.113883.6.104": "ICD9CM",
  "http://www.cms.gov/Medicare/Coding/ICD10": "ICD10PCS",
  "http://hl7.org/fhir/sid/icd-10-pcs": "ICD10PCS",
  "urn:oid:2.16.840.1.113883.6.4": "ICD10PCS",
  "http://hl7.org/fhir/sid/cvx": "CVX",
  "urn:oid:2.16.840.1.113883.12.292": "CVX",
  "http://www.ama-assn.org/go/cpt": "CPT",
  "urn:oid:2.16.840.1.113883.6.12": "CPT",
  "urn:oid:2.16.840.1.113883.6.285": "HCPCS",
  "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": "HCPCS",
  "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": "HCPCS",
  "http://hl7.org/fhir/sid/ndc": "NDC",
  "urn:oid:2.16.840.1.113883.6.69": "NDC",
  "http://www.whocc.no/atc": "ATC",
  "http://unitsofmeasure.org": "UCUM",
  "urn:oid:2.16.840.1.113883.6.238": "CDCREC",
  "http://snomed.info/sct/731000124108": "SNOMED",
  "http://terminology.hl7.org/CodeSystem/v3-ActCode": "ACTCODE",
  "urn:oid:2.16.840.1.113883.5.4": "ACTCODE",
  "http://terminology.hl7.org/CodeSystem/v2-0136": "YESNO",
};

/** Where a concept is coded in several systems, the first of these is taken; `records.codeOrder` says otherwise. */
export const DEFAULT_CODE_ORDER: readonly string[] = [
  "ICD10CM",
  "ICD10",
  "ICD9CM",
  "LOINC",
  "RXNORM",
  "CVX",
  "CPT",
  "HCPCS",
  "ICD10PCS",
  "SNOMED",
  "ATC",
  "NDC",
];

/** An unknown system is named by the last part of its address, so that equal systems keep equal names. */
export function codeSystemName(system: string): string {
  let name = remembered.get(system);
  if (name === undefined) {
    name = nameOf(system);
    if (remembered.size < MAX_REMEMBERED) remembered.set(system, name);
  }
  return name;
}

const remembered = new Map<string, string>();
const MAX_REMEMBERED = 10_000;

function nameOf(system: string): string {
  const known = KNOWN[system] ?? KNOWN[system.replace(/^https:/, "http:").replace(/\/$/, "")];
  if (known !== undefined) return known;
  if (system.startsWith("urn:oid:")) return `OID.${system.slice("urn:oid:".length)}`;
  const last = system
    .split(/[/:#?]/)
    .filter((part) => part !== "")
    .at(-1);
  return (last ?? "LOCAL").toUpperCase().replace(/[^A-Z0-9.-]+/g, "-");
}

/** Rank among the codings of one concept; lower is taken. */
export function systemRank(name: string, order: readonly string[] = DEFAULT_CODE_ORDER): number {
  const rank = order.indexOf(name);
  return rank < 0 ? order.length : rank;
}
