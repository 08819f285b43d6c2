/** What holds for every ingest: same bytes, nothing half written, a clear account. */
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LongitudeError } from "../../src/errors/longitude-error.ts";
import { type IngestEvent, ingest } from "../../src/ingest/ingest.ts";
import type { IngestInput } from "../../src/ingest/ingest-options.ts";
import { copiedCodesText, tallyText } from "../../src/ingest/report-text.ts";
import { openTimelineStore } from "../../src/timeline/open-timeline-store.ts";
import { fixedEffects } from "../support/fixed-effects.ts";

const INPUT = "test/cases/ingest-synthea/in";
let work: string;

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), "longitude-ingest-"));
});
afterEach(() => rm(work, { recursive: true, force: true }));

async function run(options: Partial<IngestInput>): Promise<IngestEvent[]> {
  const events: IngestEvent[] = [];
  const total = { input: INPUT, out: join(work, "out"), rejectLimit: 1, ...options };
  for await (const event of ingest(total, fixedEffects())) events.push(event);
  return events;
}

async function bytesOf(dir: string): Promise<Record<string, string>> {
  const files = await readdir(dir, { recursive: true, withFileTypes: true });
  const bytes: Record<string, string> = {};
  for (const file of files) {
    if (!file.isFile()) continue;
    const path = join(file.parentPath, file.name);
    bytes[path.slice(dir.length)] = (await readFile(path)).toString("base64");
  }
  return bytes;
}

describe("an ingest", { timeout: 60_000 }, () => {
  it("writes the same bytes for the same input", async () => {
    await run({ out: join(work, "a"), eventsPerShard: 100 });
    await run({ out: join(work, "b"), eventsPerShard: 100, memoryMb: 256 });
    const first = await bytesOf(join(work, "a"));
    expect(Object.keys(first).length).toBeGreaterThan(5);
    expect(await bytesOf(join(work, "b"))).toEqual(first);
  });

  it("writes all metadata of MEDS 0.4", async () => {
    await run({ name: "synthea" });
    const metadata = JSON.parse(await readFile(join(work, "out/metadata/dataset.json"), "utf8")) as object;
    expect(metadata).toMatchObject({
      dataset_name: "synthea",
      meds_version: "0.4.0",
      etl_name: "longitude",
      other_extension_columns: ["unit", "available_time", "encounter_id", "source"],
    });
    const store = await openTimelineStore(join(work, "out"));
    const described = new Set((await store.codes()).map(({ code }) => code));
    const used = new Set<string>();
    for await (const { events } of store.timelines()) for (const { code } of events) used.add(code);
    store.close();
    expect([...used].filter((code) => !described.has(code))).toEqual([]);
  });

  it("draws other splits with another seed, and the same persons", async () => {
    const splitsWith = async (seed: number): Promise<string> => {
      const out = join(work, `seed-${seed}`);
      await run({
        input: "test/cases/ingest-fhir-group-identifier/in",
        out,
        splits: { seed },
        groupIdentifier: "https://h.example/household",
        overwrite: true,
      });
      const store = await openTimelineStore(out);
      const splits = [...(await store.splits())].sort(([a], [b]) => a - b);
      store.close();
      return splits.map(([, split]) => split).join(" ");
    };
    const drawn = [await splitsWith(1), await splitsWith(2), await splitsWith(3)];
    expect(new Set(drawn).size).toBeGreaterThan(1);
    expect(await splitsWith(1)).toBe(drawn[0]);
  });

  it("prints its table before it fails, and leaves nothing behind", async () => {
    const events: IngestEvent[] = [];
    const failing = async (): Promise<void> => {
      const options = { input: "test/cases/ingest-fhir-malformed-line/in", out: join(work, "out") };
      for await (const event of ingest(options, fixedEffects())) events.push(event);
    };
    await expect(failing()).rejects.toMatchObject({ code: "INGEST_REJECT_LIMIT", exitCode: 3 });
    const tally = events.find((event) => event.kind === "tally");
    expect(tallyText(tally!.report)).toContain("JSON_MALFORMED");
    expect(await readdir(work)).toEqual([]);
  });

  it("does not touch a dataset that stands at the output, unless told to", async () => {
    await run({});
    const before = await bytesOf(join(work, "out"));
    await expect(run({})).rejects.toMatchObject({ code: "OUTPUT_EXISTS" });
    await expect(
      run({ input: "test/cases/ingest-fhir-malformed-line/in", rejectLimit: 0, overwrite: true }),
    ).rejects.toMatchObject({ code: "INGEST_REJECT_LIMIT" });
    expect(await bytesOf(join(work, "out"))).toEqual(before);
    await run({ input: "test/cases/ingest-fhir-drop/in", overwrite: true });
    expect(await bytesOf(join(work, "out"))).not.toEqual(before);
    expect(await readdir(work)).toEqual(["out"]);
  });

  it("cleans up when whoever reads its events stops early", async () => {
    for await (const event of ingest(
      { input: INPUT, out: join(work, "out"), rejectLimit: 1 },
      fixedEffects(),
    )) {
      if (event.kind === "tally") break;
    }
    expect(await readdir(work)).toEqual([]);
  });

  it("removes what a killed run left behind", async () => {
    const abandoned = join(work, ".partial-out-999999999");
    await mkdir(abandoned);
    await run({});
    expect(await readdir(work)).toEqual(["out"]);
  });

  it("names an option that it does not know", async () => {
    const wrong = { input: INPUT, out: "x", dropp: ["a"] } as unknown as IngestInput;
    await expect(ingest(wrong, fixedEffects()).next()).rejects.toMatchObject({ code: "INGEST_OPTIONS" });
  });

  it("stores its report without a value or an identifier of a person", async () => {
    await run({});
    const text = await readFile(join(work, "out/metadata/ingest.json"), "utf8");
    expect(text).toContain('"longitude.ingest/1"');
    expect(text).not.toMatch(/Hartmann|urn:uuid|\d{4}-\d{2}-\d{2}/);
  });
});

describe("the check for copied codes", () => {
  it("warns of two codes with the same values until one of them is dropped", async () => {
    const rows = ["id,day,test,value"];
    for (let day = 0; day < 150; day++) {
      const value = 100 + (day % 17);
      rows.push(
        `1,${day},a,${value}`,
        `1,${day},b,${day === 7 ? 1 : value}`,
        `1,${day},c,${value + (day % 2)}`,
      );
      rows.push(`1,${day},zero,0`, `1,${day},nil,0`);
    }
    await writeFile(join(work, "rows.csv"), rows.join("\n"));
    await writeFile(join(work, "people.csv"), "id,index\n1,2020-01-01\n");
    await writeFile(
      join(work, "mapping.yaml"),
      `schema: longitude.mapping/1
subjects: { file: people.csv, id: id, index: { column: index }, events: [{ code: INDEX, time: index }] }
tables:
  - { file: rows.csv, subject: id, time: { column: day, as: days-from-index }, code: { column: test, prefix: T/ }, value: value }
`,
    );
    const csv = { input: work, format: "csv", out: join(work, "out") } as const;
    const found = (await run(csv)).at(-1)!;
    if (found.kind !== "done") throw new Error("not done");
    expect(found.report.copiedCodes.pairs).toMatchObject([
      { codes: ["T/a", "T/b"], jointRows: 150, resolved: false },
    ]);
    expect(copiedCodesText(found.report.copiedCodes)).toContain("T/a");
    const resolved = (await run({ ...csv, out: join(work, "out2"), drop: ["T/b"] })).at(-1)!;
    if (resolved.kind !== "done") throw new Error("not done");
    expect(resolved.report.copiedCodes.pairs).toMatchObject([{ resolved: true }]);
    expect(copiedCodesText(resolved.report.copiedCodes)).toBe("");
  });
});

describe("a full disk", () => {
  it("is told as such when the kernel says so, in Node and in DuckDB", async () => {
    const { Database } = await import("../../src/timeline/database.ts");
    const { asMachineError } = await import("../../src/artefacts/machine-error.ts");
    const failed = await writeFile("/dev/full", "x").catch((error: unknown) =>
      asMachineError(error, "writing"),
    );
    expect(failed).toBeInstanceOf(LongitudeError);
    expect(failed).toMatchObject({ code: "DISK_FULL", exitCode: 5 });
    const database = await Database.open();
    await expect(
      database.run("COPY (SELECT range FROM range(100000)) TO '/dev/full' (FORMAT csv)"),
    ).rejects.toMatchObject({ code: "DISK_FULL" });
    database.close();
  });

  it("in the middle of an ingest leaves nothing half written", async (context) => {
    const disk = join(work, "disk");
    await mkdir(disk);
    const mounted = spawnSync("/bin/mount", ["-t", "tmpfs", "-o", "size=192k", "tmpfs", disk]).status === 0;
    context.skip(!mounted, "mounting a small disk needs the right to mount");
    try {
      const failing = run({ input: "test/cases/ingest-mimic-slice/in", out: join(disk, "out") });
      await expect(failing).rejects.toMatchObject({ code: "DISK_FULL", exitCode: 5 });
      expect(await readdir(disk)).toEqual([]);
    } finally {
      spawnSync("/bin/umount", [disk]);
    }
  });
});
