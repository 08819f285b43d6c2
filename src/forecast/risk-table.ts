/**
 * Risks on disk: one row a person, landmark, outcome and horizon, in Parquet; read back as one row a person, landmark
 * and outcome with its risks by horizon.
 */
import { Database, literal } from "../timeline/database.ts";
import type { SubjectKey } from "../timeline/patient-event.ts";

/** Risks of one person for one outcome at one landmark, as every model hands them to the evaluation. */
export interface RiskRow {
  readonly subjectId: SubjectKey;
  /** Days since 1970-01-01. */
  readonly predictionDay: number;
  readonly outcome: string;
  readonly landmark: string;
  /** Cumulative incidence by horizon name, death competing. */
  readonly risks: Readonly<Record<string, number>>;
  /** Standard error by horizon name, where the risk was estimated from simulated futures. */
  readonly standardErrors?: Readonly<Record<string, number>>;
}

const COLUMNS =
  "subject_id BIGINT, prediction_day DOUBLE, landmark VARCHAR, outcome VARCHAR, horizon VARCHAR, risk DOUBLE, standard_error DOUBLE";

export async function writeRiskTable(path: string, rows: readonly RiskRow[]): Promise<void> {
  const database = await Database.open({ threads: 1 });
  try {
    await database.run(`CREATE TABLE risk (${COLUMNS})`);
    const appender = await database.connection.createAppender("risk");
    for (const row of rows) {
      for (const [horizon, risk] of Object.entries(row.risks)) {
        appender.appendBigInt(BigInt(row.subjectId));
        appender.appendDouble(row.predictionDay);
        appender.appendVarchar(row.landmark);
        appender.appendVarchar(row.outcome);
        appender.appendVarchar(horizon);
        appender.appendDouble(risk);
        const error = row.standardErrors?.[horizon];
        if (error === undefined) appender.appendNull();
        else appender.appendDouble(error);
        appender.endRow();
      }
    }
    appender.closeSync();
    await database.run(`COPY risk TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd)`);
  } finally {
    database.close();
  }
}

/** @param only rows of one outcome and landmark; all when left out */
export async function readRiskTable(
  path: string,
  only?: { readonly outcome: string; readonly landmark: string },
): Promise<RiskRow[]> {
  const where =
    only === undefined
      ? ""
      : ` WHERE outcome = ${literal(only.outcome)} AND landmark = ${literal(only.landmark)}`;
  const database = await Database.open({ threads: 1 });
  try {
    const records = await database.rows(`SELECT * FROM read_parquet(${literal(path)})${where}`);
    const rows: RiskRow[] = [];
    let risks: Record<string, number> = {};
    let errors: Record<string, number> = {};
    let before = "";
    for (const record of records) {
      const key = `${record.subject_id}|${record.landmark}|${record.outcome}`;
      if (key !== before) {
        before = key;
        risks = {};
        errors = {};
        rows.push({
          subjectId: Number(record.subject_id) as SubjectKey,
          predictionDay: Number(record.prediction_day),
          outcome: String(record.outcome),
          landmark: String(record.landmark),
          risks,
          ...(record.standard_error === null ? {} : { standardErrors: errors }),
        });
      }
      risks[String(record.horizon)] = Number(record.risk);
      if (record.standard_error !== null) errors[String(record.horizon)] = Number(record.standard_error);
    }
    return rows;
  } finally {
    database.close();
  }
}
