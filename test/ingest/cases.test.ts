/** A folder is a test: test/cases/ingest-<what it shows>/{in/, options.json, out.json}. UPDATE_CASES=1 writes out.json. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runIngestCase } from "./case-result.ts";

const CASES = "test/cases";
const update = process.env.UPDATE_CASES === "1";

describe("ingest", { timeout: 60_000 }, () => {
  const names = readdirSync(CASES).filter((name) => name.startsWith("ingest-"));
  it.each(names)("%s", async (name) => {
    const dir = join(CASES, name);
    const result = await runIngestCase(dir);
    const { candidates } = result;
    if (candidates !== undefined) {
      expect(candidates.kept + candidates.rejected + candidates.dropped + candidates.notEvents).toBe(
        candidates.in,
      );
    }
    const expectedFile = join(dir, "out.json");
    if (update) writeFileSync(expectedFile, `${JSON.stringify(result, null, 2)}\n`);
    expect(existsSync(expectedFile), `${expectedFile} is missing; UPDATE_CASES=1 writes it`).toBe(true);
    const expected = JSON.parse(readFileSync(expectedFile, "utf8")) as object;
    expect(result).toMatchObject(expected);
  });
});
