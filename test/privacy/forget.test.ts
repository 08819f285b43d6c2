/** An opt-out that comes later: the person leaves the zone and the artefacts for good, and the models are marked. */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { affectedModels } from "../../src/cli/affected-by.ts";
import { requireUnmarked } from "../../src/cli/affected-marks.ts";
import { forgetInSite } from "../../src/cli/privacy-forget.ts";
import { readSite } from "../../src/cli/read-site.ts";
import { openZone } from "../../src/privacy/zone/open-zone.ts";
import { systemEntropy } from "../../src/privacy/zone/system-entropy.ts";
import { openTimelineStore } from "../../src/timeline/open-timeline-store.ts";
import { fixedEffects } from "../support/fixed-effects.ts";
import { killAfter } from "../support/kill-after.ts";
import { deidentifySite, makePrivateSite, writeManifest } from "../support/private-site.ts";

let folder: string;
let template: string;
let patients: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "longitude-forget-"));
  template = join(folder, "template");
  patients = await makePrivateSite(template);
  await writeManifest(template, "model-bbbb", { kind: "model", id: "bbbb", inputs: { tokens: "cccc" } });
  await writeManifest(template, "tokens-cccc", { kind: "tokens", id: "cccc", inputs: { records: "aaaa" } });
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

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
    const site = await copyOf("once", [patients[0]!]);
    const before = await subjectsIn(join(site, "artefacts", "records-aaaa"));
    const looked = await forgetInSite(await readSite(site), fixedEffects(), false);
    expect(looked).toMatchObject({ persons: 1, inZone: 1, models: [{ model: "bbbb", markedAt: null }] });
    expect(looked.searched.zone.found).toBeGreaterThan(0);
    expect(looked.searched.site.found).toBeGreaterThan(0);

    const done = await forgetInSite(await readSite(site), fixedEffects(), true);
    expect(done.artefacts).toHaveLength(2);
    expect(done.searched).toMatchObject({ zone: { found: 0 }, site: { found: 0 } });
    const line = await readFile(join(site, "privacy", "forgotten.jsonl"), "utf8");
    expect(line).not.toContain(patients[0]!);
    const marks = JSON.parse(await readFile(join(site, "privacy", "affected-models.json"), "utf8"));
    expect(marks.models).toMatchObject([{ model: "bbbb" }]);
    const opened = await readSite(site);
    await expect(requireUnmarked(opened, "bbbb")).rejects.toMatchObject({ code: "MODEL_AFFECTED" });
    await expect(requireUnmarked(opened, "dddd")).resolves.toBeUndefined();

    // The records made anew, from what is sealed, are those of everybody else, under the same keys.
    const kept = await deidentifySite(site, "records-dddd");
    const after = await subjectsIn(join(site, "artefacts", "records-dddd"));
    expect(kept).toBe(before.size - 1);
    expect([...after].every((subject) => before.has(subject))).toBe(true);
    await writeManifest(site, "records-dddd", { kind: "records", id: "dddd", inputs: {} });
    await writeManifest(site, "model-eeee", { kind: "model", id: "eeee", inputs: { records: "dddd" } });
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
    const site = await copyOf("all", patients);
    const done = await forgetInSite(await readSite(site), fixedEffects(), true);
    expect(done.searched).toMatchObject({ zone: { found: 0 }, site: { found: 0 } });
    const zone = await openZone((await readSite(site)).configuration.privacy!, systemEntropy);
    expect(await zone.list("records")).toEqual([]);
  }, 60_000);

  it("ends the same way after being killed", async () => {
    const site = await copyOf("killed", [patients[0]!]);
    for (const ms of [1_250, 1_750, 2_100, 2_400]) await killAfter(ms, ["privacy", "forget", "--site", site]);
    const done = await forgetInSite(await readSite(site), fixedEffects(), true);
    expect(done.persons).toBe(1);
    expect(done.searched).toMatchObject({ zone: { found: 0 }, site: { found: 0 } });
    const marks = JSON.parse(await readFile(join(site, "privacy", "affected-models.json"), "utf8"));
    expect(marks.models).toMatchObject([{ model: "bbbb" }]);
    const opened = await readSite(site);
    await expect(requireUnmarked(opened, "bbbb")).rejects.toMatchObject({ code: "MODEL_AFFECTED" });
    await expect(requireUnmarked(opened, "dddd")).resolves.toBeUndefined();
    const kept = await deidentifySite(site, "records-dddd");
    expect(kept).toBe(patients.length - 1);
  }, 60_000);
});
