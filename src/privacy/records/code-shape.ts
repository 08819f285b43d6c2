/**
 * Whether a code looks like one of its system. A telephone number under the name of SNOMED CT does not.
 * Check digits: LOINC (mod 10, Luhn), SNOMED CT (Verhoeff 1969).
 */
const SHAPES: Readonly<Record<string, (code: string) => boolean>> = {
  LOINC: (code) => isLoinc(code),
  SNOMED: (code) => /^[1-9]\d{5,17}$/.test(code) && verhoeff(code),
  RXNORM: (code) => /^\d{1,8}$/.test(code),
  ICD10CM: (code) => /^[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?$/.test(code),
  ICD10: (code) => /^[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?$/.test(code),
  ICD9CM: (code) => /^(?:E\d{3}|[V\d]\d{2})(?:\.?\d{1,2})?$/.test(code),
  ICD10PCS: (code) => /^[0-9A-HJ-NP-Z]{3,7}$/.test(code),
  CVX: (code) => /^\d{1,3}$/.test(code),
  CPT: (code) => /^\d{4}[0-9A-Z]$/.test(code),
  HCPCS: (code) => /^[A-Z]\d{4}$/.test(code),
  NDC: (code) => /^(?:\d{11}|\d{10}|\d{4,5}-\d{3,4}(?:-\d{1,2})?)$/.test(code),
  ATC: (code) => /^[A-Z](?:\d\d(?:[A-Z](?:[A-Z](?:\d\d)?)?)?)?$/.test(code),
  CDCREC: (code) => /^\d{4}-\d$/.test(code),
  RACE: (code) => /^\d{4}-\d$/.test(code),
  ETHNICITY: (code) => /^\d{4}-\d$/.test(code),
  SEX: (code) => /^[MFOU]$/.test(code),
  BIRTH_SEX: (code) => /^[A-Z]{1,6}$/.test(code),
  ZIP3: (code) => /^\d{3}$/.test(code),
};

/** True: a code of a public system; false: not a code of that system; null: the system is not one of these. */
export function hasShapeOf(system: string, code: string): boolean | null {
  const shape = SHAPES[system];
  return shape === undefined ? null : shape(code);
}

/** LOINC parts and answers (`LP…`, `LA…`, `LL…`) too. */
function isLoinc(code: string): boolean {
  const match = /^(?:LP|LA|LL|LG)?(\d{1,7})-(\d)$/.exec(code);
  if (match === null) return false;
  let sum = 0;
  for (const [i, digit] of [...match[1]!].reverse().entries()) {
    const value = Number(digit) * (i % 2 === 0 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return (10 - (sum % 10)) % 10 === Number(match[2]);
}

const DIHEDRAL = [
  "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
  "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
].map((row) => [...row].map(Number)); // biome-ignore format: a table
const PERMUTATION = [
  "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258",
].map((row) => [...row].map(Number)); // biome-ignore format: a table

function verhoeff(code: string): boolean {
  let check = 0;
  for (const [i, digit] of [...code].reverse().entries())
    check = DIHEDRAL[check]![PERMUTATION[i % 8]![Number(digit)]!]!;
  return check === 0;
}
