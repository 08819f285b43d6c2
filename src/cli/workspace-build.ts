/**
 * Sees to it that the workspace that is served was built from the sources that are here: builds it where it is missing or of
 * older ones. A package without the sources, or without the bundler, serves what it brought.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { STAMP, sourceStamp, WORKSPACE_FOLDER } from "../serving/workspace/workspace-stamp.ts";

const PACKAGE = resolve(import.meta.dirname, "../..");

/** @param say told before a build, which takes some seconds @returns whether there is a workspace to serve */
export async function buildWorkspace(say: (text: string) => void): Promise<boolean> {
  const built = await readFile(join(WORKSPACE_FOLDER, STAMP), "utf8").catch(() => null);
  const wanted = await sourceStamp().catch(() => null);
  if (wanted === null || built === wanted || !hasBundler()) return built !== null;
  say("building the workspace: some seconds, once");
  const child = spawn(process.execPath, ["--import", "tsx", "web/build.ts"], {
    cwd: PACKAGE,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [status] = (await once(child, "exit")) as [number | null];
  return status === 0 || built !== null;
}

function hasBundler(): boolean {
  try {
    import.meta.resolve("vite");
    return true;
  } catch {
    return false;
  }
}
