import { expect, test } from "vitest";
import { terminalTable } from "../../../src/evaluation/report/terminal-table.ts";
import { inventedEvaluation, inventedTasks } from "./invented-evaluation.ts";

test("the terminal table has a row a task, what was not judged, and the means", async () => {
  const golden = "../../cases/evaluation-terminal-table/out.txt";
  await expect(terminalTable(inventedEvaluation())).toMatchFileSnapshot(golden);
});

test("it fits a hundred columns with the longest title, count and verdict", () => {
  const [first] = inventedTasks();
  if (first === undefined) throw new TypeError("no task");
  const wide = {
    ...first,
    title: "An outcome with a very long title",
    n: 99_999,
    verdict: "not distinguishable" as const,
  };
  const widths = terminalTable(inventedEvaluation([wide]))
    .split("\n")
    .map((line) => line.length);
  expect(Math.max(...widths)).toBeLessThanOrEqual(100);
});

test("what the model is made of stands beside it in the means, and is no baseline", () => {
  const whole = inventedEvaluation();
  const withPart = <T extends { models: Record<string, unknown> }>(of: T): T => ({
    ...of,
    models: { ...of.models, ...(of.models.cox === undefined ? {} : { longitudeDecoder: of.models.cox }) },
  });
  const lines = terminalTable({
    ...whole,
    tasks: whole.tasks.map(withPart),
    summary: whole.summary.map(withPart),
  }).split("\n");
  const main = lines.findIndex((line) => line.startsWith("  Longitude "));
  expect(lines[main + 1]).toMatch(/^ {2}Decoder alone /);
  expect(lines.some((line) => line.includes("decoder "))).toBe(false);
});

test("control characters of a title do not reach the terminal", () => {
  const [first] = inventedTasks();
  if (first === undefined) throw new TypeError("no task");
  const table = terminalTable(inventedEvaluation([{ ...first, title: "a\u001b[31mb" }]));
  expect(table).not.toContain("\u001b");
});
