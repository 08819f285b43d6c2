/**
 * Who is held out when chance does not decide it: persons whose index date lies on or after a day (temporal), or who have
 * been at named sites. Nothing later than that day is learned from, and a group stays whole.
 * Invariant: a person learned from has no event, and no knowledge of one, on or after the day.
 */
import { z } from "zod";
import { type Database, literal } from "../timeline/database.ts";
import { BIRTH } from "../timeline/patient-event.ts";
import { codeCondition } from "./code-condition.ts";

export const holdOutSchema = z
  .strictObject({
    /** Persons with an index date on or after this day are held out, and nothing from then on is learned; YYYY-MM-DD. */
    from: z.iso.date().optional(),
    /** Persons with one of these codes, or prefixes ending in `*`, e.g. `SITE/north`, are held out. */
    sites: z.array(z.string().min(1)).min(1).optional(),
  })
  .refine(({ from, sites }) => (from === undefined) !== (sites === undefined), {
    message: "state `from` or `sites`, one of them",
  });

export type HoldOut = z.output<typeof holdOutSchema>;

/** Codes by which a record says when it is asked about and when it ends. */
export interface RecordMarks {
  readonly index: string;
  readonly followUpEnd: string;
}

/** Of persons that are learned from: what nobody could know then. */
export const AFTER_HOLD_OUT = "on or after the day from which persons are held out";
/** Of persons who are neither: learning from them, or measuring on them, would break the design. */
export const BESIDE_HOLD_OUT = "of a group with a person who is held out";
const SOURCE = "splits.holdOut";

/** Makes table `held (subject_id)`, takes events out of `judged`, and ends records at the day. */
export async function holdOut(database: Database, rule: HoldOut, marks: RecordMarks): Promise<void> {
  await database.run(`
    CREATE TABLE held AS ${rule.from === undefined ? atSites(rule.sites ?? []) : indexedFrom(rule.from, marks.index)};
    UPDATE judged SET verdict = ${literal(BESIDE_HOLD_OUT)}
    WHERE verdict IS NULL AND subject_id NOT IN (SELECT subject_id FROM held) AND subject_id IN (
      SELECT subject_id FROM one_person WHERE group_key IN (
        SELECT group_key FROM one_person JOIN held USING (subject_id) WHERE group_key IS NOT NULL))`);
  if (rule.from === undefined) return;
  const day = `TIMESTAMP ${literal(rule.from)}`;
  await database.run(`
    CREATE TABLE cut AS
    SELECT DISTINCT subject_id FROM judged
    WHERE verdict IS NULL AND subject_id NOT IN (SELECT subject_id FROM held)
      AND (time >= ${day} OR available_time >= ${day});
    UPDATE judged SET verdict = ${literal(AFTER_HOLD_OUT)}
    WHERE verdict IS NULL AND subject_id IN (SELECT subject_id FROM cut)
      AND (time >= ${day} OR available_time >= ${day});
    -- Whoever was seen afterwards was under observation until then.
    INSERT INTO judged BY NAME
    SELECT subject_id, ${day} - INTERVAL 1 DAY AS time, ${literal(marks.followUpEnd)} AS code,
           ${literal(SOURCE)} AS source, false AS previous
    FROM cut WHERE subject_id IN (
      SELECT subject_id FROM judged WHERE verdict IS NULL AND code <> ${literal(BIRTH)} AND time < ${day});
    DROP TABLE cut`);
}

function atSites(sites: readonly string[]): string {
  return `SELECT DISTINCT subject_id FROM judged WHERE verdict IS NULL AND ${codeCondition(sites, "code")}`;
}

/** By the index date; where there is none, by the first event. */
function indexedFrom(from: string, index: string): string {
  return `
    SELECT subject_id FROM judged WHERE verdict IS NULL AND code <> ${literal(BIRTH)}
    GROUP BY subject_id
    HAVING coalesce(min(time) FILTER (WHERE code = ${literal(index)}), min(time)) >= TIMESTAMP ${literal(from)}`;
}
