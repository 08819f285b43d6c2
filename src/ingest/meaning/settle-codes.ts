/**
 * What stands above the codes of an import: their descriptions and parents by the shipped code systems and the site's own
 * files, and, where the site wants that, ICD-9-CM codes as the one ICD-10-CM code that says the same.
 * Invariant: a code is replaced only where the map has exactly one equivalent.
 */

import { icd10cmChapter, icd10cmDescription, icd10cmOf } from "../../terminology/icd.ts";
import { relationsOf } from "../../terminology/site-terminology.ts";
import type { TerminologyConfig } from "../../terminology/terminology-config.ts";
import type { Database } from "../../timeline/database.ts";
import { literal } from "../../timeline/database.ts";
import { parentCode } from "../../timeline/parent-code.ts";
import type { Counter } from "../tally.ts";

const ICD9 = "ICD9CM/";
const ICD10 = "ICD10CM/";

/**
 * Makes `code_meaning (code, to_code)` and adds to `known_parent` and `described`.
 * @param judged table with a verdict for each candidate, null = kept
 */
export async function settleCodes(
  database: Database,
  config: TerminologyConfig,
  notes: Counter,
): Promise<void> {
  await database.run("CREATE TABLE code_meaning (code VARCHAR, to_code VARCHAR)");
  const rows = await database.rows(
    "SELECT code, CAST(count(*) AS DOUBLE) AS n FROM judged WHERE verdict IS NULL GROUP BY code ORDER BY code",
  );
  const used = new Map(rows.map(({ code, n }) => [String(code), n as number]));
  const parents = new Map<string, Set<string>>();
  const described = new Map<string, string>();
  const translated: string[] = [];
  const above = (code: string, parent: string): void => {
    parents.set(code, (parents.get(code) ?? new Set()).add(parent));
    explain(parent);
  };
  const explain = (code: string): void => {
    if (!code.startsWith(ICD10)) return;
    const local = code.slice(ICD10.length);
    const description = icd10cmDescription(local);
    if (description !== undefined) described.set(code, description);
    const parent = parentCode(code);
    if (parent !== null) explain(parent);
    else if (/^[A-Z]\d[0-9A-Z]$/.test(local) && !parents.has(code)) {
      const chapter = icd10cmChapter(local);
      if (chapter !== undefined) parents.set(code, new Set([`${ICD10}${chapter}`]));
    }
  };
  for (const [code, n] of used) {
    explain(code);
    if (!code.startsWith(ICD9)) continue;
    const targets = icd10cmOf(code.slice(ICD9.length));
    if (targets === undefined) continue;
    const [only] = targets.codes;
    if (config.icd9cm === "translate" && targets.codes.length === 1 && !targets.combination) {
      translated.push(`(${literal(code)}, ${literal(ICD10 + only)})`);
      explain(ICD10 + only!);
      notes.add("ICD-9-CM code replaced by its one equivalent of ICD-10-CM", n);
    } else for (const target of targets.codes) above(code, ICD10 + target);
  }
  if (translated.length > 0) await database.run(`INSERT INTO code_meaning VALUES ${translated.join(", ")}`);
  await insert(
    database,
    "known_parent",
    [...parents].flatMap(([code, all]) => [...all].map((parent) => [code, parent] as const)),
  );
  await addSiteFiles(database, config);
  await database.run("CREATE TABLE shipped (code VARCHAR, description VARCHAR)");
  await insert(database, "shipped", [...described]);
  await database.run(`
    INSERT INTO described SELECT code, min(description) FROM shipped
    WHERE code NOT IN (SELECT code FROM described) GROUP BY code ORDER BY code;
    DROP TABLE shipped`);
}

/** Of a terminology only what stands above the codes of the import. */
async function addSiteFiles(database: Database, { files }: TerminologyConfig): Promise<void> {
  for (const file of files) {
    const { edges, labels } = await relationsOf(file);
    await database.run(`
      CREATE TABLE edge AS SELECT DISTINCT code, other AS parent FROM ${edges} WHERE code <> other;
      CREATE TABLE climbed AS
      WITH RECURSIVE up(code, parent) AS (
        SELECT code, parent FROM edge
        WHERE code IN (SELECT DISTINCT regexp_replace(code, '^([A-Z_]+//)+', '') FROM judged WHERE verdict IS NULL)
        UNION SELECT e.code, e.parent FROM edge AS e JOIN up ON e.code = up.parent)
      SELECT code, parent FROM up;
      INSERT INTO known_parent SELECT code, parent FROM climbed ORDER BY code, parent;
      INSERT INTO described
      SELECT code, min(other) FROM ${labels}
      WHERE other IS NOT NULL AND code NOT IN (SELECT code FROM described)
        AND code IN (SELECT code FROM judged WHERE verdict IS NULL UNION SELECT code FROM climbed UNION SELECT parent FROM climbed)
      GROUP BY code ORDER BY code;
      DROP TABLE edge; DROP TABLE climbed`);
  }
}

async function insert(
  database: Database,
  table: string,
  rows: readonly (readonly [string, string])[],
): Promise<void> {
  for (let from = 0; from < rows.length; from += 5000) {
    const part = rows.slice(from, from + 5000);
    const values = part.map(([a, b]) => `(${literal(a)}, ${literal(b)})`).join(", ");
    await database.run(`INSERT INTO ${table} VALUES ${values}`);
  }
}
