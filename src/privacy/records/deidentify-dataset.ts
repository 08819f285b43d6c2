/**
 * Identified records → de-identified records, under one profile.
 * Invariant: nothing of a person leaves but what a rule lets through; the linkage table is on the disk before the result
 * is written; persons and events are all accounted for.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { RISK_OVER_LIMIT } from "../../errors/registry.ts";
import { type Database, literal } from "../../timeline/database.ts";
import { BIRTH, type Split } from "../../timeline/patient-event.ts";
import { type WrittenDataset, writeMedsDataset } from "../../timeline/write-meds-dataset.ts";
import type { PrivacyConfig } from "../privacy-config.ts";
import { shiftDaysOf } from "../profile/date-shift.ts";
import type { RawSubjectKey } from "../subject-keys.ts";
import type { Linkage } from "../zone/linkage.ts";
import { loadIdentifiedRecords } from "./identified-records.ts";
import { findOwnIdentifiers, mapCodes } from "./map-codes.ts";
import { mapTexts } from "./map-texts.ts";
import { type PersonPlan, planPersons } from "./plan-persons.ts";
import { PRIVACY_JSON, PRIVACY_REPORT_SCHEMA, type PrivacyReport, RuleCounts } from "./privacy-report.ts";
import { scanResidual } from "./residual-scan.ts";

export interface DeidentifyTask {
  /** Folder of the identified dataset. */
  readonly identified: string;
  /** Folder to write into, empty. */
  readonly out: string;
  readonly config: PrivacyConfig;
  readonly zone: string;
  readonly linkage: Linkage;
  readonly database: Database;
  readonly name: string;
  readonly eventsPerShard: number;
  /** Raw keys of persons who are not to be in it. */
  readonly leftOut: (database: Database) => Promise<void>;
  /** Elements of the export by class, as the ingest counted them. */
  readonly elements: PrivacyReport["elements"];
}

export type DeidentifyEvent =
  | { readonly kind: "progress"; readonly step: string; readonly done: number; readonly total: number | null }
  | {
      readonly kind: "done";
      readonly report: PrivacyReport;
      readonly written: WrittenDataset;
      readonly splits: Readonly<Record<Split, number>>;
    };

export async function* deidentifyDataset(task: DeidentifyTask): AsyncGenerator<DeidentifyEvent> {
  const { database, config, linkage } = task;
  const step = (name: string): DeidentifyEvent => ({ kind: "progress", step: name, done: 0, total: null });
  const counts = new RuleCounts();
  yield step("reading identified records");
  const everybody = await loadIdentifiedRecords(database, task.identified);
  await database.run("CREATE TABLE left_out (subject_id BIGINT)");
  await task.leftOut(database);
  await linkPersons(database, linkage, config);
  yield step("measuring the risk");
  const plan = await planPersons(database, config);
  if (plan.risk.persons === 0 && plan.suppressed > 0) {
    throw new LongitudeError(
      RISK_OVER_LIMIT,
      `${plan.suppressed} persons are too few of a kind: none could be kept under a risk of ${config.riskLimit}`,
    );
  }
  yield step("screening codes");
  await mapCodes(database, everybody, config, counts);
  await findOwnIdentifiers(database);
  const rendering = config.notes === "drop" ? "tag" : config.notes;
  if (config.notes === "drop") await database.run("CREATE TABLE text_map (eid BIGINT, clean VARCHAR)");
  else {
    const rule = { profile: config.profile, rendering, everybody, oldestYear: plan.oldestYear };
    for await (const { texts, of } of mapTexts(database, rule, counts))
      yield { kind: "progress", step: "cleaning texts", done: texts, total: of };
  }
  yield step("writing");
  await countRules(database, config, counts);
  await release(database, config, linkage.siteSecret);
  const written = await writeMedsDataset(task.out, {
    database,
    events: "released_event",
    subjects: "released_person",
    descriptions: "described",
    parents: "clean_parent",
    metadata: {
      dataset_name: task.name,
      longitude_privacy: { profile: config.profile, report: PRIVACY_JSON },
    },
    eventsPerShard: task.eventsPerShard,
  });
  yield step("scanning what is left");
  await scanResidual(database, task.out, everybody, config);
  const report = await reportOf(task, plan, counts, written);
  await writeFile(join(task.out, PRIVACY_JSON), `${JSON.stringify(report, null, 2)}\n`);
  yield { kind: "done", report, written, splits: await splitsOf(database) };
}

async function splitsOf(database: Database): Promise<Record<Split, number>> {
  const splits = { train: 0, tuning: 0, held_out: 0 };
  for (const row of await database.rows(
    "SELECT split, CAST(count(*) AS DOUBLE) AS n FROM released_person GROUP BY split",
  ))
    splits[row.split as Split] = row.n as number;
  return splits;
}

/** `link (subject_id, subject, shift_days, secret)`; new persons get their key now, and the table is saved. */
async function linkPersons(database: Database, linkage: Linkage, config: PrivacyConfig): Promise<void> {
  const rows = await database.rows(
    "SELECT CAST(subject_id AS DOUBLE) AS id FROM raw_person WHERE subject_id NOT IN (SELECT subject_id FROM left_out) ORDER BY subject_id",
  );
  const before = linkage.size;
  await database.run(
    "CREATE TABLE link (subject_id BIGINT, subject BIGINT, shift_days INTEGER, secret VARCHAR)",
  );
  const appender = await database.connection.createAppender("link");
  for (const { id } of rows) {
    const link = linkage.linkFor(id as RawSubjectKey);
    appender.appendBigInt(BigInt(link.raw));
    appender.appendBigInt(BigInt(link.subject));
    appender.appendInteger(
      config.profile === "expert-determination" ? shiftDaysOf(link.shiftDraw, config.dateShift) : 0,
    );
    appender.appendVarchar(link.secret);
    appender.endRow();
  }
  appender.closeSync();
  if (linkage.size > before) await linkage.save();
}

/** Recorded ages, whose numbers over 89 are one group: LOINC and SNOMED CT codes of a person's age in years. */
const AGE_CODES = [
  "LOINC/30525-0",
  "LOINC/21612-7",
  "LOINC/29553-5",
  "LOINC/21611-9",
  "LOINC/63900-5",
  "SNOMED/424144002",
  "SNOMED/397669002",
  "SNOMED/445518008",
];

/** A number of an event that is one of the person's own numbers: digits that a 32-bit float still tells. */
const OWN_NUMBER = `EXISTS (
  SELECT 1 FROM known_number AS n WHERE n.subject_id = e.subject_id AND n.value = e.numeric_value)`;

async function release(database: Database, config: PrivacyConfig, siteSecret: string): Promise<void> {
  await database.run(`
    CREATE TABLE known_number AS
    SELECT DISTINCT subject_id, CAST(form AS FLOAT) AS value FROM known_form WHERE regexp_full_match(form, '[1-9][0-9]{5,14}')`);
  const [time, available] = await releasedTimes(database, config);
  const texts = config.notes === "drop" ? "NULL" : "coalesce(t.clean, e.text_value)";
  const numeric =
    config.profile === "safe-harbor"
      ? `CASE WHEN m.clean IN (${AGE_CODES.map(literal).join(", ")}) AND e.numeric_value > 89 THEN 90 ELSE e.numeric_value END`
      : "e.numeric_value";
  const statics =
    "NOT (p.step >= 1 AND e.time IS NULL AND (starts_with(e.code, 'RACE/') OR starts_with(e.code, 'ETHNICITY/')))";
  await database.run(`
    CREATE TABLE released_event AS
    SELECT l.subject AS subject_id, CASE WHEN e.code = ${literal(BIRTH)} THEN p.birth ELSE ${time} END AS time,
           m.clean AS code, CASE WHEN ${OWN_NUMBER} THEN NULL ELSE ${numeric} END AS numeric_value,
           ${texts} AS text_value, u.clean AS unit,
           CASE WHEN e.code = ${literal(BIRTH)} THEN NULL ELSE ${available} END AS available_time,
           CASE WHEN e.encounter_id IS NOT NULL THEN substr(sha256(l.secret || e.encounter_id), 1, 16) END AS encounter_id,
           s.clean AS source
    FROM raw_event AS e JOIN link AS l USING (subject_id) JOIN person_plan AS p USING (subject_id)
    JOIN code_map AS m USING (code)
    LEFT JOIN unit_map AS u ON e.unit = u.unit LEFT JOIN source_map AS s ON e.source = s.source
    LEFT JOIN text_map AS t USING (eid)
    ${config.profile === "safe-harbor" ? "LEFT JOIN instant AS i ON e.subject_id = i.subject_id AND e.time = i.instant_at LEFT JOIN instant AS j ON e.subject_id = j.subject_id AND e.available_time = j.instant_at" : ""}
    WHERE p.keep AND m.clean IS NOT NULL AND ${statics}
      AND NOT (e.code = ${literal(BIRTH)} AND p.birth IS NULL)
      AND NOT EXISTS (SELECT 1 FROM own_identifier AS o WHERE o.subject_id = e.subject_id AND o.code = e.code);
    ${
      config.geography === "zip3"
        ? `INSERT INTO released_event SELECT l.subject, NULL, 'ZIP3/' || p.zip3, NULL, NULL, NULL, NULL, NULL, 'Patient'
           FROM person_plan AS p JOIN link AS l USING (subject_id) WHERE p.keep AND p.zip3 IS NOT NULL AND p.step < 1;`
        : ""
    }
    CREATE TABLE released_person AS
    SELECT l.subject AS subject_id, r.split,
           CASE WHEN r.group_key IS NOT NULL THEN substr(sha256(${literal(siteSecret)} || r.group_key), 1, 16) END AS group_key
    FROM raw_person AS r JOIN link AS l USING (subject_id)
    WHERE l.subject IN (SELECT subject_id FROM released_event)`);
}

/**
 * Expressions for the released time and availability. Safe Harbor leaves the year: the events of a year stand at its first
 * instant, a millisecond apart by their order. Order within a year is no element of a date, and it is what a sequence
 * model needs.
 */
async function releasedTimes(
  database: Database,
  { profile }: PrivacyConfig,
): Promise<readonly [string, string]> {
  if (profile === "limited-data-set") return ["e.time", "e.available_time"];
  if (profile === "expert-determination")
    return ["e.time + to_days(l.shift_days)", "e.available_time + to_days(l.shift_days)"];
  await database.run(`
    CREATE TABLE instant AS
    SELECT subject_id, instant_at,
           make_timestamp(epoch_us(make_timestamp(year(instant_at), 1, 1, 0, 0, 0)) + 1000 * (dense_rank() OVER (PARTITION BY subject_id, year(instant_at) ORDER BY instant_at) - 1)) AS released
    FROM (SELECT subject_id, time AS instant_at FROM raw_event WHERE time IS NOT NULL AND code <> ${literal(BIRTH)}
          UNION SELECT subject_id, available_time FROM raw_event WHERE available_time IS NOT NULL)`);
  return ["i.released", "j.released"];
}

async function countRules(database: Database, config: PrivacyConfig, counts: RuleCounts): Promise<void> {
  const rows = await database.rows(`
    SELECT m.verdict AS verdict, CAST(count(*) AS DOUBLE) AS n FROM raw_event AS e JOIN code_map AS m USING (code)
    JOIN person_plan AS p USING (subject_id) WHERE p.keep GROUP BY m.verdict ORDER BY m.verdict`);
  for (const { verdict, n } of rows) counts.add("code", String(verdict), n as number);
  const [own] = await database.rows(
    "SELECT CAST(count(*) AS DOUBLE) AS n FROM raw_event AS e JOIN own_identifier AS o USING (subject_id, code)",
  );
  counts.add("code", "one of the person's own identifiers: event left out", own!.n as number);
  const [dates] = await database.rows(
    "SELECT CAST(count(time) + count(available_time) AS DOUBLE) AS n FROM raw_event JOIN person_plan USING (subject_id) WHERE keep",
  );
  const how = {
    "safe-harbor": "reduced to the year",
    "expert-determination": "shifted",
    "limited-data-set": "kept",
  };
  counts.add("date", how[config.profile], dates!.n as number);
}

async function reportOf(
  { config, zone, database, elements }: DeidentifyTask,
  plan: PersonPlan,
  counts: RuleCounts,
  written: WrittenDataset,
): Promise<PrivacyReport> {
  const [size] = await database.rows(`
    SELECT (SELECT CAST(count(*) AS DOUBLE) FROM raw_person) AS persons, (SELECT CAST(count(*) AS DOUBLE) FROM raw_event) AS events,
           (SELECT CAST(count(DISTINCT subject_id) AS DOUBLE) FROM left_out JOIN raw_person USING (subject_id)) AS left_out`);
  const { risk, riskBefore, over89, generalised, suppressed } = plan;
  const { zone: _zone, keys: _keys, optOuts: _optOuts, ...configuration } = config;
  return {
    schema: PRIVACY_REPORT_SCHEMA,
    profile: config.profile,
    zone,
    configuration: JSON.parse(JSON.stringify(configuration)),
    persons: {
      in: size!.persons as number,
      kept: written.subjects,
      optedOut: size!.left_out as number,
      suppressed,
      over89,
      generalised,
    },
    events: { in: size!.events as number, kept: written.events },
    rules: counts.rows(),
    elements,
    risk,
    riskBefore,
    riskLimit: config.profile === "expert-determination" ? config.riskLimit : null,
  };
}
