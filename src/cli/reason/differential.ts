/** `longitude reason differential`: what the model expects to be found in one person, with a set of stated coverage. */
import type { Command } from "commander";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { FORECAST_QUESTION } from "../../errors/registry.ts";
import {
  type Differential,
  differential,
  differentialConditions,
} from "../../reasoning/differential/differential.ts";
import { presenting } from "../../reasoning/reasoner.ts";
import { differentialEvidence } from "./differential-evidence.ts";
import type { ReasonFlags, Reasoning } from "./open-reasoning.ts";
import { percent, reasonAbout, reasonVerb, textTable } from "./reason-verb.ts";

interface DifferentialFlags extends ReasonFlags {
  readonly problem?: string;
  readonly coverage: string;
}

export function differentialCommand(): Command {
  return reasonVerb(
    "differential",
    "Conditions that the model expects to be found, and a set of stated coverage.",
    "5y",
  )
    .option("--problem <code>", "the presenting problem, which is added to the record where it is missing")
    .option("--coverage <share>", "share of persons whose set must hold what is found first", "0.9")
    .action(async (flags: DifferentialFlags) => {
      const coverage = Number(flags.coverage);
      if (!(coverage >= 0.5 && coverage < 1))
        throw new LongitudeError(FORECAST_QUESTION, "--coverage is a share from 0.5 to below 1");
      await reasonAbout("differential", flags, (reasoning) => answerOf(reasoning, flags, coverage), textOf);
    });
}

async function answerOf(
  reasoning: Reasoning,
  { problem }: DifferentialFlags,
  coverage: number,
): Promise<Differential> {
  const { model, day, notices } = reasoning;
  const evidence = await differentialEvidence(reasoning, coverage, problem === undefined ? null : [problem]);
  const { history, presented } = presenting(reasoning, problem === undefined ? [] : [problem]);
  const marks = [...notices];
  if (presented === "added") marks.push("the problem was added to the record");
  if (presented === "unknown") marks.push(`the model has never met ${problem}: the answer is without it`);
  if (problem !== undefined && evidence.lookedAt === "index")
    marks.push(
      "too few tuning persons with this problem: calibrated and measured on everybody at the index date",
    );
  return differential(model, { history, day }, differentialConditions(model), evidence, marks);
}

function textOf({ expected, known, notAsked, set }: Differential): string {
  const rows = expected.map(({ title, probability, interval, inSet }) => [
    title,
    percent(probability),
    interval === null
      ? "too few cases to calibrate"
      : `${percent(interval.low)} to ${percent(interval.high)}`,
    inSet ? "yes" : "no",
  ]);
  const { measured, byFrequency, group } = set;
  const range = (one: typeof measured) =>
    `${percent(one.value)} (${percent(one.low)} to ${percent(one.high)})`;
  const groups = set.subgroups.map(({ attribute, level, coverage, judgement }) => [
    `  ${attribute}: ${level}`,
    judgement === "too few to judge" ? "" : range(coverage),
    String(coverage.n),
    judgement,
  ]);
  return [
    textTable(["new within the horizon", "probability", "95 % interval", "in the set"], rows),
    ...known.map(
      ({ title, sinceDays }) =>
        `known: ${title}${sinceDays === null ? "" : `, since ${Math.round(sinceDays)} days`}`,
    ),
    ...notAsked.map(({ title }) => `not asked of this person: ${title}`),
    "",
    `the set: states ${percent(set.statedCoverage)} of ${set.of}`,
    `  calibrated on ${set.calibratedOn} tuning persons; measured on ${measured.n} held-out persons: ${range(measured)}, ${measured.meanSize.toFixed(1)} conditions a set`,
    ...(group === null
      ? []
      : [
          `  of the ages ${group.ages}: calibrated on ${group.calibratedOn}; measured on ${group.measured.n}: ${range(group.measured)}, ${group.measured.meanSize.toFixed(1)} conditions a set`,
        ]),
    `  by frequency alone, without a model: ${range(byFrequency)}, ${byFrequency.meanSize.toFixed(1)} conditions a set`,
    textTable(["  held-out persons", "coverage", "n", "judgement"], groups),
  ].join("\n");
}
