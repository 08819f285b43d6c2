/**
 * From what all messages said about identifiers to whom each record belongs in the end: `hl7_root` names the person that
 * each prior one has become, `hl7_moved` where each account and visit that was filed elsewhere belongs.
 */
import type { Database } from "../../timeline/database.ts";
import type { Counter } from "../tally.ts";
import { Successors } from "./successors.ts";

export async function settleIdentities(database: Database, notes: Counter): Promise<void> {
  await settlePersonsOf(database, notes);
  await settleMoves(database, notes);
}

async function settlePersonsOf(database: Database, notes: Counter): Promise<void> {
  const persons = new Successors<number>();
  const links: Link[] = [];
  for (const row of await database.rows("SELECT change, prior, survivor FROM hl7_identity ORDER BY seq")) {
    const [prior, survivor] = [row.prior as number, row.survivor as number];
    switch (row.change) {
      case "merge":
        persons.becomes(prior, survivor);
        break;
      case "part":
        persons.part(prior);
        break;
      case "link":
        links.push({ prior, survivor });
        break;
      default:
        if (!unlink({ prior, survivor }, persons, links))
          notes.add("ADT^A37 unlinks persons who were not linked");
    }
  }
  if (persons.size > 0) notes.add("person merged into another", persons.size);
  await linkPersons(database, links, persons, notes);
  await database.run("CREATE TABLE hl7_root (prior DOUBLE, survivor DOUBLE)");
  const appender = await database.connection.createAppender("hl7_root");
  for (const prior of persons.keys()) {
    appender.appendDouble(prior);
    appender.appendDouble(persons.rootOf(prior));
    appender.endRow();
  }
  appender.closeSync();
}

interface Link {
  readonly prior: number;
  readonly survivor: number;
}

/** Not the same person after all, whether they had been linked or merged. */
function unlink({ prior, survivor }: Link, persons: Successors<number>, links: Link[]): boolean {
  const [one, other] = [persons.rootOf(prior), persons.rootOf(survivor)];
  const joins = (link: Link): boolean => {
    const [a, b] = [persons.rootOf(link.prior), persons.rootOf(link.survivor)];
    return (a === one && b === other) || (a === other && b === one);
  };
  let found = false;
  for (let i = links.length - 1; i >= 0; i--) {
    if (!joins(links[i]!)) continue;
    links.splice(i, 1);
    found = true;
  }
  return persons.separate(prior, survivor) || found;
}

/** Some senders link a newborn with its mother: whoever was born on different days is not one person. */
async function linkPersons(
  database: Database,
  links: readonly Link[],
  persons: Successors<number>,
  notes: Counter,
): Promise<void> {
  if (links.length === 0) return;
  const births = new Map<number, number>();
  const rows = await database.rows(
    "SELECT subject, birth_ms FROM hl7_person WHERE birth_ms IS NOT NULL ORDER BY seq",
  );
  for (const row of rows) births.set(row.subject as number, row.birth_ms as number);
  for (const { prior, survivor } of links) {
    const [one, other] = [births.get(prior), births.get(survivor)];
    if (one !== undefined && other !== undefined && one !== other) {
      notes.add("ADT^A24 links persons who were born on different days; kept apart");
      continue;
    }
    const [from, to] = [persons.rootOf(prior), persons.rootOf(survivor)];
    if (from === to) continue;
    persons.becomes(from, to);
    notes.add("person linked with another");
  }
}

interface Place {
  readonly level: string;
  readonly subject: number;
  readonly number: number;
  readonly encounter: string | null;
}

async function settleMoves(database: Database, notes: Counter): Promise<void> {
  await database.run(`
    CREATE TABLE hl7_moved (level VARCHAR, subject DOUBLE, number DOUBLE, to_subject DOUBLE, to_number DOUBLE,
      to_encounter VARCHAR, ms DOUBLE)`);
  const places = new Map<string, Place>();
  const moved = new Successors<string>();
  const times = new Map<string, number>();
  const rows = await database.rows(`
    SELECT level, coalesce(p.survivor, v.prior) AS prior, prior_number, coalesce(s.survivor, v.survivor) AS survivor, number,
           encounter_id, ms
    FROM hl7_move AS v LEFT JOIN hl7_root AS p ON p.prior = v.prior LEFT JOIN hl7_root AS s ON s.prior = v.survivor
    ORDER BY seq`);
  for (const row of rows) {
    const level = String(row.level);
    const from = keyOf(level, row.prior as number, row.prior_number as number);
    const [subject, number] = [row.survivor as number, row.number as number];
    const to = keyOf(level, subject, number);
    if (from === to) continue;
    moved.becomes(from, to);
    places.set(from, {
      level,
      subject: row.prior as number,
      number: row.prior_number as number,
      encounter: places.get(from)?.encounter ?? null,
    });
    places.set(to, { level, subject, number, encounter: row.encounter_id as string });
    if (row.ms !== null) times.set(from, row.ms as number);
  }
  const appender = await database.connection.createAppender("hl7_moved");
  for (const key of moved.keys()) {
    const [from, to] = [places.get(key)!, places.get(moved.rootOf(key))!];
    notes.add(`${from.level} moved or renumbered`);
    appender.appendVarchar(from.level);
    for (const value of [from.subject, from.number, to.subject, to.number]) appender.appendDouble(value);
    appender.appendVarchar(to.encounter!);
    const ms = times.get(key);
    if (ms === undefined) appender.appendNull();
    else appender.appendDouble(ms);
    appender.endRow();
  }
  appender.closeSync();
}

function keyOf(level: string, subject: number, number: number): string {
  return `${level}/${subject}/${number}`;
}
