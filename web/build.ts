/**
 * Builds the workspace into `web/dist`, or into the folder that is named, with each file compressed beside it.
 *
 *   npm run web:build
 */
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build, type Manifest } from "vite";
import { PRELOADS, type Preload } from "../src/serving/workspace/preload-links.ts";
import { STAMP, sourceStamp } from "../src/serving/workspace/workspace-stamp.ts";
import type { Screen } from "./src/routing/define-screen.ts";

const out = join(import.meta.dirname, "dist");
const draft = `${out}.${process.pid}`;
const MANIFEST = "manifest.json";
const ROUTES = join(import.meta.dirname, "src/routes");

// Whatever runs this, tests too, what is built is what people get.
process.env.NODE_ENV = "production";
const stamp = await sourceStamp();
await build({
  configFile: join(import.meta.dirname, "vite.config.ts"),
  logLevel: "warn",
  build: { outDir: draft, emptyOutDir: true, manifest: MANIFEST },
});
await writeFile(join(draft, PRELOADS), JSON.stringify(await preloads(join(draft, MANIFEST))));
await rm(join(draft, MANIFEST));
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

/** Of each screen, its files and what it asks first, so that both are on their way before its script runs. */
async function preloads(manifest: string): Promise<Preload[]> {
  const bundled = JSON.parse(await readFile(manifest, "utf8")) as Manifest;
  const found: Preload[] = [];
  for (const name of (await readdir(ROUTES)).sort()) {
    const file = join(ROUTES, name, "route.ts");
    const { default: screen } = (await import(file)) as { readonly default: Screen };
    const [, page = ""] = /import\("(.+?)"\)/.exec(await readFile(file, "utf8")) ?? [];
    const scripts = new Set<string>();
    const styles = new Set<string>();
    const collect = (key: string): void => {
      const chunk = bundled[key];
      if (chunk === undefined || scripts.has(chunk.file)) return;
      scripts.add(chunk.file);
      for (const style of chunk.css ?? []) styles.add(style);
      for (const imported of chunk.imports ?? []) collect(imported);
    };
    collect(relative(import.meta.dirname, join(ROUTES, name, page)).replaceAll("\\", "/"));
    const asks =
      screen.asks?.(Object.fromEntries(parametersOf(screen.path).map((own) => [own, `$${own}`]))) ?? [];
    found.push({ path: screen.path, scripts: [...scripts], styles: [...styles], asks: [...asks] });
  }
  return found;
}

function parametersOf(path: string): string[] {
  return [...path.matchAll(/\$(\w+)/g)].map(([, name]) => name as string);
}
