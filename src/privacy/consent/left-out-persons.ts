/**
 * Who is not to be in the store: patients whose latest Consent denies, patients whose consents contradict each other, and
 * those on the site's own list.
 */
import { readFile } from "node:fs/promises";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { OPT_OUT_LIST } from "../../errors/registry.ts";
import type { Database } from "../../timeline/database.ts";
import { plainForm } from "../records/identifier-forms.ts";

export interface LeftOut {
  readonly byConsent: number;
  readonly byList: number;
  /** Permitted and denied at one and the same time: left out until somebody asks again. */
  readonly conflicting: number;
  /** Identifiers of the list that nobody in these records has. */
  readonly notFound: number;
}

/** Identifiers as the export writes them, one a line. @throws OPT_OUT_LIST */
export async function readOptOuts(path: string): Promise<readonly string[]> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
  } catch (cause) {
    throw new LongitudeError(OPT_OUT_LIST, `the opt-out list ${path} cannot be read as UTF-8 text`, {
      cause,
    });
  }
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  const broken = lines.filter((line) => line.length > 100 || plainForm(line) === "").length;
  if (broken > 0)
    throw new LongitudeError(OPT_OUT_LIST, `${broken} of ${lines.length} lines are no identifier`);
  return lines;
}

/** Needs `known` and `known_form`; fills `left_out (subject_id)`. */
export async function leaveOutPersons(database: Database, optOuts: readonly string[]): Promise<LeftOut> {
  await database.run("CREATE TABLE listed (form VARCHAR)");
  const appender = await database.connection.createAppender("listed");
  for (const line of optOuts) {
    appender.appendVarchar(plainForm(line));
    appender.endRow();
  }
  appender.closeSync();
  await database.run(`
    CREATE TABLE decided AS
    WITH told AS (
      SELECT subject_id, split_part(value, ' ', 1) AS decision, CAST(split_part(value, ' ', 2) AS DOUBLE) AS told_at
      FROM known WHERE kind = 'consent' AND subject_id IS NOT NULL),
    latest AS (SELECT subject_id, max(told_at) AS told_at FROM told GROUP BY subject_id)
    SELECT subject_id, bool_or(decision = 'deny') AS denied, bool_or(decision = 'permit') AS permitted
    FROM told JOIN latest USING (subject_id, told_at) GROUP BY subject_id;
    CREATE TABLE listed_person AS
    SELECT DISTINCT f.subject_id FROM known_form AS f JOIN listed USING (form);
    INSERT INTO left_out
    SELECT subject_id FROM decided WHERE denied UNION SELECT subject_id FROM listed_person`);
  const [row] = await database.rows(`
    SELECT CAST((SELECT count(*) FROM decided WHERE denied AND NOT permitted) AS DOUBLE) AS consent,
           CAST((SELECT count(*) FROM decided WHERE denied AND permitted) AS DOUBLE) AS conflicting,
           CAST((SELECT count(*) FROM listed_person) AS DOUBLE) AS listed,
           CAST((SELECT count(DISTINCT form) FROM listed WHERE form NOT IN (SELECT form FROM known_form)) AS DOUBLE) AS missing`);
  return {
    byConsent: row!.consent as number,
    byList: row!.listed as number,
    conflicting: row!.conflicting as number,
    notFound: row!.missing as number,
  };
}
