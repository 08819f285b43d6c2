/** One contract for every place that OMOP tables can come from: the same tables give the same records. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Database, literal } from "../../src/timeline/database.ts";
import { runIngestCase } from "./case-result.ts";

const SMALL = "test/cases/ingest-omop-small";
const OPTIONS = JSON.stringify({ rejectLimit: 1 });

let work: string;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "longitude-omop-"));
});
afterAll(() => rm(work, { recursive: true, force: true }));

async function newCase(name: string): Promise<string> {
  await mkdir(join(work, name, "in"), { recursive: true });
  await writeFile(join(work, name, "options.json"), OPTIONS);
  return join(work, name);
}

async function tables(): Promise<string[]> {
  return (await readdir(join(SMALL, "in"))).map((file) => file.replace(".csv", ""));
}

/** The small case's tables as Parquet with the types of the model's own data definition, where DuckDB finds them. */
async function asParquet(): Promise<string> {
  const dir = await newCase("parquet");
  const database = await Database.open();
  for (const table of await tables()) {
    const csv = literal(join(SMALL, "in", `${table}.csv`));
    const to = literal(join(dir, "in", `${table.toLowerCase()}.parquet`));
    const quote = table.startsWith("CONCEPT") ? ", delim = '\t', quote = ''" : "";
    await database.run(
      `COPY (SELECT * FROM read_csv(${csv}, header = true, null_padding = true, all_varchar = ${table === "MEASUREMENT"}${quote})) TO ${to} (FORMAT parquet)`,
    );
  }
  database.close();
  return dir;
}

async function asZippedTabs(): Promise<string> {
  const dir = await newCase("tabs");
  for (const table of await tables()) {
    const text = await readFile(join(SMALL, "in", `${table}.csv`), "utf8");
    const tabs = table.startsWith("CONCEPT") || table === "NOTE" ? text : text.replaceAll(",", "\t");
    await writeFile(join(dir, "in", `${table.toLowerCase()}.csv.gz`), gzipSync(tabs));
  }
  return dir;
}

/** A row that lacks fields is malformed in CSV and filled with nulls elsewhere. */
function withoutMalformed(tally: readonly string[] | undefined): string[] {
  return (tally ?? []).filter((row) => !row.includes("ROW_MALFORMED") && !row.includes("PATIENT_REFERENCE"));
}

describe("OMOP tables", { timeout: 120_000 }, () => {
  it.each([
    ["Parquet", asParquet],
    ["zipped tab-separated text", asZippedTabs],
  ])("%s give the records that CSV gives", async (_name, write) => {
    const expected = await runIngestCase(SMALL);
    const found = await runIngestCase(await write());
    expect(found.error).toBeUndefined();
    expect(found.timelines).toEqual(expected.timelines);
    expect(found.codes).toEqual(expected.codes);
    expect(withoutMalformed(found.tally).filter((row) => !row.includes("DATE_MISSING"))).toEqual(
      withoutMalformed(expected.tally).filter((row) => !row.includes("DATE_MISSING")),
    );
  });

  it("are found by the name of the table whatever the case of the file", async () => {
    const found = await runIngestCase(SMALL);
    expect(found.candidates?.kept).toBe(32);
  });
});
