/**
 * One verb and all that it loads as a few files, for verbs that somebody waits for: two hundred modules, each of which costs a
 * question to the loader's own thread, become one (docs/decisions/0031-bundled-verbs.md). Made below `node_modules` when the
 * verb is first run, and anew when a source that it was made from is another one.
 * Invariant: what runs is what the sources say. Where nothing can be made or kept, null, and the sources are run themselves.
 */
import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const PACKAGE = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const CACHE = "node_modules/.cache/longitude";
const OWN_SOURCE = /\/src\/.*\.ts$/;
/** Native, or finds files beside itself. */
const LEFT_OUT = [
  "@duckdb/node-bindings",
  "onnxruntime-node",
  "@electric-sql/pglite",
  "@electric-sql/pglite/*",
  "pg",
  "@lhncbc/ucum-lhc",
];
const REQUIRE =
  'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);';
const BUNDLER = "bin/bundled-verb.js";
const DAY_MS = 86_400_000;

/**
 * @param {string} verb
 * @param {string} root of the package
 * @returns {Promise<string | null>} address of the module that runs it
 */
export async function bundledVerb(verb, root = PACKAGE) {
  try {
    return (await kept(verb, root)) ?? (await make(verb, root));
  } catch {
    return null;
  }
}

async function kept(verb, root) {
  const text = await readFile(join(root, CACHE, `${verb}.json`), "utf8").catch(() => null);
  if (text === null) return null;
  const made = JSON.parse(text);
  if (made.node !== process.version || made.root !== root) return null;
  for (const [file, mark] of made.inputs) if (markOf(root, file) !== mark) return null;
  return entryOf(root, made.folder);
}

function entryOf(root, folder) {
  return pathToFileURL(join(root, CACHE, folder, "main.js")).href;
}

function markOf(root, file) {
  const { mtimeMs, size } = statSync(join(root, file), { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: -1 };
  return `${mtimeMs} ${size}`;
}

async function make(verb, root) {
  const cache = join(root, CACHE);
  await mkdir(cache, { recursive: true });
  const { build } = require(createRequire(require.resolve("tsx")).resolve("esbuild"));
  const folder = `${verb}-${randomUUID()}`;
  const began = Date.now();
  const { metafile } = await build({
    absWorkingDir: root,
    tsconfig: join(root, "tsconfig.json"),
    entryPoints: { main: "src/cli/main.ts" },
    outdir: join(cache, folder),
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    metafile: true,
    // What is shorter is read sooner; names stay, so that an error says where it was.
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: "silent",
    external: LEFT_OUT,
    banner: { js: REQUIRE },
    plugins: [ownPlaces, onlyVerb(verb, join(root, "src/cli/program.ts"))],
  });
  const files = [...Object.keys(metafile.inputs), "package.json", "tsconfig.json", BUNDLER];
  // Of a source that changed meanwhile half may be old: then the next run makes it anew.
  const settled = files.every((file) => Number(markOf(root, file).split(" ")[0]) < began);
  if (settled)
    await keep(cache, verb, {
      node: process.version,
      root,
      folder,
      inputs: files.map((file) => [file, markOf(root, file)]),
    });
  return entryOf(root, folder);
}

async function keep(cache, verb, made) {
  const draft = join(cache, `${made.folder}.json`);
  await writeFile(draft, JSON.stringify(made));
  await rename(draft, join(cache, `${verb}.json`));
  for (const name of await readdir(cache)) {
    if (name === made.folder || !name.startsWith(`${verb}-`)) continue;
    // Another process may still be loading from a younger one.
    const { mtimeMs } = await stat(join(cache, name));
    if (Date.now() - mtimeMs > DAY_MS) await rm(join(cache, name), { recursive: true, force: true });
  }
}

/** A source finds the files beside it, and its own name, where it stands and not where it was bundled to. */
const ownPlaces = {
  name: "own-places",
  setup(build) {
    build.onLoad({ filter: OWN_SOURCE }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const own = { url: pathToFileURL(path).href, filename: path, dirname: dirname(path) };
      const contents = text.replace(/\bimport\.meta\.(url|filename|dirname)\b/g, (_, part) =>
        JSON.stringify(own[part]),
      );
      return { contents, loader: "ts" };
    });
  },
};

/** The other verbs of the program are not looked at. */
function onlyVerb(verb, program) {
  return {
    name: "only-verb",
    setup(build) {
      build.onResolve({ filter: /^\.\// }, ({ kind, importer, path }) =>
        kind === "dynamic-import" && importer === program && path !== `./${verb}.ts`
          ? { path: pathToFileURL(join(dirname(program), path)).href, external: true }
          : undefined,
      );
    },
  };
}
