/**
 * What importing costs, made less. Libraries of hundreds of small files load by their CommonJS build: each ECMAScript module
 * costs a question to the loader's own thread, a second in all. And what tsx compiles gives no function its name again: a
 * function within another would be named anew at each call of the outer one. Declared functions and classes have theirs anyway.
 * Invariant: one build of a library in a process, whoever imports it.
 */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const LIBRARIES = new Map(["kysely"].map((name) => [name, pathToFileURL(require.resolve(name)).href]));

export async function resolve(specifier, context, next) {
  const url = LIBRARIES.get(specifier);
  return url === undefined ? next(specifier, context) : { url, format: "commonjs", shortCircuit: true };
}

/** As esbuild writes it at the top of a file when it may rename, which tsx does not let it. */
const NAMING = 'var __name=(target,value)=>__defProp(target,"name",{value,configurable:true});';
/** As long, so that the places in a stack trace stay true. */
const NO_NAMING = "var __name=(target)=>target;".padEnd(NAMING.length);

export async function load(url, context, next) {
  const loaded = await next(url, context);
  const source = loaded.format === "module" ? String(loaded.source) : "";
  return source.includes(NAMING) ? { ...loaded, source: source.replace(NAMING, NO_NAMING) } : loaded;
}
