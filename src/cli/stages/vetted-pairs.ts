/** The pairs that a site's experts, or a provenance that it accepts, have vetted as of today. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { systemEffects } from "../../effects/effects.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { LANGUAGE_NOT_CONFIGURED, PAIRS_NONE } from "../../errors/registry.ts";
import { isoTime } from "../../state/value-parsers.ts";
import { textRows } from "../../tokens/text/text-rows.ts";
import type { InstructionsConfig } from "../../training/text/language-config.ts";
import { readProvenance } from "../../vetting/pairs/pair-provenance.ts";
import { ANSWERS_FILE, parsePairs } from "../../vetting/pairs/question-answer.ts";
import {
  type FiledPair,
  joinSelections,
  LEFT_OUT,
  type PairSelection,
  selectFiledPairs,
  selectSitePairs,
} from "../../vetting/pairs/select-pairs.ts";
import { latestRounds } from "../../vetting/queue/latest-rounds.ts";
import { vettingArea } from "../../vetting/queue/vetting-tables.ts";
import { withState } from "../open-site-state.ts";
import type { Site } from "../read-site.ts";
import { readVettingFiles, type VettingFiles } from "../site-vetting.ts";
import { languageOf } from "./language-of.ts";

/** @throws LANGUAGE_NOT_CONFIGURED */
export function instructionsOf(site: Site): InstructionsConfig {
  const { instructions } = languageOf(site);
  if (instructions === undefined)
    throw new LongitudeError(LANGUAGE_NOT_CONFIGURED, "the section `language` has no `instructions`");
  return instructions;
}

/** @throws PAIRS_NONE when none is left, PAIRS_PROVENANCE, PAIRS_CHANGED, PAIRS_INVALID, VETTING_KEY_UNKNOWN, VETTING_SIGNATURE */
export async function vettedPairs(site: Site): Promise<PairSelection> {
  const { pairs } = instructionsOf(site);
  const files = await readVettingFiles(site.folder, site.configuration.vetting);
  const today = isoTime(systemEffects.now()).slice(0, 10);
  const selections: PairSelection[] = [];
  for (const source of pairs)
    selections.push(
      "file" in source
        ? await selectFiledPairs(...(await filedPairs(source, files)), today)
        : await sitePairs(site, files, today),
    );
  const selection = joinSelections(selections);
  if (selection.pairs.length === 0)
    throw new LongitudeError(PAIRS_NONE, `no pair is vetted today; left out: ${leftOutText(selection)}`);
  return selection;
}

export function leftOutText({ leftOut }: Pick<PairSelection, "leftOut">): string {
  const told = LEFT_OUT.filter((reason) => leftOut[reason] > 0).map(
    (reason) => `${leftOut[reason]} ${reason}`,
  );
  return told.join(", ") || "none";
}

async function sitePairs(site: Site, files: VettingFiles, today: string): Promise<PairSelection> {
  const path = join(files.folder, ANSWERS_FILE);
  const all = existsSync(path) ? parsePairs(await readFile(path, "utf8"), path) : [];
  const rounds = await withState(site, [vettingArea], (state) =>
    state.transaction((tx) => latestRounds(tx, "answer")),
  );
  return selectSitePairs(all, { ...files, rounds, today });
}

type FileOfPairs = Extract<InstructionsConfig["pairs"][number], { file: string }>;

async function filedPairs({ file, question, answer, group }: FileOfPairs, { reviewers }: VettingFiles) {
  const provenance = await readProvenance(file, reviewers);
  const { verdictField } = provenance;
  const optional = [group, verdictField ?? undefined].filter((name) => name !== undefined);
  async function* rows(): AsyncGenerator<FiledPair> {
    for await (const values of textRows(file, [question, answer, ...optional])) {
      const [asked = null, answered = null, ...others] = values;
      yield {
        question: asked,
        answer: answered,
        group: group === undefined ? null : (others[0] ?? null),
        verdict: verdictField === null ? null : (others.at(-1) ?? null),
      };
    }
  }
  return [rows(), provenance] as const;
}
