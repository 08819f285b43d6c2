/** OMOP tables of a real PostgreSQL give the records that the same tables give as files. */
import { readdirSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Client, escapeIdentifier } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { LongitudeError } from "../../src/errors/longitude-error.ts";
import { ingest } from "../../src/ingest/ingest.ts";
import { OmopPostgres } from "../../src/ingest/omop/omop-postgres.ts";
import { Database, literal } from "../../src/timeline/database.ts";
import { fixedEffects } from "../support/fixed-effects.ts";
import {
  type HospitalPostgres,
  NO_POSTGRES,
  PASSWORD,
  postgresPrograms,
  startHospitalPostgres,
} from "../support/postgres-server.ts";
import { type CaseResult, runIngestCase } from "./case-result.ts";

const programs = await postgresPrograms();
const missing = programs === null;
if (missing) process.stderr.write(`skipped: ${NO_POSTGRES}\n`);

let cluster: HospitalPostgres;
let admin: Client;
const environment = { ...process.env };

beforeAll(async () => {
  if (programs === null) return;
  cluster = await startHospitalPostgres(programs);
  process.env.PGPASSFILE = cluster.passFile;
  admin = new Client({ connectionString: address(), password: PASSWORD });
  await admin.connect();
}, 60_000);
afterAll(async () => {
  process.env = environment;
  if (missing) return;
  await admin.end();
  await cluster.stop();
});
afterEach(() => {
  delete process.env.PGPASSWORD;
  process.env.PGPASSFILE = cluster?.passFile ?? "";
});

const address = (query = ""): string =>
  `postgres://${cluster.user}@localhost:${cluster.port}/postgres${query}`;

/** Copies the files of a case into a schema; CSV as text, Parquet with its types. */
async function load(folder: string, schema: string, spell: (table: string) => string): Promise<void> {
  await admin.query(`CREATE SCHEMA ${schema}`);
  const database = await Database.open();
  for (const file of readdirSync(join(folder, "in"))) {
    const path = literal(join(folder, "in", file));
    const tabs = file.startsWith("CONCEPT") ? ", delim = '\t', quote = ''" : "";
    const source = file.endsWith(".parquet")
      ? `read_parquet(${path})`
      : `read_csv(${path}, header = true, null_padding = true, all_varchar = true${tabs})`;
    const described = await database.rows(`DESCRIBE SELECT * FROM ${source}`);
    const columns = described.map(
      (row) =>
        `${escapeIdentifier(spell(String(row.column_name)))} ${TYPES[String(row.column_type)] ?? "text"}`,
    );
    const name = `${schema}.${escapeIdentifier(spell(basename(file).replace(/\..*$/, "")))}`;
    await admin.query(`CREATE TABLE ${name} (${columns.join(", ")})`);
    const copy = join(cluster.folder, `${schema}-${file}.csv`);
    await database.run(`COPY (SELECT * FROM ${source}) TO ${literal(copy)} (FORMAT csv, HEADER true)`);
    await admin.query(`COPY ${name} FROM ${literal(copy)} (FORMAT csv, HEADER true)`);
  }
  database.close();
}

const TYPES: Readonly<Record<string, string>> = {
  BIGINT: "bigint",
  INTEGER: "integer",
  DOUBLE: "double precision",
  FLOAT: "real",
  DATE: "date",
  TIMESTAMP: "timestamp",
};

async function caseOf(name: string, input: string, more: object = {}): Promise<CaseResult> {
  const dir = join(cluster.folder, name);
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "options.json"), JSON.stringify({ rejectLimit: 1, input, ...more }));
  return runIngestCase(dir);
}

async function failureOf(input: string, more: object = {}): Promise<LongitudeError> {
  try {
    for await (const _ of ingest({ input, out: join(cluster.folder, "failing"), ...more }, fixedEffects()));
  } catch (error) {
    if (error instanceof LongitudeError) return error;
    throw error;
  } finally {
    await rm(join(cluster.folder, "failing"), { recursive: true, force: true });
  }
  throw new Error("it should have failed");
}

/** A row that lacks fields is malformed in CSV and filled with nulls elsewhere. */
const comparable = (tally: readonly string[] | undefined): string[] =>
  (tally ?? []).filter((row) => !/ROW_MALFORMED|PATIENT_REFERENCE|DATE_MISSING/.test(row));

describe.skipIf(missing)("OMOP tables in PostgreSQL", { timeout: 120_000 }, () => {
  it("as text give what the same tables give as CSV, found in the schema of the search path", async () => {
    await load("test/cases/ingest-omop-small", "public_small", (name) => name.toLowerCase());
    await admin.query("ALTER ROLE steward SET search_path = public_small");
    const expected = await runIngestCase("test/cases/ingest-omop-small");
    const found = await caseOf("small", address(), { format: "omop" });
    await admin.query("ALTER ROLE steward RESET search_path");
    expect(found.error).toBeUndefined();
    expect(found.timelines).toEqual(expected.timelines);
    expect(found.codes).toEqual(expected.codes);
    expect(comparable(found.tally)).toEqual(comparable(expected.tally));
    expect(found.notRead).toEqual(expected.notRead);
  });

  it("with the model's types, names in capitals and the vocabulary apart give what Parquet gives", async () => {
    await load("test/cases/ingest-omop-synthea", "cdm", (name) => name.toUpperCase());
    await admin.query(`CREATE SCHEMA vocabulary; ALTER TABLE cdm."CONCEPT" SET SCHEMA vocabulary`);
    const expected = await runIngestCase("test/cases/ingest-omop-synthea");
    const found = await caseOf("synthea", address(), {
      omopSchema: "cdm",
      omopVocabularySchema: "vocabulary",
    });
    expect(found.error).toBeUndefined();
    expect(found).toEqual({ ...expected });
  });

  it("are of one instant: what is written meanwhile is not seen", async () => {
    await admin.query("CREATE SCHEMA moving; CREATE TABLE moving.person (person_id bigint)");
    await admin.query("INSERT INTO moving.person SELECT generate_series(1, 25000)");
    const source = await OmopPostgres.open(address(), { clinical: "moving" });
    const database = await Database.open();
    await admin.query("INSERT INTO moving.person VALUES (0); DELETE FROM moving.person WHERE person_id > 10");
    let steps = 0;
    for await (const _ of source.load(database, "person", ["person_id", "year_of_birth"])) steps += 1;
    expect(steps).toBe(3);
    expect(
      await database.rows(
        "SELECT CAST(count(*) AS INTEGER) AS n, CAST(count(year_of_birth) AS INTEGER) AS y FROM omop_raw",
      ),
    ).toEqual([{ n: 25_000, y: 0 }]);
    expect(await source.count(database, "person")).toBe(25_000);
    await source.close();
    database.close();
  });

  it("are read over TLS by a server whose name and authority are checked", async () => {
    const right = `?sslmode=verify-full&sslrootcert=${cluster.certificate}`;
    const found = await caseOf("tls", address(right), {
      omopSchema: "cdm",
      omopVocabularySchema: "vocabulary",
    });
    expect(found.error).toBeUndefined();
    expect((await failureOf(address("?sslmode=verify-full"))).code).toBe("OMOP_CONNECT");
  });

  it("of a password in the address are refused, and no password is in a message", async () => {
    const withPassword = address().replace("steward@", `steward:${PASSWORD}@`);
    const refused = await failureOf(withPassword);
    expect(refused.code).toBe("OMOP_ADDRESS");
    process.env.PGPASSFILE = "/nonexistent";
    process.env.PGPASSWORD = "not-the-password";
    const wrong = await failureOf(address(), { omopSchema: "cdm" });
    expect(wrong.code).toBe("OMOP_CONNECT");
    expect(wrong.message).toBe("the database cannot be reached (28P01)");
    for (const { message } of [refused, wrong]) {
      expect(message).not.toContain(PASSWORD);
      expect(message).not.toContain("not-the-password");
      expect(message).not.toContain("steward");
    }
  });

  it("that are cut off end the run with nothing written", async () => {
    await admin.query(`
      CREATE SCHEMA slow; CREATE TABLE slow.person AS SELECT 1 AS person_id, 1 AS gender_concept_id, 1950 AS year_of_birth;
      CREATE VIEW slow.condition_occurrence AS SELECT 1 AS person_id, 201826 AS condition_concept_id,
        '2020-01-01'::date AS condition_start_date, CASE WHEN g > 12000 THEN pg_terminate_backend(pg_backend_pid()) END AS x
      FROM generate_series(1, 20000) AS g WHERE g <= 12000 OR pg_terminate_backend(pg_backend_pid())`);
    const error = await failureOf(address(), { omopSchema: "slow" });
    expect(error.code).toBe("OMOP_QUERY");
    expect(error.message).toContain("condition_occurrence");
    expect(readdirSync(cluster.folder).filter((name) => name.includes("failing"))).toEqual([]);
  });

  it("that lack persons are refused by name", async () => {
    expect((await failureOf(address(), { omopSchema: "nowhere" })).code).toBe("OMOP_TABLE");
    expect((await failureOf(address(), { format: "fhir" })).code).toBe("FORMAT_UNKNOWN");
  });
});
