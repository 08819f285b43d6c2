/** `longitude reason care-team`: the panels of a site look at one person, and what they see becomes one plan. */
import { join } from "node:path";
import type { Command } from "commander";
import { systemEffects } from "../../effects/effects.ts";
import { type CareTeamAnswer, careTeam } from "../../reasoning/care-team/care-team.ts";
import { PANELS_FILE, readPanelsFile } from "../../reasoning/care-team/panels-file.ts";
import { differential, differentialConditions } from "../../reasoning/differential/differential.ts";
import { STATED_COVERAGE } from "../../reasoning/reasoner.ts";
import { isoTime } from "../../state/value-parsers.ts";
import { siteKnowledge } from "../site-knowledge.ts";
import { differentialEvidence } from "./differential-evidence.ts";
import type { ReasonFlags, Reasoning } from "./open-reasoning.ts";
import { percent, reasonAbout, reasonVerb, textTable } from "./reason-verb.ts";

interface CareTeamFlags extends ReasonFlags {
  readonly panels?: string;
}

export function careTeamCommand(): Command {
  return reasonVerb(
    "care-team",
    "Specialty panels look at one person: one plan with owners and conflicts.",
    "5y",
  )
    .option(
      "--panels <file>",
      `panels with outcomes, thresholds and knowledge (default: ${PANELS_FILE} of the site)`,
    )
    .action((flags: CareTeamFlags) =>
      reasonAbout("care-team", flags, (reasoning) => answerOf(reasoning, flags), textOf),
    );
}

async function answerOf(reasoning: Reasoning, flags: CareTeamFlags): Promise<CareTeamAnswer> {
  const { model, site, timeline, day, notices } = reasoning;
  const conditions = differentialConditions(model);
  const panels = await readPanelsFile(
    flags.panels ?? join(site.folder, PANELS_FILE),
    conditions.map(({ name }) => name),
  );
  const history = model.historyOf(timeline);
  const evidence = await differentialEvidence(reasoning, STATED_COVERAGE, null);
  return careTeam({
    panels,
    history,
    day,
    differential: await differential(model, { history, day }, conditions, evidence, notices),
    vetted: (await siteKnowledge(site))(isoTime(systemEffects.now()).slice(0, 10)),
  });
}

function textOf({ concerns, proposals, conflicts }: CareTeamAnswer): string {
  const rows = concerns.map(({ title, known, probability, interval, owner, agree, disagree }) => [
    title,
    known ? "known" : percent(probability ?? 0),
    interval === null ? "" : `${percent(interval.low)} to ${percent(interval.high)}`,
    owner,
    agree.join(", "),
    disagree.map(({ panel, threshold }) => `${panel} (from ${percent(threshold)})`).join(", "),
  ]);
  return [
    rows.length === 0
      ? "no panel has a concern"
      : textTable(["concern", "probability", "95 % interval", "owner", "agree", "do not agree"], rows),
    ...proposals.flatMap(
      ({ action, status, owner, supportedBy, forOutcomes, strength, population, source }) => [
        "",
        `${status}: ${action}`,
        `  ${strength}, for ${forOutcomes.join(", ")}; holds for: ${population}`,
        `  owner ${owner}; supported by ${supportedBy.join(", ")}`,
        `  ${source.title}, ${source.publisher}: ${source.url}`,
      ],
    ),
    ...conflicts.flatMap(({ kind, severity, proposals: of, recordCode, statement }) => [
      "",
      `${kind} (${severity}): ${of.join(" and ")}${recordCode === null ? "" : ` with ${recordCode} in the record`}`,
      `  ${statement.text}`,
      `  ${statement.source}: ${statement.url}`,
    ]),
  ].join("\n");
}
