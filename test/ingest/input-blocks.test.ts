/** Cutting files into blocks and reading them side by side changes nothing of what is read. */
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ingest } from "../../src/ingest/ingest.ts";
import { blockBytes, inputBlocks, MAX_LINE_BYTES } from "../../src/ingest/input-blocks.ts";
import { fixedEffects } from "../support/fixed-effects.ts";

let work: string;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "longitude-blocks-"));
});
afterAll(() => rm(work, { recursive: true, force: true }));

async function linesOf(path: string, size: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const block of inputBlocks([path], () => "the file", size)) {
    const bytes = await blockBytes(block, "the file");
    const text = Buffer.from(bytes).toString("utf8");
    lines.push(...text.split("\n").filter((line) => line.trim() !== ""));
  }
  return lines;
}

describe("a block", () => {
  it("is refused where one line, or one document, is longer than any record", async () => {
    const endless = join(work, "endless.ndjson.gz");
    await writeFile(endless, gzipSync(Buffer.alloc(MAX_LINE_BYTES + 1, " "), { level: 1 }));
    await expect(linesOf(endless, 1000)).rejects.toMatchObject({ code: "INPUT_LINE_LENGTH" });
    const sparse = join(work, "endless.json");
    await writeFile(sparse, "{\n");
    await truncate(sparse, MAX_LINE_BYTES + 1);
    await expect(linesOf(sparse, 1000)).rejects.toMatchObject({ code: "INPUT_LINE_LENGTH" });
    await rename(sparse, join(work, "endless.ndjson"));
    await expect(linesOf(join(work, "endless.ndjson"), 2 ** 22)).rejects.toMatchObject({
      code: "INPUT_LINE_LENGTH",
    });
  });

  it("has each line exactly once and whole, wherever the file is cut, plain or gzip", async () => {
    const line = fc
      .string({ unit: "binary", maxLength: 60 })
      .map((text) => text.replace(/[\r\n\uFEFF]/g, ""));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 40 }),
        fc.integer({ min: 1, max: 90 }),
        async (lines, size) => {
          const text = lines.join("\n");
          const written = Buffer.from(text).toString("utf8").split("\n");
          const expected = written.filter((part) => part.trim() !== "");
          const plain = join(work, "lines.ndjson");
          await writeFile(plain, text);
          expect(await linesOf(plain, size)).toEqual(expected);
          const zipped = join(work, "lines.ndjson.gz");
          await writeFile(zipped, gzipSync(text));
          expect(await linesOf(zipped, size)).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** Patients with observations whose order in the file is of no order in time, of five million bytes and more. */
function exportOf(patients: number): string {
  const lines: string[] = [];
  for (let i = 0; i < patients; i++) {
    lines.push(
      JSON.stringify({ resourceType: "Patient", id: `p${i}`, birthDate: "1950-01-01", gender: "male" }),
    );
    for (let j = 0; j < 6; j++) {
      const day = String(1 + ((i * 7 + j * 11) % 28)).padStart(2, "0");
      lines.push(
        JSON.stringify({
          resourceType: "Observation",
          // Every tenth resource comes twice; the later copy counts.
          id: `o${j === 5 && i % 10 === 0 ? `${i}-4` : `${i}-${j}`}`,
          status: "final",
          code: {
            coding: [{ system: "http://loinc.org", code: `${j}-1`, display: `Test ${j} as ${i % 3}` }],
          },
          subject: { reference: `Patient/p${i}` },
          effectiveDateTime: `2020-01-${day}T08:00:00Z`,
          valueQuantity: {
            value: i + j / 8,
            unit: "mg/dL",
            system: "http://unitsofmeasure.org",
            code: "mg/dL",
          },
        }),
      );
    }
    lines.push(`{"resourceType":"Claim","id":"c${i}","note":"${"x".repeat(200)}"}`);
  }
  return `${lines.join("\n")}\n`;
}

async function bytesWith(input: string, workers: number): Promise<string> {
  const out = join(work, `out-${workers}`);
  for await (const _ of ingest({ input, out, workers, overwrite: true }, fixedEffects()));
  const hash = createHash("sha256");
  const files = (await readdir(out, { recursive: true }))
    .filter((name) => /\.(parquet|json)$/.test(name))
    .sort();
  expect(files.length).toBeGreaterThan(4);
  for (const file of files) hash.update(file).update(await readFile(join(out, file)));
  return hash.digest("hex");
}

describe("reading in worker threads", () => {
  it("gives the same bytes with none, one or three of them", async () => {
    const input = join(work, "export.ndjson");
    await writeFile(input, exportOf(4000));
    const alone = await bytesWith(input, 0);
    expect(await bytesWith(input, 1)).toBe(alone);
    expect(await bytesWith(input, 3)).toBe(alone);
  });

  it("tells what a worker finds wrong as if it had been found here", async () => {
    const input = join(work, "bundle.json");
    await writeFile(input, '{\n  "resourceType": "Bundle",\n  "entry": [');
    const run = async (workers: number): Promise<unknown> => {
      try {
        for await (const _ of ingest({ input, out: join(work, "never"), workers }, fixedEffects()));
      } catch (error) {
        return error;
      }
    };
    expect(await run(1)).toMatchObject({ code: "JSON_MALFORMED" });
    expect(await run(1)).toEqual(await run(0));
  });
});

describe("a hostile file", () => {
  const codeOf = async (name: string, bytes: Buffer | string): Promise<unknown> => {
    const input = join(work, name);
    await writeFile(input, bytes);
    let tally: readonly string[] = [];
    try {
      for await (const event of ingest(
        { input, out: join(work, "hostile"), overwrite: true },
        fixedEffects(),
      )) {
        if (event.kind === "tally") tally = event.report.tally.map(({ reason }) => reason);
      }
    } catch (error) {
      return tally.length > 0 ? tally : (error as { code?: unknown }).code;
    }
    return tally;
  };

  it("that swells without bound when it is decompressed is refused", async () => {
    const bomb = gzipSync(Buffer.alloc(80 * 2 ** 20, 32));
    expect(await codeOf("bomb.ndjson.gz", bomb)).toBe("INPUT_COMPRESSION");
  });

  it("that nests without end is rejected line by line, or stops the run where it is one document", async () => {
    const deep = `{"resourceType":"Patient","a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(await codeOf("deep.ndjson", `${deep}\n`)).toEqual(["JSON_TOO_DEEP"]);
    expect(await codeOf("deep.json", `{\n"a":${deep}}`)).toBe("JSON_TOO_DEEP");
  });

  it("that puts Bundles into Bundles without end is rejected", async () => {
    let nested = '{"resourceType":"Bundle","entry":[]}';
    for (let i = 0; i < 60; i++) nested = `{"resourceType":"Bundle","entry":[{"resource":${nested}}]}`;
    expect(await codeOf("nested.ndjson", `${nested}\n`)).toEqual(["JSON_TOO_DEEP"]);
  });
});
