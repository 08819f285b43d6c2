import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const BIN = join(import.meta.dirname, "../../bin/longitude.js");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "longitude-main-"));
  // A project of its own around the working directory must not change how Longitude starts.
  writeFileSync(
    join(folder, "tsconfig.json"),
    '{ "compilerOptions": { "paths": { "zod": ["./nothing"] } } }',
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function longitude(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("the longitude command", () => {
  it("prints its help from any working directory", () => {
    const { status, stdout } = longitude("--help");
    expect(status).toBe(0);
    for (const verb of [
      "example",
      "ingest",
      "tokenize",
      "train",
      "forecast",
      "evaluate",
      "validate",
      "build",
    ]) {
      expect(stdout).toContain(`  ${verb} `);
    }
  });

  it("ends with 2 and a suggestion for a mistyped verb", () => {
    const { status, stderr } = longitude("biuld");
    expect(status).toBe(2);
    expect(stderr).toContain("Did you mean build?");
  });

  it("ends with 2 for a missing option", () => {
    const { status, stderr } = longitude("build");
    expect(status).toBe(2);
    expect(stderr).toBe(
      "error USAGE_INVALID: required option '--site <dir>' not specified\n  what to do: Run the verb with --help; docs/reference/cli.md lists every option.\n",
    );
  });

  it("ends with 2 for an example that does not exist", () => {
    expect(longitude("example", "framingham", "--out", "here")).toMatchObject({ status: 2 });
  });

  it("ends with 3 when the records are not where longitude.yaml says, and leaves no lock behind", () => {
    const site = join(folder, "no-records");
    mkdirSync(site);
    cpSync(join(import.meta.dirname, "../../examples/olmsted/longitude.yaml"), join(site, "longitude.yaml"));
    const { status, stderr } = longitude("build", "--site", site);
    expect(status).toBe(3);
    expect(stderr).toContain("error INPUT_UNREADABLE");
    expect(existsSync(join(site, ".lock"))).toBe(false);
  });

  it("prints code, message and remedy of an error, without a stack, and nothing on standard output", () => {
    const { status, stdout, stderr } = longitude("build", "--site", ".", "--json");
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^error SITE_MISSING: .*\n {2}what to do: .*\n$/);
  });
});
