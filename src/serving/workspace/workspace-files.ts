/** The built workspace in memory: a few files, each with its compressed forms. */
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";

export interface WorkspaceFile {
  readonly type: string;
  readonly bytes: Buffer;
  readonly brotli: Buffer | null;
  readonly gzip: Buffer | null;
  /** Its name has a hash of what is in it. */
  readonly immutable: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Path below the folder → file; empty where nothing was built. */
export async function readWorkspaceFiles(folder: string): Promise<ReadonlyMap<string, WorkspaceFile>> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const present = new Set(names.map((name) => name.replaceAll("\\", "/")));
  const read = (name: string) => (present.has(name) ? readFile(join(folder, name)) : null);
  const files = new Map<string, WorkspaceFile>();
  for (const name of present) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    files.set(name, {
      type,
      bytes: await readFile(join(folder, name)),
      brotli: await read(`${name}.br`),
      gzip: await read(`${name}.gz`),
      immutable: name.startsWith("assets/"),
    });
  }
  return files;
}
