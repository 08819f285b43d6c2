/** Options of a benchmark: `--help` prints what stands at the head of its file, and what it does not know it refuses. */
import { readFileSync } from "node:fs";
import { type ParseArgsConfig, parseArgs } from "node:util";

/** @param file of the benchmark, whose first comment says what it measures and with which options */
export function benchOptions<T extends NonNullable<ParseArgsConfig["options"]>>(file: string, options: T) {
  if (process.argv.includes("--help")) {
    const [, comment = ""] = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(file, "utf8")) ?? [];
    process.stdout.write(`${comment.replace(/^ ?\* ?/gm, "").trim()}\n`);
    process.exit(0);
  }
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    process.stderr.write(`${(error as Error).message.split(". ")[0]}; --help tells the options\n`);
    process.exit(2);
  }
}
