/**
 * Copies the report of a build to SITE/report/, where people look for it: index.html and evaluation.json.
 * Invariant: SITE/report/ is either the old report or the new one, never a mixture.
 */
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { asMachineError } from "../artefacts/machine-error.ts";
import type { BuildReport } from "./build.ts";
import type { Site } from "./read-site.ts";
import { EVALUATION_FILE } from "./stages/measure-forecasts.ts";
import { REPORT_FILE } from "./stages/write-report.ts";

/** @param say prints one line for people */
export async function publishReport(
  site: Site,
  report: BuildReport,
  say: (text: string) => void,
): Promise<string | null> {
  const made = report.stages.find(({ stage }) => stage === "report");
  if (made === undefined) return null;
  const target = join(site.folder, "report");
  const fresh = `${target}.partial-${process.pid}`;
  try {
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { recursive: true });
    for (const file of [REPORT_FILE, EVALUATION_FILE]) await cp(join(made.folder, file), join(fresh, file));
    await rm(target, { recursive: true, force: true });
    await rename(fresh, target);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw asMachineError(error, "publishing the report");
  }
  say(`report: ${join(target, REPORT_FILE)}`);
  return target;
}
