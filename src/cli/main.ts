/** Entry point of the `longitude` command (bin/longitude.js starts it). */
import { createProgram } from "./program.ts";
import { reportError } from "./run-verb.ts";

// `longitude … --json | head` closes the pipe early; that is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

try {
  await (await createProgram(process.argv[2])).parseAsync();
} catch (error) {
  process.exitCode = reportError(error, (text) => process.stderr.write(text));
}
