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

test("control characters of a title do not reach the terminal", () => {
  const [first] = inventedTasks();
  if (first === undefined) throw new TypeError("no task");
  const table = terminalTable(inventedEvaluation([{ ...first, title: "a\u001b[31mb" }]));
  expect(table).not.toContain("\u001b");
});
