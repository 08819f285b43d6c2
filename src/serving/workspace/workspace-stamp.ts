/** Names the sources that the workspace is built from, so that a build of older ones is noticed. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

const PACKAGE = resolve(import.meta.dirname, "../../..");
/** What a bundle is made from; types of the server leave no trace in it. */
const SOURCES = ["web/src", "web/languages", "web/public", "src/drawing"];
const FILES = [
  "web/index.html",
  "web/vite.config.ts",
  "web/build.ts",
  "src/serving/workspace/preload-links.ts",
  "package-lock.json",
];

export const WORKSPACE_FOLDER = join(PACKAGE, "web/dist");
export const STAMP = "stamp.txt";

/** @throws Error where the sources are not at hand, as in a package without them */
export async function sourceStamp(): Promise<string> {
  const below = await Promise.all(
    SOURCES.map(async (folder) =>
      (await readdir(join(PACKAGE, folder), { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name)),
    ),
  );
  const hash = createHash("sha256");
  for (const file of [...below.flat(), ...FILES.map((name) => join(PACKAGE, name))].sort())
    hash
      .update(`${file.slice(PACKAGE.length)}\0`)
      .update(await readFile(file))
      .update("\0");
  return hash.digest("hex");
}
