/** `longitude privacy forget`: takes who has opted out of the zone and the site's artefacts, and marks what was trained with them. */
import { createHash, randomBytes } from "node:crypto";
import { appendFile, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { lockSite } from "../artefacts/site-lock.ts";
import { type Effects, systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { PERSON_REMAINS } from "../errors/registry.ts";
import { type Searched, searchForgotten } from "../ingest/forget-persons.ts";
import { forgetInZone } from "../privacy/forget/forget-in-zone.ts";
import { openZone } from "../privacy/zone/open-zone.ts";
import { systemEntropy } from "../privacy/zone/system-entropy.ts";
import { isoTime } from "../state/value-parsers.ts";
import type { SubjectKey } from "../timeline/patient-event.ts";
import { affectedModels, artefactsWithPersons } from "./affected-by.ts";
import { type AffectedModel, markModels } from "./affected-marks.ts";
import { privacyOf } from "./privacy-of.ts";
import { readSite, type Site } from "./read-site.ts";

export const FORGOTTEN_LOG = join("privacy", "forgotten.jsonl");

export interface SiteForgetReport {
  readonly schema: "longitude.site-forget/1";
  readonly at: string;
  /** Persons who have opted out and were ever de-identified here. */
  readonly persons: number;
  /** Of them still in the zone when this began. */
  readonly inZone: number;
  /** Folders of artefacts that were removed (with `check`: that hold somebody). */
  readonly artefacts: readonly string[];
  /** Models that were trained or tuned with somebody: marked, not removed. */
  readonly models: readonly AffectedModel[];
  /** What was searched afterwards, and rows found of the persons. */
  readonly searched: { readonly zone: Searched; readonly site: Searched };
}

export function forgetPersonsCommand(): Command {
  return new Command("forget")
    .description(
      "Take who has opted out of the zone and the site's artefacts for good, and mark the models trained with them.",
    )
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .option("--check", "change nothing: fail when somebody who has opted out is still there", false)
    .option("--json", "print the account as one JSON object on standard output", false)
    .addHelpText(
      "after",
      `
Who has opted out: by FHIR Consent, or on the list privacy.optOuts names. The export itself is yours to clean.
Run longitude build afterwards: what was removed is made anew without them. Guide: docs/guides/privacy.md

Examples:
  longitude privacy forget --site DIR
  longitude privacy forget --site DIR --check`,
    )
    .action(async ({ site, check, json }: { site: string; check: boolean; json: boolean }) => {
      const report = await forgetInSite(await readSite(site), systemEffects, !check);
      process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${textOf(report, check)}\n`);
      const { zone, site: rest } = report.searched;
      if (zone.found + rest.found + (check ? report.artefacts.length : 0) > 0)
        throw new LongitudeError(
          PERSON_REMAINS,
          `${zone.found} rows of the zone and ${rest.found} of the site are of persons who have opted out`,
        );
    });
}

/** Killed at any point, running it again ends the same way: models are marked before the records that tell so are removed. */
export async function forgetInSite(site: Site, effects: Effects, change: boolean): Promise<SiteForgetReport> {
  const config = privacyOf(site);
  const lock = await lockSite(site.folder, effects);
  try {
    const zone = await openZone(config, systemEntropy);
    const before = await forgetInZone(zone, config, effects, systemEntropy, false);
    const { subjects } = before;
    const at = isoTime(effects.now());
    const models = await affectedModels(site, subjects);
    const artefacts = await artefactsWithPersons(site, subjects);
    let searchedZone = before.searched;
    if (change) {
      await markModels(site, models, at);
      searchedZone = (await forgetInZone(zone, config, effects, systemEntropy, true)).searched;
      for (const folder of artefacts) await removeWhole(folder);
    }
    const report: SiteForgetReport = {
      schema: "longitude.site-forget/1",
      at,
      persons: subjects.size,
      inZone: before.persons,
      artefacts,
      models: change ? models.map((model) => ({ ...model, markedAt: at })) : models,
      searched: { zone: searchedZone, site: await searchForgotten(site.folder, subjects) },
    };
    if (change && before.persons + artefacts.length > 0) await note(site, report, subjects);
    return report;
  } finally {
    await lock.release();
  }
}

/** An artefact is whole or not there: it loses its name first. */
async function removeWhole(folder: string): Promise<void> {
  const leaving = join(folder, "..", `.removed-${randomBytes(6).toString("hex")}`);
  await rename(folder, leaving);
  await rm(leaving, { recursive: true, force: true });
}

/** A line in the account of removals; a salted digest of the keys tells whoever has them that these persons were meant. */
async function note(site: Site, report: SiteForgetReport, subjects: ReadonlySet<SubjectKey>): Promise<void> {
  const salt = randomBytes(16).toString("hex");
  const keys = [...subjects].sort((a, b) => a - b).join("\n");
  const digest = createHash("sha256").update(`${salt}\n${keys}`).digest("hex");
  await mkdir(join(site.folder, "privacy"), { recursive: true });
  await appendFile(
    join(site.folder, FORGOTTEN_LOG),
    `${JSON.stringify({ ...report, keys: { salt, digest } })}\n`,
  );
}

function textOf({ persons, inZone, artefacts, models, searched }: SiteForgetReport, check: boolean): string {
  const verb = check ? "hold somebody" : "removed";
  const marks = check ? "trained with somebody" : "marked";
  return [
    `${persons} person(s) have opted out; ${inZone} of them were in the zone`,
    `${artefacts.length} artefact(s) ${verb}, ${models.length} model(s) ${marks}`,
    `searched: ${searched.zone.rows} rows of the zone, ${searched.zone.found} of them; ${searched.site.rows} rows of ${searched.site.files} tables of the site, ${searched.site.found} of them`,
    ...(models.length === 0 ? [] : ["Which models: longitude models affected-by --site DIR --opted-out"]),
  ].join("\n");
}
