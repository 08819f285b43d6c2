/**
 * Files that outlast a power cut: what was written is on the disk before its name appears.
 * Invariant: after `publishFolder` returns, the folder is either wholly there under its final name, or not at all.
 */
import { randomUUID } from "node:crypto";
import { copyFile, link, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

/** Every file below a folder, as paths relative to it with forward slashes, in sorted order. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}

/** Flushes every file and folder below `temporary`, then gives it its final name in one step. */
export async function publishFolder(temporary: string, final: string): Promise<void> {
  for (const entry of await readdir(temporary, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() || entry.isDirectory()) await flush(join(entry.parentPath, entry.name));
  }
  await flush(temporary);
  await rename(temporary, final);
  await flush(dirname(final));
}

/** Replaces a file in one step: a reader sees the old text or the new one, never a part. */
export async function replaceFile(path: string, text: string, mode = 0o666): Promise<void> {
  const temporary = `${path}.${randomUUID()}.partial`;
  try {
    await writeFile(temporary, text, { mode });
    await flush(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** A second name for a file that does not change any more; a copy where the file system has no such names. */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    await copyFile(from, to);
  }
}

export async function sizesOf(folder: string, files: readonly string[]): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const file of files) sizes[file] = (await stat(join(folder, file))).size;
  return sizes;
}

/** What was written under this name, a file or a folder, is on the disk afterwards. */
export async function flush(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
