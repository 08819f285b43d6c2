/** An opt-out that comes later: the person leaves the zone and the artefacts for good, and the models are marked. */
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { affectedModels } from "../../src/cli/affected-by.ts";
import { forgetInSite } from "../../src/cli/privacy-forget.ts";
import { readSite } from "../../src/cli/read-site.ts";
import { deidentifyRecords } from "../../src/privacy/deidentify-records.ts";
import { privacySchema } from "../../src/privacy/privacy-config.ts";
import { createZone, openZone } from "../../src/privacy/zone/open-zone.ts";
import { systemEntropy } from "../../src/privacy/zone/system-entropy.ts";
import { openTimelineStore } from "../../src/timeline/open-timeline-store.ts";
import { fixedEffects } from "../support/fixed-effects.ts";

const SYNTHEA = join(import.meta.dirname, "../cases/ingest-synthea/in/bundles.ndjson.gz");
const PROGRAM = join(import.meta.dirname, "../../bin/longitude.js");
const SITE = `schema: longitude.site/1
name: small
records: { format: fhir, input: bundles.ndjson, rejectLimit: 1 }
privacy: { profile: safe-harbor, rareCodes: 1, optOuts: optouts.txt }
cohort: { index: MEDS_BIRTH, followUpEnd: MEDS_DEATH }
outcomes:
  predictionTimes: [{ at: index, horizons: [1y] }]
  list: [{ name: death, title: Death, events: { codes: [MEDS_DEATH] } }]
`;
let folder: string;
let template: string;
let patients: { id: string }[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "longitude-forget-"));
  template = join(folder, "template");
  await mkdir(template);
  const bundles = gunzipSync(await readFile(SYNTHEA)).toString("utf8");
  patients = bundles
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { entry: { resource: { resourceType: string; id: string } }[] })
    .map(({ entry }) => entry.find(({ resource }) => resource.resourceType === "Patient")!.resource);
  await writeFile(join(template, "bundles.ndjson"), bundles);
  await writeFile(join(template, "longitude.yaml"), SITE);
  await writeFile(join(template, "optouts.txt"), "");
  const config = privacySchema.parse({
    ...(await readSite(template)).configuration.privacy,
  });
  await createZone(config, systemEntropy);
  await deidentify(template, join(template, "artefacts", "records-aaaa"));
  await manifest(template, "records-aaaa", { kind: "records", id: "aaaa", inputs: {} });
  await manifest(template, "model-bbbb", { kind: "model", id: "bbbb", inputs: { tokens: "cccc" } });
  await manifest(template, "tokens-cccc", { kind: "tokens", id: "cccc", inputs: { records: "aaaa" } });
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function manifest(site: string, name: string, content: object): Promise<void> {
  await mkdir(join(site, "artefacts", name), { recursive: true });
  await writeFile(join(site, "artefacts", name, "artefact.json"), JSON.stringify(content));
}

async function deidentify(site: string, out: string): Promise<number> {
  const { configuration } = await readSite(site);
  const running = deidentifyRecords(
    {
      records: { format: "fhir", input: configuration.records.input, rejectLimit: 1 },
      content: "the same export",
      config: configuration.privacy!,
      out,
      overwrite: true,
    },
    fixedEffects(),
    systemEntropy,
  );
  for await (const event of running) if (event.kind === "done") return event.privacy.persons.kept;
  throw new Error("no report");
}

async function copyOf(name: string, optOuts: readonly string[]): Promise<string> {
  const site = join(folder, name);
  await cp(template, site, { recursive: true });
  await writeFile(join(site, "optouts.txt"), `${optOuts.join("\n")}\n`);
  return site;
}

const subjectsIn = async (dir: string): Promise<Set<number>> => {
  const store = await openTimelineStore(dir);
  const subjects = new Set<number>((await store.splits()).keys());
  store.close();
  return subjects;
};

describe("an opt-out that comes later", () => {
  it("takes the person out of zone and artefacts, marks the model, and proves that nothing is left", async () => {
    const site = await copyOf("once", [patients[0]!.id]);
    const before = await subjectsIn(join(site, "artefacts", "records-aaaa"));
    const looked = await forgetInSite(await readSite(site), fixedEffects(), false);
    expect(looked).toMatchObject({ persons: 1, inZone: 1, models: [{ model: "bbbb", markedAt: null }] });
    expect(looked.searched.zone.found).toBeGreaterThan(0);
    expect(looked.searched.site.found).toBeGreaterThan(0);

    const done = await forgetInSite(await readSite(site), fixedEffects(), true);
    expect(done.artefacts).toHaveLength(2);
    expect(done.searched).toMatchObject({ zone: { found: 0 }, site: { found: 0 } });
    const line = await readFile(join(site, "privacy", "forgotten.jsonl"), "utf8");
    expect(line).not.toContain(patients[0]!.id);
    const marks = JSON.parse(await readFile(join(site, "privacy", "affected-models.json"), "utf8"));
    expect(marks.models).toMatchObject([{ model: "bbbb" }]);

    // The records made anew, from what is sealed, are those of everybody else, under the same keys.
    const kept = await deidentify(site, join(site, "artefacts", "records-dddd"));
    const after = await subjectsIn(join(site, "artefacts", "records-dddd"));
    expect(kept).toBe(before.size - 1);
    expect([...after].every((subject) => before.has(subject))).toBe(true);
    await manifest(site, "records-dddd", { kind: "records", id: "dddd", inputs: {} });
    await manifest(site, "model-eeee", { kind: "model", id: "eeee", inputs: { records: "dddd" } });
    const gone = new Set([...before].filter((subject) => !after.has(subject)));
    expect(await affectedModels(await readSite(site), gone as never)).toEqual([]);
    expect(await forgetInSite(await readSite(site), fixedEffects(), false)).toMatchObject({
      persons: 1,
      inZone: 0,
      artefacts: [],
      searched: { zone: { found: 0 }, site: { found: 0 } },
    });
  }, 60_000);

  it("leaves an empty zone when everybody opts out", async () => {
    const site = await copyOf(
      "all",
      patients.map(({ id }) => id),
    );
    const done = await forgetInSite(await readSite(site), fixedEffects(), true);
    expect(done.searched).toMatchObject({ zone: { found: 0 }, site: { found: 0 } });
    const zone = await openZone((await readSite(site)).configuration.privacy!, systemEntropy);
    expect(await zone.list("records")).toEqual([]);
  }, 60_000);

  it("ends the same way after being killed", async () => {
    const site = await copyOf("killed", [patients[0]!.id]);
    for (const share of [0.5, 0.7, 0.85, 0.95]) {
      const running = spawn(process.execPath, [PROGRAM, "privacy", "forget", "--site", site], {
        stdio: "ignore",
      });
      const ended = new Promise((resolve) => running.once("exit", resolve));
      const timer = setTimeout(() => running.kill("SIGKILL"), 2_500 * share);
      await ended;
      clearTimeout(timer);
    }
    const done = await forgetInSite(await readSite(site), fixedEffects(), true);
    expect(done.persons).toBe(1);
    expect(done.searched).toMatchObject({ zone: { found: 0 }, site: { found: 0 } });
    const marks = JSON.parse(await readFile(join(site, "privacy", "affected-models.json"), "utf8"));
    expect(marks.models).toMatchObject([{ model: "bbbb" }]);
    const kept = await deidentify(site, join(site, "artefacts", "records-dddd"));
    expect(kept).toBe(patients.length - 1);
  }, 60_000);
});
