/** Entry point of the `longitude` command (bin/longitude.js starts it). */
import { createProgram } from "./program.ts";
import { reportError } from "./run-verb.ts";

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = reportError(error, (text) => process.stderr.write(text));
}
