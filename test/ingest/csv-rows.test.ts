import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvRows } from "../../src/ingest/csv/csv-rows.ts";

const dir = mkdtempSync(join(tmpdir(), "longitude-csv-"));

async function rowsOf(text: string): Promise<{ rows: string[][]; malformed: number }> {
  const path = join(dir, "rows.csv");
  writeFileSync(path, text);
  const rows: string[][] = [];
  let malformed = 0;
  for await (const batch of csvRows(path)) {
    rows.push(...batch.rows.map((row) => [...row]));
    malformed += batch.malformed;
  }
  return { rows, malformed };
}

const quoted = (field: string): string =>
  /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;

describe("a CSV file", () => {
  it("gives back whatever was written by the rules, quotes and newlines included", async () => {
    const field = fc.string({
      unit: fc.constantFrom("a", "é", '"', ",", "\n", "\r\n", " ", "1"),
      maxLength: 6,
    });
    const table = fc.array(fc.tuple(field, field, field), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom("\n", "\r\n"), async (rows, end) => {
        const text = ["a,b,c", ...rows.map((row) => row.map(quoted).join(","))].join(end) + end;
        expect((await rowsOf(text)).rows).toEqual(rows);
      }),
      { numRuns: 60 },
    );
  });

  it("need not end in a newline, and may begin with a byte order mark", async () => {
    expect((await rowsOf("\uFEFFa,b\n1,2")).rows).toEqual([["1", "2"]]);
  });

  it("is read across the pieces of a stream", async () => {
    const row = `${"x".repeat(300_000)},"y\n${'""'.repeat(100_000)}z"`;
    const { rows } = await rowsOf(`a,b\n${row}\n${row}\n`);
    expect(rows.map(([a, b]) => [a!.length, b!.length])).toEqual([
      [300_000, 100_003],
      [300_000, 100_003],
    ]);
  });

  it("counts a row with too few or too many fields and does not repair it", async () => {
    expect(await rowsOf("a,b\n1\n1,2\n1,2,3\n")).toEqual({ rows: [["1", "2"]], malformed: 2 });
  });
});
