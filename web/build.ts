/**
 * Builds the workspace into `web/dist`, or into the folder that is named, with each file compressed beside it.
 *
 *   npm run web:build
 */
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build } from "vite";
import { STAMP, sourceStamp } from "../src/serving/workspace/workspace-stamp.ts";

const out = join(import.meta.dirname, "dist");
const draft = `${out}.${process.pid}`;

// Whatever runs this, tests too, what is built is what people get.
process.env.NODE_ENV = "production";
const stamp = await sourceStamp();
await build({
  configFile: join(import.meta.dirname, "vite.config.ts"),
  logLevel: "warn",
  build: { outDir: draft, emptyOutDir: true },
});
for (const name of await readdir(draft, { recursive: true })) {
  if (!/\.(js|css|html|svg|json)$/.test(name)) continue;
  const path = join(draft, name);
  const bytes = await readFile(path);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
  await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes, quality));
  await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
}
await writeFile(join(draft, STAMP), stamp);
// Two builds at once make the same: the later one stays.
await rm(out, { recursive: true, force: true });
await rename(draft, out).catch(() => rm(draft, { recursive: true, force: true }));
