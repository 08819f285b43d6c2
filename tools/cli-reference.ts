/** docs/reference/cli.md from the command itself: what `longitude help` prints, verb by verb. */
import { createProgram } from "../src/cli/program.ts";

export async function cliReference(): Promise<string> {
  const program = await createProgram();
  const parts = [
    "# The command line",
    "",
    "Made by `npm run docs:generate` from the program itself; do not edit.",
    "",
    "Results go to standard output, progress and errors to standard error. With `--json` standard output is one",
    "machine-readable object. Exit codes: [errors.md](errors.md).",
    "",
    "```text",
    program.helpInformation().trimEnd(),
    "```",
  ];
  for (const verb of program.commands) {
    if (verb.name() === "help") continue;
    parts.push("", `## ${verb.name()}`, "", "```text", verb.helpInformation().trimEnd(), "```");
  }
  return `${parts.join("\n")}\n`;
}
