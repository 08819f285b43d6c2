/**
 * Drafts a mapping from CSV files: who the persons are, what dates the rows, what the columns mean. Every guess stands in
 * the draft with how much it may be trusted and what it rests on.
 * Invariant: the draft loads as it is (`parseMapping`), whatever is in the files.
 */
import { basename } from "node:path";
import { LongitudeError } from "../../../errors/longitude-error.ts";
import { MAPPING_PROPOSAL } from "../../../errors/registry.ts";
import { parseMapping } from "../mapping.ts";
import { type ColumnProfile, type FileProfile, profileFile } from "./column-profile.ts";
import { isAgeName, isEncounter, isFollowUpName, longTable, subjectColumn, unixTime } from "./column-role.ts";
import { type Confidence, list, MappingDraft } from "./mapping-draft.ts";
import { proposeSubjects } from "./propose-subjects.ts";
import { COMMON_MISSING, proposeTable } from "./propose-tables.ts";

export interface Proposal {
  readonly text: string;
  /** Guesses by how much they may be trusted. */
  readonly guesses: Readonly<Record<Confidence, number>>;
  /** Files that are left out: no column of theirs is named like a person's identifier. */
  readonly leftOut: readonly string[];
}

/** @param paths of the files; @param name of the data, for the seed of invented dates */
export async function proposeMapping(paths: readonly string[], name: string): Promise<Proposal> {
  const files: FileProfile[] = [];
  for (const path of paths) files.push(await profileFile(path, basename(path).replace(/\.gz$/, "")));
  const withPersons = files.flatMap((file) => {
    const subject = subjectColumn(file);
    return subject === null || file.rows === 0 ? [] : [{ file, subject }];
  });
  const persons = personsOf(withPersons);
  if (persons === null) {
    throw new LongitudeError(
      MAPPING_PROPOSAL,
      withPersons.length === 0
        ? `none of ${files.length} files has a column named like a person's identifier`
        : "persons have several rows in every file, and no column of numbers tells which of them is the first",
    );
  }
  const { delimiter, decimal } = persons.file;
  const isTable = persons.orderedBy !== null || isEventTable(persons.file, persons.id);
  const tables = withPersons.filter(
    ({ file }) => file.delimiter === delimiter && (file !== persons.file || isTable),
  );
  const leftOut = files
    .filter((file) => !withPersons.some((one) => one.file === file && file.delimiter === delimiter))
    .map(({ file }) => file);
  const draft = new MappingDraft();
  draft.comment(
    0,
    `Drafted by longitude map --propose from ${files.length} files. Each guess says how far it may be trusted`,
  );
  draft.comment(
    0,
    "(sure, likely, guess) and what it rests on. Read all of it before anything is built on it: docs/guides/csv.md",
  );
  draft.line(0, "schema: longitude.mapping/1");
  if (delimiter !== ",") draft.line(0, `delimiter: ${JSON.stringify(delimiter)}`);
  if (decimal !== ".") draft.line(0, `decimal: ${JSON.stringify(decimal)}`);
  const missing = COMMON_MISSING.filter(
    (text) =>
      text === "" || files.some(({ columns }) => columns.some((column) => column.missing.includes(text))),
  );
  draft.line(0, `missing: ${list(missing)}`);
  for (const { file, rows, cut } of files)
    if (cut) draft.comment(0, `${file}: only the first ${rows} rows were looked at`);
  for (const file of leftOut)
    draft.comment(0, `${file} is left out: no column named like a person's identifier, or another delimiter`);
  draft.line(0, "");
  const needsIndex = tables.some(({ file, subject }) => !isDated(file, subject));
  const used = proposeSubjects(draft, { ...persons, needsIndex, isTable }, name);
  if (tables.length > 0) {
    draft.line(0, "");
    draft.line(0, "tables:");
  }
  for (const { file, subject } of tables) {
    proposeTable(draft, {
      file,
      subject,
      used: file === persons.file ? used : new Set(),
      orderedBy: file === persons.file ? persons.orderedBy : null,
    });
  }
  const text = draft.toString();
  parseMapping(text, "the draft");
  return { text, guesses: draft.counts, leftOut };
}

/** The file with one row a person, and most that is told of persons; else the one that numbers its rows. */
function personsOf(
  candidates: readonly { readonly file: FileProfile; readonly subject: ColumnProfile }[],
): { file: FileProfile; id: ColumnProfile; orderedBy: ColumnProfile | null } | null {
  const unique = candidates
    .filter(({ subject }) => subject.unique && subject.filled === subject.rows)
    .sort((a, b) => told(b.file) - told(a.file))[0];
  if (unique !== undefined) return { file: unique.file, id: unique.subject, orderedBy: null };
  const repeated = [...candidates].sort((a, b) => told(b.file) - told(a.file))[0];
  if (repeated === undefined) return null;
  const { file, subject } = repeated;
  const numbered = file.columns.filter((column) => column !== subject && column.numeric === 1);
  const orderedBy =
    numbered.find((column) => column.unique && isEncounter(column)) ??
    numbered.find((column) => column.unique && column.integer) ??
    numbered.find((column) => column.integer) ??
    numbered[0];
  return orderedBy === undefined ? null : { file, id: subject, orderedBy };
}

/** One row a person so far, and each row is a dated result all the same. */
function isEventTable(file: FileProfile, id: ColumnProfile): boolean {
  const about = file.columns.filter((column) => isAbout(column.name));
  const dated = file.columns.some((column) => column.dateFormat !== null && !about.includes(column));
  return dated && longTable(file, new Set([id, ...about]))?.value != null;
}

function isAbout(name: string): boolean {
  return /(sex|gender|male|birth|dob|age$|race|death)/i.test(name);
}

function told({ columns }: FileProfile): number {
  const about = columns.filter(
    (column) => /(sex|gender|male|birth|dob|age|race|death)/i.test(column.name) || isFollowUpName(column),
  );
  return about.length * 10 + Math.min(columns.length, 9);
}

function isDated({ columns }: FileProfile, subject: ColumnProfile): boolean {
  const own = columns.filter((column) => column !== subject && !isAgeName(column));
  return own.some((column) => column.dateFormat !== null || unixTime(column) !== null);
}
