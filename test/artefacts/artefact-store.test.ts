import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openArtefactStore } from "../../src/artefacts/artefact-store.ts";
import { canonicalJson } from "../../src/artefacts/canonical-json.ts";
import { readManifest } from "../../src/artefacts/manifest.ts";
import { artefactId, type Recipe } from "../../src/artefacts/recipe.ts";

const recipe: Recipe = {
  kind: "tokens",
  schemaVersion: 1,
  inputs: { records: "ab" },
  codeVersion: "c0de",
  configuration: { valueBins: 10 },
};

let site: string;
beforeEach(async () => {
  site = await mkdtemp(join(tmpdir(), "longitude-artefacts-"));
});
afterEach(() => rm(site, { recursive: true, force: true }));

async function make(content = "hello"): Promise<string> {
  const draft = await openArtefactStore(site).begin(recipe);
  await writeFile(join(draft.folder, "part.txt"), content);
  return (await draft.publish()).folder;
}

describe("an artefact's id", () => {
  it("is the same for equal recipes whatever the order of keys", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (configuration) => {
        const reversed = Object.fromEntries(Object.entries(configuration).reverse());
        const id = (value: object) =>
          artefactId({ ...recipe, configuration: JSON.parse(JSON.stringify(value)) });
        expect(id(reversed)).toBe(id(configuration));
      }),
    );
  });

  it("changes with each part of the recipe", () => {
    const ids = [
      recipe,
      { ...recipe, kind: "model" },
      { ...recipe, schemaVersion: 2 },
      { ...recipe, inputs: { records: "ac" } },
      { ...recipe, codeVersion: "c0df" },
      { ...recipe, configuration: { valueBins: 11 } },
    ].map(artefactId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("tells nested values apart that print alike", () => {
    expect(canonicalJson({ a: [1, 2] })).not.toBe(canonicalJson({ a: { 0: 1, 1: 2 } }));
  });
});

describe("the artefact store", () => {
  it("finds what was published, whole and with its manifest", async () => {
    const folder = await make();
    const found = await openArtefactStore(site).find(recipe);
    expect(found?.folder).toBe(folder);
    expect(found?.manifest).toMatchObject({
      schema: "longitude.tokens/1",
      kind: "tokens",
      files: { "part.txt": 5 },
    });
    expect(await readFile(join(folder, "part.txt"), "utf8")).toBe("hello");
  });

  it("does not find what was never published", async () => {
    const store = openArtefactStore(site);
    await store.begin(recipe);
    expect(await store.find(recipe)).toBeNull();
  });

  it("refuses another kind than was asked for", async () => {
    const folder = await make();
    await expect(readManifest(folder, { kind: "model", schemaVersion: 1 })).rejects.toMatchObject({
      code: "ARTEFACT_KIND_MISMATCH",
    });
  });

  it("refuses a schema that it does not know", async () => {
    const folder = await make();
    await expect(readManifest(folder, { kind: "tokens", schemaVersion: 2 })).rejects.toMatchObject({
      code: "ARTEFACT_SCHEMA_UNKNOWN",
    });
  });

  it("says that there is no artefact in a folder without a manifest", async () => {
    await expect(readManifest(site, recipe)).rejects.toMatchObject({ code: "ARTEFACT_MISSING" });
  });

  it("notices a truncated file", async () => {
    const folder = await make();
    await truncate(join(folder, "part.txt"), 2);
    await expect(openArtefactStore(site).find(recipe)).rejects.toMatchObject({
      code: "ARTEFACT_DAMAGED",
      exitCode: 4,
    });
  });

  it("notices a manifest that is not JSON", async () => {
    const folder = await make();
    await writeFile(join(folder, "artefact.json"), "{");
    await expect(openArtefactStore(site).find(recipe)).rejects.toMatchObject({ code: "ARTEFACT_DAMAGED" });
  });

  it("keeps a stage's scratch folder over an interruption and removes it on success", async () => {
    const store = openArtefactStore(site);
    const first = await store.begin(recipe);
    await writeFile(join(first.scratch, "checkpoint"), "step 7");
    await first.discard();
    const second = await store.begin(recipe);
    expect(await readFile(join(second.scratch, "checkpoint"), "utf8")).toBe("step 7");
    await second.publish();
    expect(await readdir(join(site, "scratch"))).toEqual([]);
  });

  it("reports a full disk and stays usable", async () => {
    const store = openArtefactStore(site);
    const draft = await store.begin(recipe);
    // The kernel's own always-full device stands for a disk that fills up at the manifest.
    await symlink("/dev/full", join(draft.folder, "artefact.json"));
    await expect(draft.publish()).rejects.toMatchObject({ code: "DISK_FULL", exitCode: 5 });
    expect(await readdir(join(site, "artefacts"))).toEqual([]);
    await make();
    expect(await store.find(recipe)).not.toBeNull();
  });

  it("ignores what a killed process left behind, and clears it away", async () => {
    const child = spawn(
      process.execPath,
      ["--import", "tsx", join(import.meta.dirname, "write-until-killed.ts"), site, JSON.stringify(recipe)],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    await once(child.stdout, "data"); // it has written the first half
    child.kill("SIGKILL");
    await once(child, "exit");

    const store = openArtefactStore(site);
    expect(await store.find(recipe)).toBeNull();
    expect(await readdir(join(site, "artefacts"))).toHaveLength(1);
    expect(await store.removePartial()).toBe(1);
    expect(await readdir(join(site, "artefacts"))).toEqual([]);
    await make("whole");
    expect(await store.find(recipe)).not.toBeNull();
  });
});
