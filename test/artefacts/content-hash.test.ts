import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { contentHash, memoryFileOf } from "../../src/artefacts/content-hash.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "longitude-hash-"));
  await mkdir(join(folder, "in", "deep"), { recursive: true });
  await writeFile(join(folder, "in", "a.txt"), "one");
  await writeFile(join(folder, "in", "deep", "b.txt"), "two");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const hash = (name = "in") => contentHash(join(folder, name), memoryFileOf(folder));

describe("the identity of an outside input", () => {
  it("does not depend on where it lies", async () => {
    const before = await hash();
    await rename(join(folder, "in"), join(folder, "moved"));
    expect(await hash("moved")).toBe(before);
  });

  it("changes when a byte changes, though size and time stay", async () => {
    const before = await hash();
    const file = join(folder, "in", "a.txt");
    await rm(file);
    await writeFile(join(folder, "in", "other"), "");
    await writeFile(file, "onf");
    await rm(join(folder, "in", "other"));
    await utimes(file, 1, 1);
    expect(await hash()).not.toBe(before);
  });

  it("changes when a file is renamed", async () => {
    const before = await hash();
    await rename(join(folder, "in", "a.txt"), join(folder, "in", "c.txt"));
    expect(await hash()).not.toBe(before);
  });

  it("survives a damaged memory", async () => {
    const before = await hash();
    await writeFile(memoryFileOf(folder), "{ not json");
    expect(await hash()).toBe(before);
  });
});
