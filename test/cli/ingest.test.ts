/** The verbs `ingest` and `example` as a shell sees them: exit codes, standard output, standard error. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let work: string;
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), "longitude-verb-"));
});
afterEach(() => rm(work, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function longitude(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["bin/longitude.js", ...args],
      { maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
}

const CASES = "test/cases";

describe("longitude ingest", { timeout: 60_000 }, () => {
  it("prints one JSON object on standard output and the table on standard error", async () => {
    const input = `${CASES}/ingest-fhir-bundle-a-file/in`;
    const { code, stdout, stderr } = await longitude(
      "ingest",
      "--input",
      input,
      "--out",
      join(work, "r"),
      "--json",
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: "longitude.ingest/1",
      candidates: { in: 10, kept: 10 },
    });
    expect(stderr).toContain("10 in = 10 kept + 0 rejected + 0 dropped + 0 not an event");
  });

  it("fails over the limit with code 3, its table, the reason and what to do, and writes nothing", async () => {
    const input = `${CASES}/ingest-fhir-malformed-line/in`;
    const { code, stdout, stderr } = await longitude("ingest", "--input", input, "--out", join(work, "r"));
    expect(code).toBe(3);
    expect(stdout).toMatch(/rejected +JSON_MALFORMED +line +1/);
    expect(stderr).toMatch(/error INGEST_REJECT_LIMIT: 1 of 11 .*JSON_MALFORMED 1/);
    expect(stderr).toContain("what to do:");
    expect(await readdir(work)).toEqual([]);
  });

  it("takes drops, unit spellings and a seed", async () => {
    const input = `${CASES}/ingest-fhir-site-unit/in`;
    const out = join(work, "r");
    const flags = ["--unit-alias", "gamma=ug", "--drop", "SEX/*", "--split-seed", "7", "--json"];
    const { code, stdout } = await longitude("ingest", "--input", input, "--out", out, ...flags);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ candidates: { kept: 2, dropped: 1 } });
  });

  it("answers a wrong option with code 2", async () => {
    const { code, stderr } = await longitude("ingest", "--input", "x", "--out", "y", "--reject-limit", "2");
    expect(code).toBe(2);
    expect(stderr).toContain("a share is a number from 0 to 1");
  });
});

describe("longitude example", { timeout: 60_000 }, () => {
  it("writes the stored files with their mapping, which ingest then reads", async () => {
    const { code, stdout } = await longitude(
      "example",
      "olmsted",
      "--format",
      "csv",
      "--out",
      join(work, "t"),
      "--json",
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      format: "csv",
      persons: 14_052,
      measurements: 321_877,
      events: 27_633,
    });
    expect((await readdir(join(work, "t"))).sort()).toEqual([
      "events.csv.gz",
      "mapping.yaml",
      "measurements.csv.gz",
      "subjects.csv.gz",
    ]);
  });
});
