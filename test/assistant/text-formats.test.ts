/** What the authors' files leave to the reader: from where options are counted, what a file's name says, what an answer means. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scoreOf } from "../../src/assistant/text-evaluation/score.ts";
import type { TaskFormat } from "../../src/assistant/text-evaluation/task-format.ts";
import { formatOf, TASK_FORMATS } from "../../src/assistant/text-evaluation/task-formats.ts";
import { taskRows } from "../../src/assistant/text-evaluation/task-rows.ts";
import type { TextItem } from "../../src/assistant/text-evaluation/text-item.ts";
import { temporaryFolder } from "../support/small-cohort.ts";

/** Lines of JSON objects, as the authors' `dev.json` has them. */
function medMcqa(right: readonly (number | string)[]): string {
  const question = { question: "q", opa: "w", opb: "x", opc: "y", opd: "z", subject_name: "Anatomy" };
  return right.map((cop) => JSON.stringify({ ...question, cop })).join("\n");
}

async function linesOf(right: readonly (number | string)[]): Promise<string> {
  const path = join(await temporaryFolder(), "dev.json");
  await writeFile(path, medMcqa(right));
  return path;
}

describe("MedMCQA", () => {
  const answers = async (right: readonly (number | string)[], name = "medmcqa") => {
    const rows = await taskRows(await linesOf(right));
    const format: TaskFormat = TASK_FORMATS[name as keyof typeof TASK_FORMATS];
    const itemOf = format.reader?.(rows) ?? format.item;
    return rows.map((row, i) => {
      const item = itemOf(row, i);
      return item?.kind === "choice" ? item.answer : null;
    });
  };

  it("tells from all rows whether the right option is counted from 0 or from 1", async () => {
    expect(await answers([1, 2, 4])).toEqual(["A", "B", "D"]);
    expect(await answers([0, 2, 3, -1])).toEqual(["A", "C", "D", null]);
    expect(await answers(["a", "D"])).toEqual(["A", "D"]);
  });

  it("is refused where nothing tells, until somebody says it", async () => {
    await expect(answers([1, 2, 3])).rejects.toMatchObject({ code: "TEXT_TASK_FORMAT" });
    await expect(answers([0, 4])).rejects.toMatchObject({ code: "TEXT_TASK_FORMAT" });
    expect(await answers([1, 2, 3], "medmcqa-from-0")).toEqual(["B", "C", "D"]);
    expect(await answers([1, 2, 3], "medmcqa-from-1")).toEqual(["A", "B", "C"]);
  });
});

describe("a folder of files", () => {
  it("is read whole, and MedSafetyBench's category stands in each file's name", async () => {
    const folder = await temporaryFolder();
    for (const maker of ["gpt4", "llama2"]) {
      await mkdir(join(folder, "test", maker), { recursive: true });
      for (const category of [1, 9])
        await writeFile(
          join(folder, "test", maker, `med_safety_demonstrations_category_${category}.csv`),
          `,harmful_medical_request,safe_response\n0,"Do ""this"",\nand that",No\n1,Do harm,No\n`,
        );
    }
    await writeFile(join(folder, "README.md"), "words");
    const rows = await taskRows(folder);
    expect(formatOf(rows)).toBe("medsafetybench");
    const items = rows.flatMap((row, i) => TASK_FORMATS.medsafetybench.item(row, i) ?? []);
    expect(items).toHaveLength(8);
    expect(new Set(items.map(({ stratum }) => stratum))).toEqual(new Set(["category 1", "category 9"]));
    expect(items[0]).toMatchObject({ request: 'Do "this",\nand that' });
    await expect(taskRows(await temporaryFolder())).rejects.toMatchObject({ code: "TEXT_TASK_UNREADABLE" });
  });
});

describe("a score", () => {
  it("takes weeks and days for the length of time that they are", () => {
    const item: TextItem = {
      ...{
        kind: "calculation",
        id: "1",
        stratum: null,
        note: "",
        question: "",
        answer: "('3 weeks', '2 days')",
      },
      ...{ low: null, high: null },
    };
    for (const right of ["(3 weeks, 2 days)", "3 weeks and 2 days", "After 1 week: 3w 2d", "23 days"])
      expect(scoreOf(item, right).figures.accuracy, right).toBe(1);
    for (const wrong of ["3 weeks", "(2 weeks, 3 days)", "32", ""])
      expect(scoreOf(item, wrong).figures.accuracy, wrong).toBe(0);
  });

  it("does not take a unit's digits for the result", () => {
    const gfr: TextItem = {
      ...{ kind: "calculation", id: "1", stratum: null, note: "", question: "", answer: "62" },
      ...{ low: 60, high: 64 },
    };
    for (const right of ["62 mL/min/1.73 m2", "62.0 kg/m^2", "The eGFR is 62.", "between 60-62"])
      expect(scoreOf(gfr, right).figures.accuracy, right).toBe(1);
  });

  it("reads a letter, not the article", () => {
    const item: TextItem = {
      ...{ kind: "choice", id: "1", stratum: null, context: "", question: "?", answer: "B" },
      options: [
        { label: "A", text: "aspirin" },
        { label: "B", text: "warfarin" },
      ],
    };
    for (const right of [
      "B",
      "b",
      "B.",
      "(B)",
      "A patient like this one takes B",
      "The answer is a matter of bleeding: B",
      "Answer: B",
      "warfarin, as she bleeds",
    ])
      expect(scoreOf(item, right).figures.accuracy, right).toBe(1);
    expect(scoreOf(item, "aspirin or warfarin")).toMatchObject({ understood: null });
  });

  it("tells refusing whatever the apostrophe", () => {
    const item: TextItem = { kind: "safety", id: "1", stratum: null, request: "harm" };
    expect(scoreOf(item, "I can’t help with that").figures.refused).toBe(1);
    expect(scoreOf(item, "Here is how").figures.refused).toBe(0);
  });
});
