import { appendFile, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { assistantSchema } from "../../src/assistant/assistant-config.ts";
import { assistantSources } from "../../src/assistant/assistant-sources.ts";
import { keptPassages as prepared } from "../../src/assistant/retrieval/kept-passages.ts";
import { readPassages } from "../../src/assistant/retrieval/passage.ts";
import { PassageIndex } from "../../src/assistant/retrieval/passage-index.ts";

const line = (i: number, focus: string, answer: string) =>
  `${JSON.stringify({ id: `p${i}`, source: "Publisher", url: `https://example.org/${i}`, focus, type: "symptoms", answer })}\n`;
const SUBJECTS = ["Gout", "Type 2 diabetes", "Wolff-Parkinson-White syndrome", "Ménière disease"];
const QUESTIONS = SUBJECTS.map((subject) => `What are the symptoms of ${subject}?`);
const keptPassages = async (...about: Parameters<typeof prepared>) => (await prepared(...about))();
let [site, file] = ["", ""];

beforeEach(async () => {
  site = await mkdtemp(join(tmpdir(), "kept-passages-"));
  file = join(site, "passages.ndjson");
  await writeFile(file, SUBJECTS.map((subject, i) => line(i, subject, `${subject} hurts. Σ ${i}`)).join(""));
});

const cached = async () => (await readdir(join(site, "cache"))).sort();

describe("the index over published passages", () => {
  it("finds the same when it was kept as when it is made, text and all", async () => {
    const made = new PassageIndex((await readPassages(file)).passages);
    const first = await keptPassages(file, site);
    const names = await cached();
    const again = await keptPassages(file, site);
    expect(names.map((name) => name.split(".").at(-1))).toEqual(["json", "txt"]);
    expect(await cached()).toEqual(names);
    for (const index of [first, again])
      expect(QUESTIONS.map((question) => JSON.stringify(index.find(question)))).toEqual(
        QUESTIONS.map((question) => JSON.stringify(made.find(question))),
      );
    expect(again.find(QUESTIONS[3] ?? "")[0]?.passage.text).toBe("Ménière disease hurts. Σ 3");
  });

  it("is made anew for another file, and the old one is removed", async () => {
    await keptPassages(file, site);
    const before = await cached();
    await appendFile(file, line(9, "Scurvy", "Scurvy makes gums bleed."));
    const index = await keptPassages(file, site);
    expect(index.find("What are the symptoms of scurvy?")[0]?.passage.id).toBe("p9");
    const after = await cached();
    expect(after).toHaveLength(2);
    expect(after).not.toEqual(before);
  });

  it.each(["json", "txt"])("is made anew where its %s was cut off", async (kind) => {
    await keptPassages(file, site);
    const name = (await cached()).find((one) => one.endsWith(kind)) ?? "";
    await writeFile(join(site, "cache", name), "{");
    const index = await keptPassages(file, site);
    expect(index.find(QUESTIONS[0] ?? "")[0]?.passage.text).toBe("Gout hurts. Σ 0");
  });

  it("is made each time where it cannot be kept", async () => {
    await writeFile(join(site, "cache"), "no folder");
    expect((await keptPassages(file, site)).size).toBe(4);
  });

  it("is made before the first question, and a fault in it is told then", async () => {
    const config = assistantSchema.parse({ passages: file });
    const { passages } = await assistantSources(config, site, false);
    expect((await passages?.find(QUESTIONS[0] ?? ""))?.[0]?.passage.id).toBe("p0");
    expect(await cached()).toHaveLength(2);
    await writeFile(file, "no passage\n");
    await expect(assistantSources(config, site, false)).rejects.toMatchObject({ code: "PASSAGES_INVALID" });
  });
});
