/** A small package in the shape of this one stands in for it, so that its sources can be edited. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeEach, expect, it } from "vitest";

const BUNDLER = fileURLToPath(new URL("../../bin/bundled-verb.js", import.meta.url));
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "bundled-"));
  await mkdir(join(root, "src/cli"), { recursive: true });
  await mkdir(join(root, "node_modules"));
  await mkdir(join(root, "bin"));
  const files = {
    "package.json": '{ "type": "module" }',
    "tsconfig.json": "{}",
    "bin/bundled-verb.js": "",
    "src/cli/main.ts": 'import { load } from "./program.ts";\nconsole.log(await load());\n',
    "src/cli/program.ts":
      'export const load = async () => (await import("./ask.ts")).said();\nexport const other = () => import("./serve.ts");\n',
    "src/cli/ask.ts": 'export const said = (): string => "one " + import.meta.filename;\n',
    "src/cli/serve.ts": 'import "a-package-that-is-not-there";\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
});

/** Address of the bundle, and what it prints. */
async function run(): Promise<{ address: string; printed: string }> {
  const program = `const { bundledVerb } = await import(${JSON.stringify(BUNDLER)});
    const address = await bundledVerb("ask", ${JSON.stringify(root)});
    console.log(address);
    if (address !== null) await import(address);`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  const [address = "", printed = ""] = stdout.split("\n");
  return { address, printed };
}

/** Files that were changed within the last moments may still change unseen. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 50));

it("is made once and runs again as it was made; its source knows its own place", async () => {
  await settle();
  const first = await run();
  expect(first.printed).toBe(`one ${join(root, "src/cli/ask.ts")}`);
  expect(await run()).toEqual(first);
});

it("is made anew when a source was edited, so that what is read is what runs", async () => {
  await settle();
  const first = await run();
  await writeFile(join(root, "src/cli/ask.ts"), 'export const said = () => "two";\n');
  await settle();
  const second = await run();
  expect(second.printed).toBe("two");
  expect(second.address).not.toBe(first.address);
});

it("is none where a source is at fault, and the sources run themselves", async () => {
  await writeFile(join(root, "src/cli/ask.ts"), "export const said = (: string;\n");
  expect((await run()).address).toBe("null");
});

it("is none where nothing can be kept", async () => {
  await writeFile(join(root, "node_modules/.cache"), "no folder");
  expect((await run()).address).toBe("null");
  expect(await readdir(join(root, "node_modules"))).toEqual([".cache"]);
});
