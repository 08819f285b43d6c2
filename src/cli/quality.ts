/** `longitude quality`: are these records good enough to build a model from? */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { Command } from "commander";
import { systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { QUALITY_FAILED, USAGE_INVALID } from "../errors/registry.ts";
import { judgeQuality } from "../quality/judge/judge-quality.ts";
import type { QualityReport } from "../quality/judge/quality-report.ts";
import { profileRecords } from "../quality/profile-records.ts";
import { qualitySchema } from "../quality/quality-config.ts";
import type { QualityProfile } from "../quality/quality-profile.ts";
import { qualityTable } from "../quality/report/quality-table.ts";
import { build } from "./build.ts";
import { createProgressLine } from "./progress-line.ts";
import { readSite, type Site } from "./read-site.ts";
import { withInterrupt } from "./run-verb.ts";
import { failureText, publishQuality, QUALITY_JSON } from "./stages/quality-stage.ts";

interface QualityFlags {
  readonly site?: string;
  readonly records?: string;
  readonly against?: string;
  readonly out?: string;
  readonly json?: boolean;
}

export function qualityCommand(): Command {
  return new Command("quality")
    .description("Check records against their own past and against limits; what fails stops a build.")
    .option("--site <dir>", "folder with longitude.yaml: its records, limits and waivers")
    .option("--records <dir>", "or a MEDS dataset, with the limits of --site or the default ones")
    .option("--against <dir>", "with --records: the dataset of an earlier import to compare with")
    .option("--out <dir>", "with --records: folder for index.html and quality.json")
    .option("--json", "print one JSON object on standard output, progress on standard error")
    .addHelpText(
      "after",
      `
Exit code 0 when every check passes or is waived, 3 when one fails. Guide: docs/guides/quality.md

Examples:
  longitude quality --site site/olmsted
  longitude quality --records records --against records-of-last-month --out quality`,
    )
    .action(async (flags: QualityFlags) => {
      if (flags.site === undefined && flags.records === undefined) {
        throw new LongitudeError(USAGE_INVALID, "say --site or --records");
      }
      const site = flags.site === undefined ? null : await readSite(flags.site);
      await withInterrupt((signal) =>
        flags.records === undefined
          ? ofSite(site!, flags.json === true, signal)
          : ofRecords(flags.records, site, flags, signal),
      );
    });
}

/** The gate of the stage judges and writes; here it is shown, whatever it said. */
async function ofSite(site: Site, json: boolean, signal: AbortSignal): Promise<void> {
  let failure: unknown = null;
  try {
    await build(site, systemEffects, { targets: ["quality"], signal, json });
  } catch (error) {
    if (!(error instanceof LongitudeError) || error.code !== QUALITY_FAILED.code) throw error;
    failure = error;
  }
  const text = await readFile(join(site.folder, "quality", QUALITY_JSON), "utf8");
  show(JSON.parse(text) as QualityReport, json);
  if (failure !== null) throw failure;
}

async function ofRecords(
  records: string,
  site: Site | null,
  { against, out, json = false }: QualityFlags,
  signal: AbortSignal,
): Promise<void> {
  const config = site?.configuration.quality ?? qualitySchema.parse({});
  const profile = await measured(records, "quality", signal);
  const previous = against === undefined ? null : await measured(against, "previous import", signal);
  const report = judgeQuality({ profile, previous, config, now: systemEffects.now() });
  if (out !== undefined)
    await publishQuality(resolve(out), basename(resolve(records)), report, profile, previous);
  show(report, json);
  if (!report.passed) throw new LongitudeError(QUALITY_FAILED, failureText(report, out ?? null));
}

async function measured(dir: string, name: string, signal: AbortSignal): Promise<QualityProfile> {
  const line = createProgressLine(process.stderr, systemEffects);
  const spill = await mkdtemp(join(tmpdir(), "longitude-quality-"));
  try {
    for await (const event of profileRecords(resolve(dir), spill)) {
      signal.throwIfAborted();
      if (event.kind === "done") return event.profile;
      const { step, done, total } = event;
      line.show(name, { step, done, total, unit: "measurements" });
    }
    throw new TypeError("the records were measured without a profile");
  } finally {
    line.clear();
    await rm(spill, { recursive: true, force: true });
  }
}

function show(report: QualityReport, json: boolean): void {
  (json ? process.stderr : process.stdout).write(qualityTable(report));
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
}
