/** Whole records through the whole path: exports with identifiers in odd places, under each profile. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deidentifyRecords } from "../../src/privacy/deidentify-records.ts";
import { PROFILES, privacySchema } from "../../src/privacy/privacy-config.ts";
import { plainForm } from "../../src/privacy/records/identifier-forms.ts";
import type { PrivacyReport } from "../../src/privacy/records/privacy-report.ts";
import { createZone } from "../../src/privacy/zone/open-zone.ts";
import { systemEntropy } from "../../src/privacy/zone/system-entropy.ts";
import { Database, literal } from "../../src/timeline/database.ts";
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
