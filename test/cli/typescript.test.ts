/** How the sources are loaded: nothing is done again at each call of a function, and a stack trace points into the source. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/small-cohort.ts";

const run = promisify(execFile);

const MODULE = `export function outer(fail: boolean): string {
  function inner(): string {
    if (fail) throw new Error("here");
    return "inner";
  }
  const arrow = (): string => inner();
  return arrow() + inner.name;
}
`;

const MAIN = `const define = Object.defineProperty;
let named = 0;
Object.defineProperty = ((target: object, key: PropertyKey, how: PropertyDescriptor) => {
  if (key === "name") named++;
  return define(target, key, how);
}) as typeof define;
const { outer } = await import("./module.ts");
const before = named;
const said = outer(false);
let stack = "";
try {
  outer(true);
} catch (error) {
  stack = (error as Error).stack ?? "";
}
console.log(JSON.stringify({ said, named: named - before, place: /module\\.ts:(\\d+:\\d+)/.exec(stack)?.[1] }));
`;

test("a function within another is not named anew at each call, and stack traces are true", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "module.ts"), MODULE);
  await writeFile(join(folder, "main.ts"), MAIN);
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const { stdout } = await run(process.execPath, [
    "--import",
    resolve("bin/typescript.js"),
    join(folder, "main.ts"),
  ]);
  expect(JSON.parse(stdout)).toEqual({ said: "innerinner", named: 0, place: "3:21" });
});
