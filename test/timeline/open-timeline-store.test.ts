/** The DuckDB/Parquet store against the contract: datasets of our own and of others, and datasets that are broken. */
import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Database, literal } from "../../src/timeline/database.ts";
import { ARROW_SCHEMA } from "../../src/timeline/event-columns.ts";
import { openTimelineStore } from "../../src/timeline/open-timeline-store.ts";
import { tablesOf, writeOwnDataset } from "../support/own-dataset.ts";
import { describeTimelineStore, type StoredPerson } from "./describe-timeline-store.ts";

const folders: string[] = [];

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "longitude-store-"));
  folders.push(path);
  return path;
}

afterAll(async () => {
  for (const path of folders) await rm(path, { recursive: true, force: true });
});

async function ownDataset(persons: readonly StoredPerson[], eventsPerShard: number): Promise<string> {
  const dir = await folder();
  await writeOwnDataset(dir, persons, eventsPerShard);
  return dir;
}

/** As others write it: shards by any rule, persons in any order, no etl_name. */
async function foreignDataset(persons: readonly StoredPerson[]): Promise<string> {
  const dir = await folder();
  const database = await tablesOf(persons);
  const write = async (path: string, select: string): Promise<void> => {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await database.run(`COPY (${select}) TO ${literal(join(dir, path))} (FORMAT parquet)`);
  };
  await write(
    "data/a/0.parquet",
    "SELECT * FROM event WHERE subject_id IN (40, 5) ORDER BY subject_id DESC, time NULLS FIRST, code",
  );
  await write(
    "data/b.parquet",
    "SELECT * FROM event WHERE subject_id NOT IN (40, 5) ORDER BY subject_id, time NULLS FIRST, code",
  );
  await write("metadata/subject_splits.parquet", "SELECT subject_id, split FROM subject ORDER BY subject_id");
  await write("metadata/codes.parquet", "SELECT DISTINCT code FROM event ORDER BY code");
  database.close();
  return dir;
}

describeTimelineStore("one shard a split", async (persons) =>
  openTimelineStore(await ownDataset(persons, 1000)),
);
describeTimelineStore("a shard for every person", async (persons) =>
  openTimelineStore(await ownDataset(persons, 1)),
);
describeTimelineStore("a foreign dataset that has to be sorted", async (persons) =>
  openTimelineStore(await foreignDataset(persons)),
);

describe("opening a dataset", () => {
  const rows = async (dir: string, path: string, select: string): Promise<void> => {
    const database = await Database.open();
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await database.run(`COPY (${select}) TO ${literal(join(dir, path))} (FORMAT parquet)`);
    database.close();
  };
  const readAll = async (dir: string): Promise<number> => {
    const store = await openTimelineStore(dir);
    let count = 0;
    try {
      for await (const { events } of store.timelines()) count += events.length;
    } finally {
      store.close();
    }
    return count;
  };
  const SELECT = "SELECT 1::BIGINT AS subject_id, TIMESTAMP '2020-01-01' AS time, 'X' AS code";

  it("needs no optional column", async () => {
    const dir = await folder();
    await rows(dir, "data/0.parquet", SELECT);
    expect(await readAll(dir)).toBe(1);
  });

  it("refuses a folder without shards", async () => {
    await expect(openTimelineStore(await folder())).rejects.toMatchObject({ code: "MEDS_LAYOUT" });
  });

  it("refuses a shard without a required column", async () => {
    const dir = await folder();
    await rows(dir, "data/0.parquet", "SELECT 1::BIGINT AS subject_id, 'X' AS code");
    await expect(readAll(dir)).rejects.toMatchObject({ code: "MEDS_COLUMN" });
  });

  it("refuses a person in two shards", async () => {
    const dir = await folder();
    await rows(dir, "data/0.parquet", SELECT);
    await rows(dir, "data/1.parquet", SELECT);
    await expect(readAll(dir)).rejects.toMatchObject({ code: "MEDS_SUBJECT_SPLIT" });
  });

  it("gathers a person whose rows are scattered over one shard", async () => {
    const dir = await folder();
    const row = (id: number): string => SELECT.replace("1::", `${id}::`);
    await rows(dir, "data/0.parquet", [row(1), row(2), row(1)].join(" UNION ALL "));
    const store = await openTimelineStore(dir);
    const counts: number[] = [];
    for await (const { events } of store.timelines()) counts.push(events.length);
    store.close();
    expect(counts).toEqual([2, 1]);
  });

  it("refuses a truncated shard", async () => {
    const dir = await folder();
    await rows(dir, "data/0.parquet", SELECT);
    await truncate(join(dir, "data/0.parquet"), 100);
    await expect(readAll(dir)).rejects.toMatchObject({ code: "PARQUET_UNREADABLE" });
  });

  it("refuses metadata that is not what MEDS says", async () => {
    const dir = await folder();
    await rows(dir, "data/0.parquet", SELECT);
    await mkdir(join(dir, "metadata"));
    await writeFile(join(dir, "metadata/dataset.json"), "{");
    await expect(openTimelineStore(dir)).rejects.toMatchObject({ code: "MEDS_METADATA" });
    await writeFile(join(dir, "metadata/dataset.json"), '{"dataset_name": 7}');
    await expect(openTimelineStore(dir)).rejects.toMatchObject({ code: "MEDS_METADATA" });
  });

  it("says that there are no splits, when they are asked for", async () => {
    const dir = await folder();
    await rows(dir, "data/0.parquet", SELECT);
    const store = await openTimelineStore(dir);
    await expect(store.splits()).rejects.toMatchObject({ code: "MEDS_SPLITS_MISSING" });
    store.close();
    await rows(dir, "metadata/subject_splits.parquet", "SELECT 1::BIGINT AS subject_id, 'test' AS split");
    const other = await openTimelineStore(dir);
    await expect(other.splits()).rejects.toMatchObject({ code: "MEDS_SPLITS_VALUE" });
    other.close();
  });

  it("refuses a subject id beyond what is read exactly", async () => {
    const dir = await folder();
    await rows(dir, "data/0.parquet", SELECT.replace("1::BIGINT", "9007199254740993::BIGINT"));
    await expect(readAll(dir)).rejects.toMatchObject({ code: "MEDS_SUBJECT_ID" });
  });
});

describe("the types on disk", () => {
  it("are those of MEDS 0.4, and the splits have exactly two columns", async () => {
    const dir = await ownDataset([{ subjectId: 1, split: "train", events: [] }], 10).catch(() => null);
    expect(dir).not.toBeNull();
    const full = await ownDataset(
      [
        {
          subjectId: 1,
          split: "train",
          events: [
            {
              time: 0,
              code: "ICD10CM/E11.9",
              numericValue: 1,
              textValue: "t",
              unit: null,
              availableTime: null,
              encounterId: null,
              source: "s",
            },
          ],
        },
      ],
      10,
    );
    const database = await Database.open();
    const types = async (path: string): Promise<string[]> =>
      (await database.rows(`DESCRIBE SELECT * FROM read_parquet(${literal(join(full, path))})`)).map(
        (row) => `${String(row.column_name)} ${String(row.column_type)}`,
      );
    expect((await types("data/train/0.parquet")).slice(0, 5)).toEqual([
      "subject_id BIGINT",
      "time TIMESTAMP",
      "code VARCHAR",
      "numeric_value FLOAT",
      "text_value VARCHAR",
    ]);
    // The Arrow schema inside says that text_value is a large string (type 20 of Arrow), which Parquet cannot.
    const [arrow] = await database.rows(
      `SELECT decode(value) AS schema FROM parquet_kv_metadata(${literal(join(full, "data/train/0.parquet"))})
       WHERE decode(key) = 'ARROW:schema'`,
    );
    expect(String(arrow?.schema)).toBe(ARROW_SCHEMA);
    expect(await types("metadata/subject_splits.parquet")).toEqual(["subject_id BIGINT", "split VARCHAR"]);
    expect(await types("metadata/codes.parquet")).toEqual([
      "code VARCHAR",
      "description VARCHAR",
      "parent_codes VARCHAR[]",
    ]);
    database.close();
  });
});
