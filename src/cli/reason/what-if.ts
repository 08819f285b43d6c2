/** `longitude reason what-if`: a changed record of one person, and what the model would forecast from it. */
import { type Command, Option } from "commander";
import { createRandom } from "../../effects/random.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { REASONING_CHANGE } from "../../errors/registry.ts";
import { parseChange, type RecordChange } from "../../reasoning/what-if/record-change.ts";
import { type WhatIfAnswer, type WhatIfRow, whatIf } from "../../reasoning/what-if/what-if.ts";
import { askedConditions, type ConditionFlags } from "./asked-conditions.ts";
import { type ReasonFlags, type Reasoning, TYPED_IN } from "./open-reasoning.ts";
import { each, percent, reasonAbout, reasonVerb, textTable } from "./reason-verb.ts";

interface WhatIfFlags extends ReasonFlags, ConditionFlags {
  readonly add?: readonly string[];
  readonly set?: readonly string[];
  readonly remove?: readonly string[];
  readonly simulate?: boolean;
}

const PRECISION = { standardError: 0.005, mostPairs: 8192 };

export function whatIfCommand(): Command {
  return reasonVerb("what-if", "What the model would forecast if the record were another one.", "5y")
    .option("--add <event>", 'add an event: "SYSTEM/code", "SYSTEM/code=160 mm[Hg]@-90d" (repeatable)', each)
    .option("--set <event>", 'replace the latest value: "SYSTEM/code=120" (repeatable)', each)
    .option("--remove <code>", "take events out, by code or a beginning ending in * (repeatable)", each)
    .option("--outcome <name>", "an outcome of the site (repeatable; all when left out)", each)
    .option("--codes <list>", "codes, or beginnings ending in *, separated by commas")
    .addOption(new Option("--simulate", "by paired futures, also what one pass could read"))
    .action(async (flags: WhatIfFlags) => {
      const changes = changesOf(flags);
      await reasonAbout("what-if", flags, (reasoning) => answerOf(reasoning, flags, changes), textOf);
    });
}

function answerOf(
  { model, site, timeline, day, horizonDays, notices }: Reasoning,
  flags: WhatIfFlags,
  changes: readonly RecordChange[],
): Promise<WhatIfAnswer> {
  const { forecast } = site.configuration;
  return whatIf(
    model,
    {
      timeline,
      day,
      horizonDays,
      changes,
      conditions: askedConditions(model, flags),
      way: flags.simulate === true ? "simulation" : null,
      precision: PRECISION,
      longestFuture: forecast.longestFuture,
    },
    {
      random: createRandom(forecast.seed).fork("what if"),
      threads: forecast.threads,
      notices: flags.codes === undefined ? notices : [...notices, TYPED_IN],
    },
  );
}

function changesOf({ add = [], set = [], remove = [] }: WhatIfFlags): RecordChange[] {
  const changes: RecordChange[] = [
    ...remove.map((codes) => ({ kind: "remove" as const, codes })),
    ...set.map((text) => parseChange("set", text)),
    ...add.map((text) => parseChange("add", text)),
  ];
  if (changes.length === 0)
    throw new LongitudeError(REASONING_CHANGE, "name a change: --add, --set or --remove");
  return changes;
}

function textOf({ heard, removed, rows, known }: WhatIfAnswer): string {
  const changes = heard.map(({ token, match, daysBefore }) => {
    const when = daysBefore === 0 ? "" : `, ${Math.round(daysBefore)} days before`;
    return `changed: read by the model as ${token} (${match}${when})`;
  });
  const heads = ["condition", "as it is", "if changed", "difference", "by"];
  const table = textTable(
    heads,
    rows.map((row) => [
      row.title,
      percent(row.before.value),
      percent(row.after.value),
      differenceOf(row),
      row.estimator,
    ]),
  );
  return [
    ...changes,
    ...(removed === 0 ? [] : [`taken out: ${removed} events`]),
    ...(rows.length === 0 ? ["no condition is open in both records"] : [table]),
    ...known.map((one) => `known already in the ${one.in}: ${one.title}`),
  ].join("\n");
}

function differenceOf({ difference: { value, low, high }, futures }: WhatIfRow): string {
  const points = (share: number) => `${share < 0 ? "" : "+"}${(100 * share).toFixed(1)}`;
  return futures === 0 ? points(value) : `${points(value)} (${points(low)} to ${points(high)})`;
}
