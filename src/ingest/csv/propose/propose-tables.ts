/** The part of a proposed mapping that says what happened to the persons: one table a file. */
import { recogniseUnit } from "../../unit.ts";
import { numberOf } from "../row-reader.ts";
import { type ColumnProfile, type FileProfile, missingTexts } from "./column-profile.ts";
import {
  codeSystem,
  isAgeName,
  isAvailableName,
  isBirthName,
  isDeathName,
  isEncounter,
  isSexName,
  type LongTable,
  longTable,
  relativeTime,
  unixTime,
} from "./column-role.ts";
import { knownMeasurement } from "./known-measurements.table.ts";
import { list, type MappingDraft, quoted } from "./mapping-draft.ts";
import { dateReason, dateSource } from "./propose-subjects.ts";

/** More different texts than this are not listed one by one. */
const LISTED = 300;
/** Days between two undated rows of a person. */
const EVERY_DAYS = 90;

export interface TablePlan {
  readonly file: FileProfile;
  readonly subject: ColumnProfile;
  /** Columns that the persons' part has used already. */
  readonly used: ReadonlySet<ColumnProfile>;
  /** Orders the rows of a person, where nothing dates them. */
  readonly orderedBy: ColumnProfile | null;
}

export function proposeTable(draft: MappingDraft, plan: TablePlan): void {
  const { file, subject } = plan;
  const used = new Set<ColumnProfile>([...plan.used, subject]);
  draft.line(1, `- file: ${quoted(file.file)}`);
  draft.guess(2, `subject: ${quoted(subject.name)}`, "likely", "named like a person's identifier");
  const encounter = file.columns.find((column) => isEncounter(column) && !used.has(column));
  if (encounter !== undefined) {
    used.add(encounter);
    draft.guess(
      2,
      `encounter: ${quoted(encounter.name)}`,
      "likely",
      "named like the identifier of an encounter",
    );
  }
  proposeTime(draft, plan, used);
  const missing = file.columns.filter((column) => !used.has(column) && ownMissing(column).length > 0);
  const long = longTable(file, used);
  if (long === null) {
    if (missing.length > 0) {
      draft.line(2, "missing:");
      for (const column of missing) {
        draft.guess(
          3,
          `${quoted(column.name)}: ${list(ownMissing(column))}`,
          "likely",
          "what seems to mean that there is no value",
        );
      }
    }
    proposeWide(draft, file, used);
  } else proposeLong(draft, file, long);
}

/** Texts for "no value" that are not in the mapping's own list. */
export function ownMissing({ missing }: ColumnProfile): string[] {
  return missing.filter((text) => !COMMON_MISSING.includes(text));
}

export const COMMON_MISSING: readonly string[] = ["", "NA", "N/A", "NULL", "null", "NaN", "nan", "?"];

function proposeTime(draft: MappingDraft, { file, orderedBy }: TablePlan, used: Set<ColumnProfile>): void {
  const free = file.columns.filter((column) => !used.has(column));
  const dates = free.filter((c) => c.dateFormat !== null && !isBirthName(c) && !isDeathName(c));
  const time = dates.find((column) => !isAvailableName(column)) ?? dates[0];
  if (time !== undefined) {
    used.add(time);
    const clock = time.dateFormat?.includes("HH") ? undefined : free.find((column) => column.clock);
    if (clock !== undefined) used.add(clock);
    draft.guess(
      2,
      `time: ${dateSource(time, clock)}`,
      time.otherFormat !== null ? "guess" : dates.length === 1 ? "sure" : "likely",
      `${dateReason(time)}${clock === undefined ? "" : "; the time of day stands apart"}`,
    );
    const available = dates.find((column) => column !== time && isAvailableName(column));
    if (available !== undefined) {
      used.add(available);
      draft.guess(
        2,
        `available: ${dateSource(available)}`,
        "likely",
        "named like the time at which a result was known",
      );
    }
    return;
  }
  const counted = free.find((column) => unixTime(column) !== null);
  if (counted !== undefined) {
    used.add(counted);
    const kind = unixTime(counted)!;
    draft.guess(
      2,
      `time: { column: ${quoted(counted.name)}, as: ${kind} }`,
      "likely",
      "numbers of a time since 1970",
    );
    return;
  }
  for (const column of free) {
    const unit = relativeTime(column);
    if (unit === null) continue;
    used.add(column);
    draft.guess(
      2,
      `time: { column: ${quoted(column.name)}, as: ${unit}-from-index }`,
      "likely",
      `numbers from ${column.min} to ${column.max} under a name that says ${unit}`,
    );
    return;
  }
  if (orderedBy !== null) {
    used.add(orderedBy);
    draft.guess(
      2,
      `order: { column: ${quoted(orderedBy.name)}, everyDays: ${EVERY_DAYS} }`,
      "guess",
      `no dates: rows of a person stand in this order, ${EVERY_DAYS} days apart, which is made up`,
    );
    draft.line(2, "time: order");
    return;
  }
  draft.guess(2, "time: index", "guess", "no column gives a time");
}

function proposeLong(draft: MappingDraft, file: FileProfile, { code, value, unit, text }: LongTable): void {
  if (value !== null)
    draft.guess(2, `value: ${quoted(value.name)}`, "likely", `${Math.round(100 * value.numeric)} % numbers`);
  if (unit !== null) draft.guess(2, `unit: ${quoted(unit.name)}`, "sure", "units by name and texts");
  if (text !== null) draft.guess(2, `text: ${quoted(text.name)}`, "likely", "free text by its name");
  const system = codeSystem(code);
  if (system !== null) {
    const format = system.format === undefined ? "" : `, format: ${system.format}`;
    draft.guess(
      2,
      `code: { column: ${quoted(code.name)}, prefix: ${system.prefix}${format} }`,
      "likely",
      "texts that have the form of that system",
    );
    return;
  }
  if (code.many || code.texts.length > LISTED) {
    draft.guess(
      2,
      `code: { column: ${quoted(code.name)}, prefix: LOCAL/ }`,
      "guess",
      "too many different texts to list; they keep their own spelling",
    );
    return;
  }
  draft.line(2, "code:");
  draft.line(3, `column: ${quoted(code.name)}`);
  draft.line(3, "codes:");
  const valuesOf = valuesByCode(file, code, value);
  for (const { text: name } of code.texts) proposeCode(draft, name, valuesOf.get(name), unit !== null);
}

interface CodeValues {
  readonly counts: ReadonlyMap<string, number>;
  /** The value is the person's own identifier in every row. */
  readonly repeatsSubject: boolean;
}

function valuesByCode(
  file: FileProfile,
  code: ColumnProfile,
  value: ColumnProfile | null,
): Map<string, CodeValues> {
  const found = new Map<string, { counts: Map<string, number>; repeatsSubject: boolean }>();
  if (value === null) return found;
  const at = (column: ColumnProfile): number => file.columns.indexOf(column);
  const [codeAt, valueAt] = [at(code), at(value)];
  for (const row of file.sample) {
    const own = found.get(row[codeAt]!.trim()) ?? { counts: new Map<string, number>(), repeatsSubject: true };
    const text = row[valueAt]!.trim();
    own.counts.set(text, (own.counts.get(text) ?? 0) + 1);
    own.repeatsSubject &&= row.some((other, i) => i !== valueAt && other.trim() === text && text.length > 3);
    found.set(row[codeAt]!.trim(), own);
  }
  return found;
}

function proposeCode(
  draft: MappingDraft,
  name: string,
  values: CodeValues | undefined,
  hasUnits: boolean,
): void {
  const key = quoted(name);
  const texts = values === undefined ? [] : [...values.counts.keys()];
  const missing =
    values === undefined ? [] : missingTexts(values.counts).filter((text) => !COMMON_MISSING.includes(text));
  const present = texts.filter((text) => text !== "" && !missing.includes(text));
  const column = { name, texts: present.map((text) => ({ text, n: 1 })) } as unknown as ColumnProfile;
  const numeric = present.every((text) => !Number.isNaN(numberOf(text)));
  if (values?.repeatsSubject === true && present.length > 5) {
    draft.guess(
      4,
      `${key}: { drop: "the identifier again" }`,
      "likely",
      "the value repeats another column of its row",
    );
  } else if (isAgeName(column) && numeric && present.length > 0) {
    draft.guess(
      4,
      `${key}: { birth: age-at-index-years${missingKey(missing)} }`,
      "likely",
      "an age among the codes; is it the age at the index date?",
    );
  } else if (isSexName(column) && present.length > 0 && present.every((text) => /^[01]$/.test(text))) {
    draft.guess(
      4,
      `${key}: { code: SEX/U, static: true${missingKey(missing)}, values: { "0": SEX/F, "1": SEX/M } }`,
      "guess",
      "0 and 1 do not say which is which: check",
    );
  } else {
    const known = knownMeasurement(name);
    const unit = hasUnits || known?.unit == null ? "" : `, unit: ${JSON.stringify(known.unit)}`;
    const numbers = present.map((text) => numberOf(text)).filter((value) => !Number.isNaN(value));
    const isShare = known?.unit === "%" && numbers.length > 0 && numbers.every((value) => value <= 1);
    const scale = isShare && !hasUnits ? ", scale: 100" : "";
    const about = `${unit}${scale}${missingKey(missing)}`;
    if (known === null) {
      draft.guess(
        4,
        `${key}: { code: ${quoted(`LOCAL/${name}`)}${about} }`,
        "guess",
        "no code is known for this name",
      );
      return;
    }
    const why =
      unit === "" ? "known by its name" : "known by its name; the unit is the usual one, not the file's";
    const description = JSON.stringify(known.description);
    draft.guess(
      4,
      `${key}: { code: ${known.code}${about}, description: ${description} }`,
      unit === "" ? "likely" : "guess",
      `${why}${scale === "" ? "" : "; shares of one become per cent"}`,
    );
  }
}

function missingKey(missing: readonly string[]): string {
  return missing.length === 0 ? "" : `, missing: ${list(missing)}`;
}

/** Columns with the same few answers go together; numbers are values; the rest keeps its text behind the column's name. */
function proposeWide(draft: MappingDraft, file: FileProfile, used: Set<ColumnProfile>): void {
  const rest = file.columns.filter((column) => !used.has(column) && column.filled > 0);
  const numbers: ColumnProfile[] = [];
  const answers = new Map<string, ColumnProfile[]>();
  const others: ColumnProfile[] = [];
  for (const column of rest) {
    if (column.dateFormat !== null) continue;
    const few = column.texts.length <= 6 && !column.many;
    if (codeSystem(column) !== null) others.push(column);
    else if (column.numeric > 0.95 && !isCategory(column)) numbers.push(column);
    else if (few && column.numeric < 0.5 && isAnswers(column)) {
      const kind = /^(yes|no|y|n|true|false)$/i.test(column.texts[0]!.text) ? "answers" : "other";
      answers.set(kind, [...(answers.get(kind) ?? []), column]);
    } else others.push(column);
  }
  draft.line(2, "events:");
  if (numbers.length > 0) {
    draft.line(3, "- code:");
    draft.line(5, "columns:");
    for (const column of numbers) {
      const known = knownMeasurement(column.name);
      const unit = known?.unit ?? null;
      const code = known?.code ?? `LOCAL/${column.name}`;
      draft.guess(
        6,
        `${quoted(column.name)}: { code: ${quoted(code)}${unit === null || recogniseUnit(unit) === null ? "" : `, unit: ${JSON.stringify(unit)}`} }`,
        "guess",
        known === null
          ? `numbers from ${column.min} to ${column.max}`
          : "known by its name; the unit is the usual one, not the file's",
      );
    }
  }
  for (const columns of answers.values()) proposeAnswers(draft, columns);
  for (const column of others) {
    const system = codeSystem(column);
    const prefix = system?.prefix ?? `${column.name.toUpperCase().replace(/[^A-Z0-9]+/g, "_")}/`;
    const format = system?.format === undefined ? "" : `, format: ${system.format}`;
    draft.guess(
      3,
      `- { code: { column: ${quoted(column.name)}, prefix: ${quoted(prefix)}${format} }, optional: true }`,
      system === null ? "guess" : "likely",
      system === null
        ? `${column.texts.length}${column.many ? " or more" : ""} different texts`
        : "texts that have the form of that system",
    );
  }
  if (rest.length === 0) draft.line(4, "- code: { fixed: LOCAL/row }");
}

function proposeAnswers(draft: MappingDraft, columns: readonly ColumnProfile[]): void {
  const texts = [...new Set(columns.flatMap((column) => column.texts.map(({ text }) => text)))];
  draft.line(3, "- code:");
  draft.line(5, "columns:");
  for (const { name } of columns)
    draft.guess(
      6,
      `${quoted(name)}: { code: ${quoted(`LOCAL/${name}`)} }`,
      "guess",
      "few answers, the same as its neighbours'",
    );
  draft.line(5, "answers:");
  for (const text of texts) {
    const no = /^(no|n|false|none|0)$/i.test(text);
    if (no)
      draft.guess(
        6,
        `${JSON.stringify(text)}: { drop: "answer that nothing was there" }`,
        "likely",
        "the answer of most",
      );
    else
      draft.line(
        6,
        `${JSON.stringify(text)}: ${JSON.stringify(/^(yes|y|true)$/i.test(text) ? "" : `//${text.toUpperCase()}`)}`,
      );
  }
}

/** Numbers that are names: few of them, whole, under a name that says so. */
function isCategory({ name, integer, texts, many }: ColumnProfile): boolean {
  return (
    integer &&
    !many &&
    texts.length <= 60 &&
    /(type|category|class|_id|code|status|source|disposition)$/i.test(name)
  );
}

function isAnswers({ texts }: ColumnProfile): boolean {
  return texts.some(({ text }) => /^(no|yes|none|y|n|true|false)$/i.test(text));
}
