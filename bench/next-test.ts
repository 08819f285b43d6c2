/**
 * `npm run bench:next-test`: does the test that `longitude reason next-test` puts first tell more than a simple rule's? On
 * held-out persons of a built site who truly had at least two of the tests within a year after their index date: the
 * chosen test's real result is laid into the record at the index date, and what it gains is the fall of the log loss of the
 * five-year forecast, in bits, summed over the conditions not yet found after that year.
 *
 *   npm run bench:next-test -- --site DIR [--tests FILE] [--persons 400] [--json]
 *
 * Rules beside it: the test that was not done for the longest time, one at random, and the test that gained most on tuning
 * persons, always the same. Intervals: 2,000 resamples of persons.
 */
import { join } from "node:path";
import { builtArtefacts } from "../src/artefacts/built-artefacts.ts";
import { readSite } from "../src/cli/read-site.ts";
import { createRandom, type Random } from "../src/effects/random.ts";
import { differentialConditions } from "../src/reasoning/differential/differential.ts";
import { becameOf, standingOf } from "../src/reasoning/differential/findings.ts";
import { nextTest, withResult } from "../src/reasoning/next-test/next-test.ts";
import { readTestsFile, TESTS_FILE, type TestsFile } from "../src/reasoning/next-test/tests-file.ts";
import { ReasonedModel } from "../src/reasoning/reasoned-model.ts";
import { openTimelineStore } from "../src/timeline/open-timeline-store.ts";
import type { PatientEvent, Split, Timeline } from "../src/timeline/patient-event.ts";
import { DAYS_PER_YEAR, MS_PER_DAY } from "../src/vetting/duration.ts";
import { resolveOutcomes } from "../src/vetting/outcome-definition.ts";
import { benchOptions } from "./bench-options.ts";

const HORIZON = 5 * DAYS_PER_YEAR;
const RESAMPLES = 2000;

interface Case {
  readonly timeline: Timeline;
  readonly day: number;
  /** First result of each test within the year, by the test's name. */
  readonly results: ReadonlyMap<string, PatientEvent>;
  /** Days since each test was done last; infinity when never. */
  readonly since: ReadonlyMap<string, number>;
}

const values = benchOptions(import.meta.filename, {
  site: { type: "string" },
  tests: { type: "string" },
  persons: { type: "string", default: "400" },
  json: { type: "boolean", default: false },
});
if (values.site === undefined) throw new TypeError("--site DIR");
const site = await readSite(values.site);
const { cohort, outcomes, forecast } = site.configuration;
const built = await builtArtefacts(site.folder);
const artefact = built.find(({ kind }) => kind === "model");
const records = built.find(({ kind }) => kind === "records");
if (artefact === undefined || records === undefined) throw new TypeError("the site has no model");
const model = await ReasonedModel.open(
  { version: artefact.id, model: artefact.folder, queries: null },
  cohort,
  resolveOutcomes(outcomes),
  forecast.threads,
);
const tests = await readTestsFile(values.tests ?? join(site.folder, TESTS_FILE));
const conditions = differentialConditions(model);
const random = createRandom("next test");

const tuning = await gainsOf(await casesOf("tuning"));
const fixed = bestOnAverage(tuning);
const cases = await gainsOf(await casesOf("held_out"));
const rules: Readonly<Record<string, (one: (typeof cases)[number]) => string>> = {
  "next-test": ({ ranked }) => ranked,
  "longest not done": ({ since, gains }) =>
    [...gains.keys()].sort((a, b) => since.get(b)! - since.get(a)!)[0]!,
  "at random": ({ gains, draw }) => [...gains.keys()][Math.floor(draw * gains.size)]!,
  [`always ${fixed} where it was done`]: ({ gains, ranked }) => (gains.has(fixed) ? fixed : ranked),
};
const gainsBy = Object.entries(rules).map(([rule, choose]) => ({
  rule,
  gains: cases.map((one) => one.gains.get(choose(one))!),
}));
const chosen = gainsBy[0]!.gains;
const table = gainsBy.map(({ rule, gains }) => ({
  rule,
  gain: withInterval(gains, random.fork(rule)),
  nextTestMinusRule: withInterval(
    chosen.map((gain, i) => gain - gains[i]!),
    random.fork(`less ${rule}`),
  ),
}));
await model.close();
if (values.json)
  console.log(JSON.stringify({ persons: cases.length, tuningPersons: tuning.length, table }, null, 2));
else {
  console.log(
    `${cases.length} held-out persons, bits of log loss gained over ${conditions.length} conditions (95 % interval)`,
  );
  for (const { rule, gain, nextTestMinusRule } of table)
    console.log(`${rule.padEnd(48)} ${written(gain)}   next-test less it ${written(nextTestMinusRule)}`);
}

async function casesOf(split: Split): Promise<Case[]> {
  const store = await openTimelineStore(records!.folder);
  const found: Case[] = [];
  for await (const timeline of store.timelines({ texts: false, splits: [split] })) {
    const day = model.historyOf(timeline).indexDay;
    const one = day === null ? null : caseOf(timeline, day);
    if (one !== null) found.push(one);
  }
  store.close();
  return random.fork(split).shuffle(found).slice(0, Number(values.persons));
}

function caseOf(timeline: Timeline, day: number): Case | null {
  const results = new Map<string, PatientEvent>();
  const since = new Map<string, number>();
  for (const { name, code } of tests.tests) {
    const done = timeline.events.filter((event) => event.code === code && event.numericValue !== null);
    const at = ({ time }: PatientEvent) => (time as number) / MS_PER_DAY - day;
    const result = done.find((event) => at(event) > 0 && at(event) <= DAYS_PER_YEAR);
    if (result !== undefined) results.set(name, result);
    since.set(name, Math.min(...done.filter((event) => at(event) <= 0).map((event) => -at(event))));
  }
  return results.size < 2 ? null : { timeline, day, results, since };
}

async function gainsOf(all: readonly Case[]) {
  const measured = [];
  for (const one of all) {
    const { timeline, day, results } = one;
    const history = model.historyOf(timeline);
    const open = conditions.flatMap((condition) => {
      if (standingOf(model, history, condition, day) !== "new") return [];
      const became = becameOf(model, history, condition, day);
      if (became === null || became.days <= DAYS_PER_YEAR) return [];
      if (became.kind === "censored" && became.days < HORIZON) return [];
      return [{ condition, found: became.kind === "onset" && became.days <= HORIZON }];
    });
    if (open.length === 0) continue;
    const asked = open.map(({ condition }) => condition);
    const names = [...results.keys()];
    const requests = names.map((name) => {
      const { code, numericValue, unit } = results.get(name)!;
      return withResult(model, timeline, { code, value: numericValue, unit }, day);
    });
    const [before, ...after] = await model.risks([model.request(history, day), ...requests], asked, HORIZON);
    const lossOf = (risks: Float64Array) =>
      open.reduce(
        (sum, { found }, c) => sum - Math.log2(Math.max(1e-6, found ? risks[c]! : 1 - risks[c]!)),
        0,
      );
    const gains = new Map(names.map((name, i) => [name, lossOf(before!) - lossOf(after[i]!)]));
    const offered: TestsFile = { ...tests, tests: tests.tests.filter(({ name }) => results.has(name)) };
    const question = { timeline, day, conditions: asked, horizonDays: HORIZON, tests: offered };
    const { ranked } = await nextTest(model, question, { threads: forecast.threads, notices: [] });
    const byBits = [...ranked].sort((a, b) => b.expectedBits - a.expectedBits);
    measured.push({ ...one, gains, ranked: byBits[0]!.name, draw: random.next() });
  }
  return measured;
}

function bestOnAverage(measured: readonly { readonly gains: ReadonlyMap<string, number> }[]): string {
  const mean = (name: string) => {
    const gains = measured.flatMap((one) => one.gains.get(name) ?? []);
    return gains.reduce((a, b) => a + b, 0) / Math.max(1, gains.length);
  };
  return tests.tests.map(({ name }) => name).reduce((best, name) => (mean(name) > mean(best) ? name : best));
}

function withInterval(gains: readonly number[], own: Random): { value: number; low: number; high: number } {
  const mean = (of: () => number) => {
    let sum = 0;
    for (let i = 0; i < gains.length; i++) sum += of();
    return sum / gains.length;
  };
  const sorted = Float64Array.from({ length: RESAMPLES }, () =>
    mean(() => gains[own.integer(gains.length)]!),
  ).sort();
  const value = gains.reduce((a, b) => a + b, 0) / gains.length;
  return { value, low: sorted[Math.floor(0.025 * RESAMPLES)]!, high: sorted[Math.floor(0.975 * RESAMPLES)]! };
}

function written({ value, low, high }: { value: number; low: number; high: number }): string {
  return `${value.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`;
}
