/**
 * Copies the report of a build to SITE/report/, where people look for it (index.html, evaluation.json, evidence.json), and prints
 * its table.
 * Invariant: SITE/report/ is either the old report or the new one, never a mixture.
 */
import { cp, mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { asMachineError } from "../artefacts/machine-error.ts";
import { evaluationSchema } from "../evaluation/design/evaluation-schema.ts";
import { terminalTable } from "../evaluation/report/terminal-table.ts";
import type { StageResult } from "./pipeline.ts";
import type { Site } from "./read-site.ts";
import { EVALUATION_FILE, EVIDENCE_FILE } from "./stages/measure-forecasts.ts";
import { REPORT_FILE } from "./stages/write-report.ts";

/** Does nothing when the stages do not reach the report. @param say prints one line for people */
export async function publishReport(
  site: Site,
  stages: readonly StageResult[],
  say: (text: string) => void,
): Promise<void> {
  const made = stages.find(({ stage }) => stage === "report");
  if (made === undefined) return;
  const target = join(site.folder, "report");
  const fresh = `${target}.partial-${process.pid}`;
  try {
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { recursive: true });
    for (const file of [REPORT_FILE, EVALUATION_FILE, EVIDENCE_FILE])
      await cp(join(made.folder, file), join(fresh, file));
    await rm(target, { recursive: true, force: true });
    await rename(fresh, target);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw asMachineError(error, "publishing the report");
  }
  const written: unknown = JSON.parse(await readFile(join(target, EVALUATION_FILE), "utf8"));
  say(`\n${terminalTable(evaluationSchema.parse(written))}`);
  say(`report: ${join(target, REPORT_FILE)}`);
}
