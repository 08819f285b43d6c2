/** The knowledge of a site that its experts have vetted, as it counts on a day. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  KNOWLEDGE_FILE,
  parseKnowledge,
  queryKnowledge,
  type VettedKnowledge,
} from "../vetting/knowledge/knowledge-statement.ts";
import { outcomeDefinitions } from "../vetting/statements/vetting-status.ts";
import type { Site } from "./read-site.ts";
import { readVettingFiles } from "./site-vetting.ts";

/** @returns what is vetted on a day, YYYY-MM-DD; nothing where the site has no knowledge */
export async function siteKnowledge({
  folder: siteFolder,
  configuration,
}: Site): Promise<(today: string) => readonly VettedKnowledge[]> {
  const { folder, reviewers, statements } = await readVettingFiles(siteFolder, configuration.vetting);
  const path = join(folder, KNOWLEDGE_FILE);
  const all = existsSync(path) ? parseKnowledge(await readFile(path, "utf8"), path) : [];
  const current = outcomeDefinitions(configuration.outcomes);
  let known: { readonly today: string; readonly vetted: readonly VettedKnowledge[] } | null = null;
  return (today) => {
    if (known?.today !== today)
      known = { today, vetted: queryKnowledge(all, {}, statements, reviewers, current, today) };
    return known.vetted;
  };
}
