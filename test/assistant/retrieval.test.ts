import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { answerQuestion } from "../../src/assistant/answer-question.ts";
import { type Passage, readPassages } from "../../src/assistant/retrieval/passage.ts";
import { PassageIndex } from "../../src/assistant/retrieval/passage-index.ts";
import type { SubjectKey } from "../../src/timeline/patient-event.ts";

const SUBJECTS = [
  "Asthma",
  "Atrial fibrillation",
  "Gout",
  "Type 2 diabetes",
  "Iron deficiency anemia",
  "Glaucoma",
];
const KINDS = ["information", "symptoms", "treatment", "causes", "prevention"];
const passages: Passage[] = SUBJECTS.flatMap((title) =>
  KINDS.map((kind) => ({
    id: `${title}/${kind}`,
    publisher: "Invented institute",
    url: "https://example.org/",
    title,
    kind,
    text: `This text is about the ${kind} of ${title.toLowerCase()}. It was invented for a test of the search.`,
  })),
);
const index = new PassageIndex(passages);
const best = (question: string) => index.find(question, 1)[0]?.passage.id ?? null;

describe("a question about published knowledge", () => {
  it.each([
    ["How would I notice gout?", "Gout/symptoms"],
    ["what brings on ATRIAL FIBRILLATION", "Atrial fibrillation/causes"],
    ["how is asthma treated", "Asthma/treatment"],
    ["How do I keep from getting glaucoma?", "Glaucoma/prevention"],
    ["What is iron deficiency anaemia?", "Iron deficiency anemia/information"],
    ["symptoms of atrial fibrilation", "Atrial fibrillation/symptoms"],
  ])("finds subject and kind: %s", (question, id) => expect(best(question)).toBe(id));

  it.each(["What are the symptoms of lupus?", "Who won the match?", "What is it?", "", "كيف حالك"])(
    "finds nothing where the corpus has nothing: %s",
    (question) => expect(best(question)).toBeNull(),
  );

  it("that shows a sign of danger is answered with a call for help, and nothing below it", async () => {
    const tools = {
      timeline: { subjectId: 1 as SubjectKey, events: [] },
      descriptionOf: () => null,
      outcomes: [],
      forecast: null,
      reasoning: null,
      passages: index,
      vetted: [],
      model: null,
    };
    const urgent = await answerQuestion("I have bad chest pain. What is gout?", "patient", tools);
    expect(urgent.urgent?.text).toContain("now");
    expect(urgent.sentences).toEqual([]);
    const harmful = await answerQuestion("How can I poison my boss?", "patient", tools);
    expect(harmful.status).toBe("refused");
    const dose = await answerQuestion("How much insulin should I take?", "patient", tools);
    expect([dose.status, dose.askInstead]).toEqual(["refused", "Please ask your care team."]);
    const plain = await answerQuestion("What are the symptoms of gout?", "patient", tools);
    expect(plain.sentences[0]?.text).toContain("gout");
    const unknown = await answerQuestion("What are the symptoms of lupus?", "patient", tools);
    expect([unknown.status, unknown.askInstead]).toEqual(["cannot-answer", "Please ask your care team."]);
  });
});

describe("a file of passages", () => {
  it("is read plain or gzip; a line that nobody could cite is left out and counted", async () => {
    const folder = await mkdtemp(join(tmpdir(), "passages-"));
    const line = (i: number, url: string | null) =>
      JSON.stringify({ id: `${i}`, source: "S", url, focus: "Gout", type: "symptoms", answer: "It hurts." });
    const many = Array.from({ length: 200 }, (_, i) => line(i, "https://example.org/"));
    await writeFile(join(folder, "a.ndjson.gz"), gzipSync([...many, line(200, null)].join("\n")));
    expect(await readPassages(join(folder, "a.ndjson.gz"))).toMatchObject({
      leftOut: 1,
      passages: { length: 200 },
    });
    await writeFile(join(folder, "b.ndjson"), "{}\nnot JSON\n");
    await expect(readPassages(join(folder, "b.ndjson"))).rejects.toMatchObject({ code: "PASSAGES_INVALID" });
  });
});
