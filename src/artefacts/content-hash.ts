/**
 * The identity of an outside input: SHA-256 over the names and bytes of its files.
 * Files that are unchanged by size, time and inode are not read again; their hashes are remembered in the site.
 * Invariant: the hash does not depend on where the input lies, only on what is in it.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { filesBelow, replaceFile } from "./durable.ts";

const memorySchema = z.record(z.string(), z.strictObject({ seal: z.string(), sha256: z.string() }));
type Memory = z.output<typeof memorySchema>;

/**
 * @param path a file or a folder
 * @param memoryFile where hashes are remembered between runs
 */
export async function contentHash(path: string, memoryFile: string): Promise<string> {
  const memory = await readMemory(memoryFile);
  const isFolder = (await stat(path)).isDirectory();
  const files = isFolder ? await filesBelow(path) : [basename(path)];
  const folder = isFolder ? path : dirname(path);
  const total = createHash("sha256");
  let changed = false;
  for (const file of files) {
    const full = resolve(folder, file);
    const { size, mtimeNs, ino } = await stat(full, { bigint: true });
    const seal = `${size}/${mtimeNs}/${ino}`;
    let known = memory[full];
    if (known?.seal !== seal) {
      known = { seal, sha256: await fileHash(full) };
      memory[full] = known;
      changed = true;
    }
    total.update(`${file}\0${known.sha256}\n`);
  }
  if (changed) {
    await mkdir(dirname(memoryFile), { recursive: true });
    await replaceFile(memoryFile, JSON.stringify(memory));
  }
  return total.digest("hex");
}

async function fileHash(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** A memory that cannot be read costs time, not correctness: the files are hashed again. */
async function readMemory(memoryFile: string): Promise<Memory> {
  try {
    return memorySchema.parse(JSON.parse(await readFile(memoryFile, "utf8")));
  } catch {
    return {};
  }
}

export function memoryFileOf(site: string): string {
  return join(site, "cache", "input-hashes.json");
}
