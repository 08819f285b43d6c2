/**
 * Fails when a source file is over 400 lines: such a file usually holds more than one idea.
 * Tables and generated code are exempt: `*.table.ts`, `*.generated.ts`, and the registry of errors.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const LIMIT = 400;
const TABLES = /\.(table|generated)\.ts$|^src\/errors\/registry\.ts$/;

const files = execFileSync(
  "git",
  ["ls-files", "-co", "--exclude-standard", "*.ts", "*.tsx", "*.css", "*.js", "*.cjs", "*.py"],
  {
    encoding: "utf8",
  },
);
const long = files
  .split("\n")
  .filter((file) => file !== "" && existsSync(file) && !TABLES.test(file))
  .map((file) => ({ file, lines: readFileSync(file, "utf8").split("\n").length - 1 }))
  .filter(({ lines }) => lines > LIMIT);

for (const { file, lines } of long) console.error(`${file}: ${lines} lines, the limit is ${LIMIT}`);
if (long.length > 0) process.exitCode = 1;
