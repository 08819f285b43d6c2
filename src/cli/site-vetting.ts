/** What the experts of a site have vetted, read from its vetting folder and checked against today's definitions. */
import { join, resolve } from "node:path";
import type { Effects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { VETTING_EXPIRED, VETTING_REQUIRED } from "../errors/registry.ts";
import { isoTime } from "../state/value-parsers.ts";
import {
  DEFINITIONS_FILE,
  type FiledDefinition,
  readDefinitions,
} from "../vetting/statements/definitions-file.ts";
import { REVIEWERS_FILE, type Reviewer, readReviewers } from "../vetting/statements/reviewers.ts";
import {
  readStatements,
  STATEMENTS_FILE,
  type VettedStatement,
} from "../vetting/statements/vetted-statement.ts";
import {
  type Definition,
  type DefinitionVetting,
  outcomeDefinitions,
  vettingOf,
} from "../vetting/statements/vetting-status.ts";
import type { VettingConfig } from "../vetting/vetting-config.ts";
import type { SiteConfiguration } from "./site-config.ts";

export interface VettingFiles {
  /** Absolute path of the vetting folder. */
  readonly folder: string;
  readonly reviewers: readonly Reviewer[];
  readonly statements: readonly VettedStatement[];
  /** Those that are no outcomes. */
  readonly definitions: readonly FiledDefinition[];
}

/** @throws LongitudeError VETTING_FILE, VETTING_KEY_UNKNOWN, VETTING_SIGNATURE */
export async function readVettingFiles(
  siteFolder: string,
  { folder: name }: VettingConfig,
): Promise<VettingFiles> {
  const folder = resolve(siteFolder, name);
  const reviewers = await readReviewers(join(folder, REVIEWERS_FILE));
  return {
    folder,
    reviewers,
    statements: await readStatements(join(folder, STATEMENTS_FILE), reviewers),
    definitions: await readDefinitions(join(folder, DEFINITIONS_FILE)),
  };
}

/** Whether each outcome is vetted today. */
export async function readSiteVetting(
  siteFolder: string,
  { vetting, outcomes }: Pick<SiteConfiguration, "vetting" | "outcomes">,
  effects: Effects,
): Promise<DefinitionVetting[]> {
  const files = await readVettingFiles(siteFolder, vetting);
  return vettingOfAll(outcomeDefinitions(outcomes), outcomes, files, effects);
}

/** @param asked those of the site's outcomes and filed definitions whose state is wanted */
export function vettingOfAll(
  asked: readonly Definition[],
  outcomes: SiteConfiguration["outcomes"],
  { reviewers, statements, definitions }: VettingFiles,
  effects: Effects,
): DefinitionVetting[] {
  const current = [...outcomeDefinitions(outcomes), ...definitions];
  const today = isoTime(effects.now()).slice(0, 10);
  return asked.map((definition) => vettingOf(definition, current, statements, reviewers, today));
}

/** @throws LongitudeError VETTING_REQUIRED, VETTING_EXPIRED where the site asks for it */
export function requireVetted(required: boolean, vetting: readonly DefinitionVetting[]): void {
  const failing = vetting.filter(({ status }) => status !== "vetted");
  if (!required || failing.length === 0) return;
  const names = failing.map(({ name, status }) => `${name} (${status})`).join(", ");
  const expired = failing.every(({ status }) => status === "expired");
  throw new LongitudeError(
    expired ? VETTING_EXPIRED : VETTING_REQUIRED,
    `this site requires vetted outcomes; not vetted today: ${names}`,
  );
}
