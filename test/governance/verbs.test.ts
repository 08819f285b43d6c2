import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { createProgram } from "../../src/cli/program.ts";

const program = await createProgram();
const verb = (path: string): Command =>
  path
    .split(" ")
    .reduce<Command>(
      (command, name) => command.commands.find((one) => one.name() === name) as Command,
      program,
    );

describe("the verbs of evidence and release", () => {
  test.each([
    "evaluate",
    "validate",
    "gate",
    "waive",
    "approve",
    "release create",
    "release verify",
    "registry",
    "registry stage",
    "registry alias",
    "registry show",
    "registry lineage",
    "registry compare",
    "card",
    "people key",
    "people site-key",
    "audit list",
    "audit verify",
    "audit anchor",
    "audit export",
    "outcomes import",
    "outcomes export",
    "outcomes labels",
  ])("%s has a description and --json", (path) => {
    expect(verb(path).description()).not.toBe("");
    expect(verb(path).options.map(({ long }) => long)).toContain("--json");
  });

  test("an option after a subcommand is the subcommand's, also where the verb has one of that name", async () => {
    const words = ["registry", "show", "--site", "/nowhere", "--release", "rel-1"];
    await expect((await createProgram("registry")).parseAsync(words, { from: "user" })).rejects.toMatchObject(
      {
        code: "SITE_MISSING",
      },
    );
  });
});
