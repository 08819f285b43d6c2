/**
 * Loads libraries of hundreds of small files by their CommonJS build: each ECMAScript module costs a question to the loader's
 * own thread, a second in all. Invariant: one build of a library in a process, whoever imports it.
 */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const LIBRARIES = new Map(["kysely"].map((name) => [name, pathToFileURL(require.resolve(name)).href]));

export async function resolve(specifier, context, next) {
  const url = LIBRARIES.get(specifier);
  return url === undefined ? next(specifier, context) : { url, format: "commonjs", shortCircuit: true };
}
