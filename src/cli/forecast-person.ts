/**
 * `longitude forecast --site DIR --subject ID`: one question about one person, on the site's model, which is built first
 * where it is missing.
 */
import { systemEffects } from "../effects/effects.ts";
import { createRandom } from "../effects/random.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { FORECAST_QUESTION } from "../errors/registry.ts";
import { type Answer, askForecast, type Estimator } from "../forecast/ask-forecast.ts";
import { readEvidence } from "../forecast/estimator-evidence.ts";
import { OnsetReader } from "../forecast/onset-reader.ts";
import { QueryReader } from "../forecast/query-reader.ts";
import { SIMULATED_ESTIMATORS } from "../forecast/simulated-estimate.ts";
import { parseDurationDays } from "../vetting/duration.ts";
import { codeMatcher, type OutcomeDefinition, resolveOutcomes } from "../vetting/outcome-definition.ts";
import { buildHistory } from "../vetting/patient-history.ts";
import { type DefinitionVetting, UNVETTED_MARK, vettingMarks } from "../vetting/statements/vetting-status.ts";
import { parseValueCondition } from "../vetting/value-condition.ts";
import { build } from "./build.ts";
import { readPerson } from "./read-person.ts";
import { readSite } from "./read-site.ts";
import { withInterrupt } from "./run-verb.ts";

export const ESTIMATORS = ["auto", "direct", "query", ...SIMULATED_ESTIMATORS] as const;

export interface PersonFlags {
  readonly site: string;
  readonly subject: string;
  readonly outcome?: string;
  readonly codes?: string;
  readonly value?: string;
  readonly horizon?: string;
  readonly standardError: string;
  readonly estimator: Estimator | "auto";
  readonly json?: boolean;
}

const MOST_FUTURES = 16_384;

export async function forecastPerson(flags: PersonFlags): Promise<void> {
  const site = await readSite(flags.site);
  const outcomes = resolveOutcomes(site.configuration.outcomes);
  const asked = askedFor(flags, outcomes);
  const horizonDays = parseDurationDays(flags.horizon ?? "");
  const standardError = Number(flags.standardError);
  if (horizonDays === null) throw fault('--horizon is a duration, e.g. "5y"');
  if (!(standardError > 0)) throw fault("--standard-error is a number above 0");
  const report = await withInterrupt((signal) =>
    build(site, systemEffects, { targets: ["queries"], signal, json: true }),
  );
  const folderOf = (stage: string) => report.stages.find((result) => result.stage === stage)?.folder ?? "";
  const { timeline } = await readPerson(
    folderOf("records"),
    flags.subject,
    () => fault("the records hold no such subject"),
    { texts: site.configuration.tokens.notes !== undefined },
  );
  const history = buildHistory(timeline, site.configuration.cohort, outcomes);
  const day = history.indexDay ?? history.lastDay;
  const { forecast } = site.configuration;
  const reader = await OnsetReader.open(folderOf("model"), forecast.threads);
  const queries = QueryReader.open(folderOf("queries"), reader.checkpoint, forecast.threads);
  try {
    const answer = await askForecast(
      { reader, queries, evidence: await readEvidence(folderOf("queries")) },
      {
        history,
        day,
        ...asked,
        horizonDays,
        estimator: flags.estimator,
        standardError,
        mostFutures: MOST_FUTURES,
        longestFuture: forecast.longestFuture,
      },
      { threads: forecast.threads, random: createRandom(forecast.seed).fork("ask"), effects: systemEffects },
    );
    const result = {
      schema: "longitude.person-forecast/1",
      subject: flags.subject,
      outcome: asked.name,
      horizon: flags.horizon,
      /** Codes that are typed in are nobody's vetted outcome. */
      notice: noticeOf(asked, site.vetting),
      predictionTime: history.indexDay === null ? "last day of the record" : "index",
      ...answer,
    };
    process.stdout.write(flags.json === true ? `${JSON.stringify(result, null, 2)}\n` : textOf(result));
  } finally {
    await queries?.close();
    await reader.close();
  }
}

function noticeOf(
  { name, trained }: { readonly name: string; readonly trained: number | null },
  vetting: readonly DefinitionVetting[],
): string | null {
  if (trained === null) return UNVETTED_MARK;
  return vettingMarks(vetting.filter((definition) => definition.name === name)).join("; ") || null;
}

function askedFor(flags: PersonFlags, outcomes: readonly OutcomeDefinition[]) {
  if ((flags.outcome === undefined) === (flags.codes === undefined))
    throw fault("name either an outcome of the site (--outcome) or a set of codes (--codes)");
  if (flags.outcome !== undefined) {
    const trained = outcomes.findIndex(({ name }) => name === flags.outcome);
    if (trained < 0) throw fault("the site lists no outcome of that name");
    return { name: flags.outcome, matches: (outcomes[trained] as OutcomeDefinition).matches, trained };
  }
  const codes = (flags.codes ?? "").split(",").map((code) => code.trim());
  const inSet = codeMatcher(codes);
  const holds = flags.value === undefined ? null : parseValueCondition(flags.value);
  if (flags.value !== undefined && holds === null)
    throw fault('--value is a condition, e.g. ">= 2" or ">= 90, < 140"');
  return {
    name: flags.value === undefined ? codes.join(",") : `${codes.join(",")} ${flags.value}`,
    matches: (code: string, value: number | null) =>
      inSet(code) && (holds === null || (value !== null && holds(value))),
    trained: null,
  };
}

function fault(message: string): LongitudeError {
  return new LongitudeError(FORECAST_QUESTION, message);
}

function textOf(
  result: Answer & {
    readonly outcome: string;
    readonly horizon: string | undefined;
    readonly notice: string | null;
  },
): string {
  const percent = (risk: number) => `${(100 * risk).toFixed(1)} %`;
  const interval =
    result.low === null || result.high === null
      ? ""
      : ` (95 % interval of the simulation ${percent(result.low)} to ${percent(result.high)})`;
  const { futures, tokens, seconds } = result.spent;
  return `${result.outcome} within ${result.horizon}: ${percent(result.risk)}${interval}
${result.estimator}: ${result.why}; ${futures} futures, ${tokens} tokens, ${seconds.toFixed(1)} s
${result.notice === null ? "" : `${result.notice}\n`}`;
}
