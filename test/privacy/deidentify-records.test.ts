/** Whole records through the whole path: exports with identifiers in odd places, under each profile. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ingest } from "../../src/ingest/ingest.ts";
import { deidentifyRecords } from "../../src/privacy/deidentify-records.ts";
import { PROFILES, privacySchema } from "../../src/privacy/privacy-config.ts";
import { plainForm } from "../../src/privacy/records/identifier-forms.ts";
import type { PrivacyReport } from "../../src/privacy/records/privacy-report.ts";
import { createZone } from "../../src/privacy/zone/open-zone.ts";
import { systemEntropy } from "../../src/privacy/zone/system-entropy.ts";
import { Database, literal } from "../../src/timeline/database.ts";
import { openTimelineStore } from "../../src/timeline/open-timeline-store.ts";
import { fixedEffects } from "../support/fixed-effects.ts";
import { type Bundle, plantIdentifiers } from "./planted-identifiers.ts";

const SYNTHEA = join(import.meta.dirname, "../cases/ingest-synthea/in/bundles.ndjson.gz");
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "longitude-privacy-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function syntheaBundles(): Promise<Bundle[]> {
  const text = gunzipSync(await readFile(SYNTHEA)).toString("utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Bundle);
}

async function deidentify(
  input: string,
  out: string,
  privacy: object,
  zoneName = "zone",
): Promise<PrivacyReport> {
  const config = privacySchema.parse({ zone: join(folder, zoneName), ...privacy });
  await createZone(config, systemEntropy).catch((error: { code?: string }) => {
    if (error.code !== "ZONE_EXISTS") throw error;
  });
  const running = deidentifyRecords(
    { records: { input, rejectLimit: 1 }, content: null, config, out, overwrite: true },
    fixedEffects(),
    systemEntropy,
  );
  for await (const event of running) if (event.kind === "done") return event.privacy;
  throw new Error("no report");
}

/** Every value of every file that leaves, as text. */
async function everythingIn(dir: string): Promise<string[]> {
  const database = await Database.open();
  const values: string[] = [];
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    values.push(entry.name, entry.parentPath.slice(dir.length));
    const path = join(entry.parentPath, entry.name);
    if (!entry.name.endsWith(".parquet")) {
      values.push(await readFile(path, "utf8"));
      continue;
    }
    for (const row of await database.rows(
      `SELECT CAST(COLUMNS(*) AS VARCHAR) FROM read_parquet(${literal(path)})`,
    ))
      for (const value of Object.values(row)) if (value !== null) values.push(String(value));
  }
  database.close();
  return values;
}

describe("identifiers in five hundred odd places", () => {
  it.each(PROFILES)(
    "none of them leaves under %s",
    async (profile) => {
      const bundles = await syntheaBundles();
      const planted = plantIdentifiers(bundles, 500);
      expect(planted.places).toBe(500);
      const input = join(folder, `planted-${profile}`);
      await writeFile(`${input}.ndjson`, bundles.map((bundle) => JSON.stringify(bundle)).join("\n"));
      const out = join(folder, `out-${profile}`);
      const report = await deidentify(`${input}.ndjson`, out, { profile, riskLimit: 1 }, `zone-${profile}`);
      expect(report.events.kept).toBeGreaterThan(0);
      const values = (await everythingIn(out)).map((value) => ({ value, plain: plainForm(value) }));
      const left = [...planted.secrets].filter((secret) =>
        values.some(({ value, plain }) => value.includes(secret) || plain.includes(plainForm(secret))),
      );
      expect(left).toEqual([]);
    },
    60_000,
  );
});

describe("records of the same persons under different profiles", () => {
  it("keep every interval when shifted, and no date but the year under Safe Harbor", async () => {
    const raw = join(folder, "raw");
    for await (const _ of ingest({ input: SYNTHEA, out: raw, rejectLimit: 1 }, fixedEffects()));
    const as = async (profile: string): Promise<string> => {
      const out = join(folder, `same-${profile}`);
      await deidentify(SYNTHEA, out, { profile, riskLimit: 1, rareCodes: 1 }, "same");
      return out;
    };
    const [before, shifted, years] = [
      await personsIn(raw),
      await personsIn(await as("expert-determination")),
      await personsIn(await as("safe-harbor")),
    ];
    const gaps = (times: readonly number[]): string =>
      times
        .slice(1)
        .map((time, i) => time - times[i]!)
        .join();
    expect([...shifted.values()].map(gaps).sort()).toEqual([...before.values()].map(gaps).sort());
    const starts = new Set([...before.values()].map(([first]) => first));
    expect([...shifted.values()].filter(([first]) => starts.has(first))).toEqual([]);
    for (const times of years.values())
      for (const time of times)
        expect(time - Date.UTC(new Date(time).getUTCFullYear(), 0, 1)).toBeLessThan(3_600_000);
    // The same zone knows the same persons: keys stay over profiles and increments, and are none of the raw ones.
    expect([...years.keys()].sort()).toEqual([...shifted.keys()].sort());
    expect([...shifted.keys()].filter((key) => before.has(key))).toEqual([]);
  }, 60_000);
});

/** Times of each person's events, in order. */
async function personsIn(dir: string): Promise<Map<number, readonly number[]>> {
  const store = await openTimelineStore(dir);
  const persons = new Map<number, readonly number[]>();
  for await (const { subjectId, events } of store.timelines())
    persons.set(
      subjectId,
      events.map(({ time }) => time).filter((time) => time !== null),
    );
  store.close();
  return persons;
}

describe("who has opted out", () => {
  it("never enters: by a Consent that denies, by consents that contradict each other, or by the site's list", async () => {
    const bundles = await syntheaBundles();
    const ids = bundles.map(
      ({ entry }) => entry.find(({ resource }) => resource.resourceType === "Patient")!.resource.id!,
    );
    const consent = (patient: string, type: string, dateTime: string): object => ({
      resourceType: "Consent",
      id: `${patient}-${type}-${dateTime}`,
      status: "active",
      scope: { coding: [{ code: "research" }] },
      patient: { reference: `Patient/${patient}` },
      dateTime,
      provision: { type },
    });
    const [denies, contradicts, returns] = ids as [string, string, string];
    const consents = [
      consent(denies, "permit", "2010-01-01"),
      consent(denies, "deny", "2015-01-01"),
      consent(contradicts, "permit", "2015-01-01"),
      consent(contradicts, "deny", "2015-01-01"),
      consent(returns, "deny", "2010-01-01"),
      consent(returns, "permit", "2015-01-01"),
    ];
    const input = join(folder, "consents");
    await mkdir(input);
    await writeFile(join(input, "a.ndjson"), bundles.map((bundle) => JSON.stringify(bundle)).join("\n"));
    await writeFile(join(input, "b.ndjson"), consents.map((one) => JSON.stringify(one)).join("\n"));
    const out = join(folder, "out-consents");
    const report = await deidentify(input, out, { profile: "limited-data-set" }, "zone-consents");
    expect(report.persons).toMatchObject({ in: 3, optedOut: 2, kept: 1 });
    expect((await personsIn(out)).size).toBe(1);

    const optOuts = join(folder, "opt-outs.txt");
    await writeFile(optOuts, `# withdrawn\n${returns}\n000-no-such-person\n`);
    const listed = await deidentify(SYNTHEA, out, { profile: "limited-data-set", optOuts }, "zone-consents");
    expect(listed.persons).toMatchObject({ in: 3, optedOut: 1, kept: 2 });
  }, 60_000);
});
