/** `longitude reason next-test`: which test would tell most about one person, for its cost and burden. */
import { join } from "node:path";
import type { Command } from "commander";
import { differentialConditions } from "../../reasoning/differential/differential.ts";
import { type NextTestAnswer, nextTest } from "../../reasoning/next-test/next-test.ts";
import { readTestsFile, TESTS_FILE } from "../../reasoning/next-test/tests-file.ts";
import { askedConditions, type ConditionFlags } from "./asked-conditions.ts";
import { type ReasonFlags, type Reasoning, TYPED_IN } from "./open-reasoning.ts";
import { each, percent, reasonAbout, reasonVerb, textTable } from "./reason-verb.ts";

interface NextTestFlags extends ReasonFlags, ConditionFlags {
  readonly tests?: string;
}

export function nextTestCommand(): Command {
  return reasonVerb(
    "next-test",
    "Tests by the uncertainty that they are expected to take away, for their price.",
    "5y",
  )
    .option("--outcome <name>", "an outcome of the site (repeatable; all but death when left out)", each)
    .option("--codes <list>", "codes, or beginnings ending in *, separated by commas")
    .option("--tests <file>", `tests with cost and burden (default: ${TESTS_FILE} of the site)`)
    .action((flags: NextTestFlags) =>
      reasonAbout("next-test", flags, (reasoning) => answerOf(reasoning, flags), textOf),
    );
}

async function answerOf(
  { model, site, timeline, day, horizonDays, notices }: Reasoning,
  flags: NextTestFlags,
): Promise<NextTestAnswer> {
  const named = flags.outcome !== undefined || flags.codes !== undefined;
  const conditions = named ? askedConditions(model, flags) : differentialConditions(model);
  const tests = await readTestsFile(flags.tests ?? join(site.folder, TESTS_FILE));
  return nextTest(
    model,
    { timeline, day, horizonDays, conditions, tests },
    {
      threads: site.configuration.forecast.threads,
      notices: flags.codes === undefined ? notices : [...notices, TYPED_IN],
    },
  );
}

function textOf({ ranked, currency, unknownTests, settled }: NextTestAnswer): string {
  const rows = ranked.map((test) => [
    test.name,
    test.expectedBits.toFixed(4),
    percent(test.share),
    `${test.cost} ${currency}`,
    String(test.burden),
    test.bitsPerPrice === null ? "free" : (1000 * test.bitsPerPrice).toFixed(3),
  ]);
  const heads = [
    "test",
    "expected bits",
    "of what is unknown",
    "cost",
    "burden",
    `bits per 1,000 ${currency}`,
  ];
  return [
    ranked.length === 0 ? "no test to rank" : textTable(heads, rows),
    ...ranked.slice(0, 3).flatMap((test) => ["", resultsOf(test)]),
    ...unknownTests.map((name) => `the model cannot tell results apart: ${name}`),
    ...settled.map((title) => `known already, or not asked of this person: ${title}`),
  ].join("\n");
}

function resultsOf({ name, results, conditions }: NextTestAnswer["ranked"][number]): string {
  return textTable(
    [name, "probability", ...conditions.map(({ title }) => title)],
    [
      ["  without it", "", ...conditions.map(({ now }) => percent(now))],
      ["  once ordered", "", ...conditions.map(({ onceOrdered }) => percent(onceOrdered))],
      ...results.map(({ title, probability, risks }) => [
        `  ${title}`,
        percent(probability),
        ...risks.map(percent),
      ]),
    ],
  );
}
