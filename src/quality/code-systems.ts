/** Standard code systems and the form of their codes; what a system's own codes look like is public knowledge. */

/** Systems that others share. A code of a system that is not here means something to this site alone. */
const FORMS: Readonly<Record<string, RegExp | null>> = {
  ICD10CM: /^[A-TV-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$/,
  ICD10: /^[A-Z]\d\d(\.[0-9A-Z]{1,4})?$/,
  ICD9CM: /^(\d{2,3}(\.\d{1,2})?|V\d\d(\.\d{1,2})?|E\d{3}(\.\d)?)$/,
  ICD10PCS: /^[0-9A-HJ-NP-Z]{7}$/,
  LOINC: /^(L[PA]?)?\d{1,7}-\d$/,
  SNOMED: /^\d{6,18}$/,
  RXNORM: /^\d{1,8}$/,
  CVX: /^\d{1,3}$/,
  CPT: /^\d{4}[0-9A-Z]$/,
  HCPCS: /^[A-Z]\d{4}$/,
  ATC: /^[A-Z](\d\d([A-Z]([A-Z](\d\d)?)?)?)?$/,
  NDC: /^[\d-]{10,13}$/,
  UCUM: null,
  CDCREC: null,
  ACTCODE: null,
  YESNO: null,
  "V3-OBSERVATIONINTERPRETATION": null,
};

/** What Longitude itself writes: not coded by the site. */
const OWN = new Set(["", "SEX", "BIRTH_SEX", "RACE", "ETHNICITY", "COHORT"]);

/** Words before the code itself: `ORDER//LOINC/4548-4` is a LOINC code; `LAB//220045//bpm` is one of a system LAB. */
const QUALIFIERS = /^(?:[A-Z_]+\/\/)+(?=[A-Z][A-Z0-9_.-]*\/(?!\/))/;

export interface CodeParts {
  readonly system: string;
  readonly local: string;
  readonly standard: boolean;
  /** The code has its system's form, as far as one is known. */
  readonly wellFormed: boolean;
}

export function codeParts(code: string): CodeParts {
  const bare = code.replace(QUALIFIERS, "");
  const slash = bare.indexOf("/");
  const system = slash > 0 ? bare.slice(0, slash) : "";
  const local = (slash > 0 ? bare.slice(slash + 1) : bare).split("//")[0]!;
  const own = system === "" ? bare.startsWith("MEDS_") : OWN.has(system);
  // `HCPCS//Cardiovascular` is somebody's wording, not a code of HCPCS.
  const worded = slash > 0 && bare.startsWith("//", slash);
  const form = worded ? null : FORMS[system];
  // De-identification leaves `~` where a code was withheld.
  const withheld = local === "~";
  const wellFormed =
    form == null || withheld || (form.test(local) && (system !== "LOINC" || hasLoincCheckDigit(local)));
  return {
    system: system === "" && !own ? "(none)" : system,
    local,
    standard: own || (system in FORMS && !worded),
    wellFormed,
  };
}

/** The digit behind the hyphen is the mod-10 check digit of the others (LOINC Users' Guide, appendix C). */
function hasLoincCheckDigit(code: string): boolean {
  const [, digits, check] = /(\d+)-(\d)$/.exec(code) ?? [];
  if (digits === undefined) return false;
  let sum = 0;
  for (const [i, digit] of [...digits].reverse().entries()) {
    const value = Number(digit) * (i % 2 === 0 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return (10 - (sum % 10)) % 10 === Number(check);
}
