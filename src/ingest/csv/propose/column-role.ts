/** What a column seems to be, by its name and by its values. */
import { recogniseUnit } from "../../unit.ts";
import type { ColumnProfile, FileProfile } from "./column-profile.ts";

const named =
  (pattern: RegExp) =>
  (column: ColumnProfile): boolean =>
    pattern.test(column.name.toLowerCase());

const SUBJECT =
  /(^|[_.\s-])(subject|patient|patienten|patientin|person|participant|member|client|enrolee|bene|beneficiary|paciente|paziente|pat|pt|mrn|nhs|ipp|nhc|empi)([_.\s-]?(id|nbr|nr|number|nummer|no|key|num|sk|identifier))?$/;
/** `id_patient`, `numero_paciente`. */
const SUBJECT_AFTER =
  /^(id|nr|no|num|numero|codice|key)[_.\s-]?(subject|patient|person|participant|member|paciente|paziente)$/;
const RECORD = /^(record[_.\s-]?id|recordid|id|pid|sid|desynpuf_id|enrolid|eid)$/;
export const isEncounter = named(
  /(encounter|visit|hadm|admission|stay|episode|csn)([_.\s-]?(id|nbr|number|no|key))$/,
);
export const isSexName = named(
  /^(sex|gender|male|female|gender[_.\s-]?\w*|sex[_.\s-]?\w*|geschlecht|sexe|sexo|sesso)$/,
);
export const isBirthName = named(/(birth|dob|born|geburt|gebdat|naissance|nacimiento|nascita)/);
export const isAgeName = named(/^(age|age[_.\s-].*|.*[_.\s-]age|anchor_age)$/);
export const isDeathName = named(
  /(death|died|deceased|(^|_)dod($|_)|sterbe|gestorben|verstorben|d[eé]c[eè]s|fallec|decesso)/,
);
export const isRaceName = named(/(race|ethnic)/);
export const isGroupName = named(
  /^(case|match(ed)?|set|family|household|pair)([_.\s-]?(id|set|nbr|number))$/,
);
export const isStatusName = named(/^(status|event|censor(ed)?|dead|died|death|vital_status)$/);
export const isFollowUpName = named(/^(fu_?time|follow.?up.*|surv(ival)?_?(time|days)|time_to_.*|futime)$/);
export const isAvailableName = named(
  /(issued|report|result|verif|stor(e|ed)|recorded|posted|release)[a-z_.\s-]*(date|time|dt|at)?$/,
);
const isValueName = named(
  /^(value|val|result|results|valuenum|value_num|numeric_value|result_value|measurement|reading|quantity|amount|obs_value|wert|messwert|ergebnis|valeur|resultat|résultat|valor|resultado|valore|risultato)$/,
);
const isUnitName = named(
  /(^|[_.\s-])(unit|units|uom|valueuom|unit_of_measure|einheit|unit[eé]|unidad|unit[aà])$/,
);
const isTextName = named(/(text|note|comment|narrative|report_body)$/);
const isCodeName = named(
  /^(.*[_.\s-])?(code|test|item|itemid|item_id|event|parameter|param|concept|variable|analyte|measure|component|lab|label|untersuchung|analyse|analyt|bezeichnung|examen|prueba|esame|icd\d*.*|loinc.*|drug|medication|diagnosis|dx|procedure|test_name|rxnorm|ndc|cpt|atc)([_.\s-]?(code|name|id|cm))?$/,
);

export function subjectColumn({ columns }: FileProfile): ColumnProfile | null {
  const score = (column: ColumnProfile): number => {
    if (column.filled === 0 || isEncounter(column)) return 0;
    const name = column.name.toLowerCase();
    return SUBJECT.test(name) || SUBJECT_AFTER.test(name) ? 3 : RECORD.test(name) ? 2 : 0;
  };
  const best = [...columns].sort((a, b) => score(b) - score(a))[0];
  return best === undefined || score(best) === 0 ? null : best;
}

/** Counts from 1970 on: the numbers of 1980 to 2100, under a name of a time. */
export function unixTime({ name, integer, numeric, min, max }: ColumnProfile): string | null {
  if (numeric < 1 || !integer || !/(time|date|stamp|epoch|^ts$|_ts$|_at$)/i.test(name)) return null;
  if (min > 3.1e8 && max < 4.1e9) return "unix-seconds";
  return min > 3.1e11 && max < 4.1e12 ? "unix-milliseconds" : null;
}

/** Counts from an index date: what a unit of the column is. */
export function relativeTime(column: ColumnProfile): "days" | "hours" | "minutes" | null {
  if (column.numeric < 0.99 || column.filled === 0) return null;
  const name = column.name.toLowerCase();
  if (/^(days?|day_?(offset|no|number|from_.*)?|.*[_.\s-](days?|dayoffset)|offset_?days?)$/.test(name))
    return "days";
  // `HR` is the heart rate where its numbers are those of one.
  const isRate = name === "hr" && column.min >= 20;
  if (!isRate && /^(hours?|hrs?|.*[_.\s-](hours?|hrs?))$/.test(name)) return "hours";
  return /^(min|mins|minutes?|.*[_.\s-](min|mins|minutes?)|.*offset)$/.test(name) ? "minutes" : null;
}

export interface LongTable {
  readonly code: ColumnProfile;
  readonly value: ColumnProfile | null;
  readonly unit: ColumnProfile | null;
  readonly text: ColumnProfile | null;
}

/** A table of codes without values has few columns; with more, each column is something of its own. */
const MOST_COLUMNS = 8;

/** A table with a row for each thing that happened; null = a column for each. @param taken columns with another role */
export function longTable({ columns }: FileProfile, taken: ReadonlySet<ColumnProfile>): LongTable | null {
  const free = columns.filter((column) => !taken.has(column) && column.filled > 0);
  const value = free.find((column) => isValueName(column)) ?? null;
  const codes = free.filter((column) => column !== value && isCodeName(column));
  const code =
    codes.find(({ numeric }) => numeric < 0.5) ??
    codes[0] ??
    (value === null
      ? undefined
      : free.find((one) => one !== value && one.numeric < 0.1 && !one.many && !isUnitName(one)));
  // Several columns of codes (diag_1, diag_2) are a row of many columns.
  if (code === undefined || (value === null && free.length > MOST_COLUMNS)) return null;
  const rest = free.filter((column) => column !== code && column !== value);
  return {
    code,
    value,
    unit: rest.find((column) => isUnitName(column) && unitShare(column) > 0.5) ?? null,
    text: rest.find((column) => isTextName(column)) ?? null,
  };
}

function unitShare({ texts }: ColumnProfile): number {
  const known = texts.filter(({ text }) => recogniseUnit(text) !== null);
  return texts.length === 0 ? 0 : known.length / texts.length;
}

/** Prefix (and repair) of a column that holds codes of a known system. */
export function codeSystem(column: ColumnProfile): { prefix: string; format?: "icd9cm" | "icd10cm" } | null {
  const name = column.name.toLowerCase();
  const share = (pattern: RegExp): number => {
    const fit = column.texts.filter(({ text }) => pattern.test(text));
    return fit.length / Math.max(1, column.texts.length);
  };
  const isDiagnosis = /(icd|diag|dx|condition)/.test(name);
  if (share(/^[A-TV-Z]\d[0-9A-Z](\.?[0-9A-Z]{1,4})?$/) > 0.95 && (isDiagnosis || share(/\./) > 0.2)) {
    return { prefix: "ICD10CM/", format: "icd10cm" };
  }
  const hasCategory = column.texts.some(({ text }) => /^(\d{3}|V\d\d|E\d{3})/.test(text));
  if (
    isDiagnosis &&
    hasCategory &&
    share(/^(\d{1,3}(\.\d{1,2})?|\d{4,5}|V\d\d\.?\d{0,2}|E\d{3}\.?\d?)$/) > 0.95
  ) {
    return { prefix: "ICD9CM/", format: "icd9cm" };
  }
  if (share(/^\d{1,5}-\d$/) > 0.95) return { prefix: "LOINC/" };
  if (/rxnorm|rxcui/.test(name) && share(/^\d+$/) > 0.95) return { prefix: "RXNORM/" };
  if (/ndc/.test(name)) return { prefix: "NDC/" };
  if (/cpt/.test(name) && share(/^\d{4}[0-9A-Z]$/) > 0.9) return { prefix: "CPT/" };
  return /snomed/.test(name) && share(/^\d{6,18}$/) > 0.95 ? { prefix: "SNOMED/" } : null;
}

const SEX_TEXTS: Readonly<Record<string, "M" | "F" | "O" | "U">> = {
  m: "M",
  male: "M",
  man: "M",
  f: "F",
  female: "F",
  w: "F",
  männlich: "M",
  weiblich: "F",
  homme: "M",
  femme: "F",
  hombre: "M",
  mujer: "F",
  woman: "F",
  o: "O",
  other: "O",
  u: "U",
  unknown: "U",
  "unknown/invalid": "U",
  unk: "U",
  x: "O",
};

/** Text → sex; null when the texts do not tell. 0 and 1 tell it by the name of the column alone. */
export function sexValues(
  column: ColumnProfile,
): { values: Readonly<Record<string, string>>; sure: boolean } | null {
  const values: Record<string, string> = {};
  const name = column.name.toLowerCase();
  let sure = true;
  for (const { text } of column.texts) {
    let sex = SEX_TEXTS[text.toLowerCase()];
    if (sex === undefined && /^[012]$/.test(text)) {
      const plain = name === "male" ? ["F", "M"] : name === "female" ? ["M", "F"] : null;
      sure &&= plain !== null;
      // Without a telling name: 1 and 2 are male and female (ISO 5218), 0 and 1 a coin to toss.
      sex = (plain?.[Number(text)] ?? (column.max === 2 ? ["U", "M", "F"] : ["F", "M"])[Number(text)]) as
        | "M"
        | "F"
        | "U";
    }
    if (sex === undefined) return null;
    values[text] = sex;
  }
  return column.texts.length === 0 ? null : { values, sure };
}

/** `[70-80)`, `70-79`, `80+` → the middle, in years; null when they are no such groups. */
export function ageGroups(column: ColumnProfile): Readonly<Record<string, number>> | null {
  const numbers: Record<string, number> = {};
  for (const { text } of column.texts) {
    const group = /^[[(]?\s*(\d{1,3})\s*[-–]\s*(\d{1,3})\s*[)\]]?$/.exec(text);
    const open = /^(?:>=?\s*)?(\d{1,3})\s*\+?$/.exec(text);
    if (group !== null) {
      const high = Number(group[2]) + (text.endsWith(")") ? 0 : 1);
      numbers[text] = (Number(group[1]) + high) / 2;
    } else if (open !== null) numbers[text] = Number(open[1]) + 5;
    else return null;
  }
  return column.texts.length === 0 ? null : numbers;
}
