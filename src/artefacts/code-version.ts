/**
 * Names the code that makes an artefact: the hash of one module and of all that it imports from this package,
 * plus the pinned versions of the packages. Derived from the sources, so that nobody has to remember to raise
 * a number (docs/decisions/0003-code-version.md).
 * Invariant: an edit to a file that the module does not reach at run time leaves the version as it was.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGE_ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const IMPORT = /(?:\bfrom|\bimport|\bimport\()\s*"(\.{1,2}\/[^"]+)"/g;
/** Types leave no trace at run time, so what is imported only for its types cannot change a result. */
const TYPE_IMPORT = /^(?:import|export) type [^;]*;/gm;

/** Every source file that `entry` reaches, itself included, relative to the package and sorted. */
export async function reachedSources(entry: string): Promise<string[]> {
  const reached = new Set<string>();
  const pending = [resolve(PACKAGE_ROOT, entry)];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    const source = (await readFile(file, "utf8")).replace(TYPE_IMPORT, "");
    for (const [, specifier] of source.matchAll(IMPORT)) {
      if (specifier !== undefined) pending.push(resolve(dirname(file), specifier));
    }
  }
  return [...reached].map((file) => relative(PACKAGE_ROOT, file).replaceAll("\\", "/")).sort();
}

/** @param entry the module of a stage, relative to the package, e.g. `src/tokens/tokenize.ts` */
export async function codeVersion(entry: string): Promise<string> {
  const hash = createHash("sha256");
  for (const file of await reachedSources(entry)) {
    hash
      .update(`${file}\0`)
      .update(await readFile(resolve(PACKAGE_ROOT, file)))
      .update("\0");
  }
  const manifest: unknown = JSON.parse(await readFile(resolve(PACKAGE_ROOT, "package.json"), "utf8"));
  if (typeof manifest === "object" && manifest !== null && "dependencies" in manifest) {
    hash.update(JSON.stringify(manifest.dependencies));
  }
  return hash.digest("hex").slice(0, 16);
}
