/** Cleans every text of the records: fills `text_map (eid, clean)` for the texts that change, patient after patient. */
import type { Database } from "../../timeline/database.ts";
import type { KnownIdentifiers } from "../text/known-identifiers.ts";
import { cleanText, type TextPatient, type TextRule } from "./clean-text.ts";
import type { RuleCounts } from "./privacy-report.ts";

export interface TextProgress {
  readonly texts: number;
  readonly of: number;
}

/** Between fields and rows of what is known of a patient; never part of a text that was parsed from JSON or HL7. */
const [FIELD, ROW] = ["\u001f", "\u001e"];
const EVERY = 500;

/** Needs `raw_event`, `known` and `link (subject_id, subject, shift_days, secret)`. */
export async function* mapTexts(
  database: Database,
  rule: TextRule,
  counts: RuleCounts,
): AsyncGenerator<TextProgress> {
  await database.run("CREATE TABLE text_map (eid BIGINT, clean VARCHAR)");
  const [all] = await database.rows(
    "SELECT CAST(count(*) AS DOUBLE) AS n FROM raw_event WHERE text_value IS NOT NULL",
  );
  const of = all!.n as number;
  if (of === 0) return;
  const connection = await database.connect();
  const appender = await database.connection.createAppender("text_map");
  let texts = 0;
  try {
    const result = await connection.stream(`
      WITH mine AS (
        SELECT subject_id, string_agg(kind || '${FIELD}' || value, '${ROW}' ORDER BY kind, value) AS list
        FROM known WHERE subject_id IS NOT NULL AND kind <> 'consent' GROUP BY subject_id)
      SELECT CAST(e.eid AS DOUBLE), CAST(e.subject_id AS DOUBLE), e.text_value, CAST(l.shift_days AS DOUBLE), l.secret, mine.list
      FROM raw_event AS e JOIN link AS l USING (subject_id) LEFT JOIN mine USING (subject_id)
      WHERE e.text_value IS NOT NULL ORDER BY e.subject_id, e.eid`);
    let subject = Number.NaN;
    let patient: TextPatient | null = null;
    for (let chunk = await result.fetchChunk(); chunk !== null; chunk = await result.fetchChunk()) {
      if (chunk.rowCount === 0) break;
      const column = [0, 1, 2, 3, 4, 5].map((index) => chunk.getColumnVector(index));
      for (let row = 0; row < chunk.rowCount; row++) {
        const raw = column[1]!.getItem(row) as number;
        if (raw !== subject || patient === null) {
          subject = raw;
          const shiftDays = column[3]!.getItem(row) as number;
          const secret = Buffer.from(column[4]!.getItem(row) as string, "hex");
          const surrogates = { secret, patient: "records", shiftDays };
          patient = { known: knownOf(column[5]!.getItem(row) as string | null), shiftDays, surrogates };
        }
        const text = column[2]!.getItem(row) as string;
        const { text: clean, found } = cleanText(text, patient, rule);
        for (const [kind, count] of Object.entries(found)) counts.add("text", kind, count);
        texts += 1;
        if (clean !== text) {
          appender.appendBigInt(BigInt(column[0]!.getItem(row) as number));
          appender.appendVarchar(clean);
          appender.endRow();
        }
        if (texts % EVERY === 0) yield { texts, of };
      }
    }
  } finally {
    connection.closeSync();
    appender.closeSync();
  }
  counts.add("text", "texts read", texts);
}

function knownOf(list: string | null): KnownIdentifiers {
  const known = {
    names: [] as string[],
    dates: [] as string[],
    numbers: [] as string[],
    phrases: [] as string[],
  };
  for (const row of list?.split(ROW) ?? []) {
    const [kind, value = ""] = row.split(FIELD);
    if (kind === "name") known.names.push(value);
    else if (kind === "date") known.dates.push(value);
    else if (kind === "address" || kind === "place") known.phrases.push(value);
    else known.numbers.push(value);
  }
  return known;
}
