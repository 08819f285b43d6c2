/**
 * Which test would tell most about one or several conditions of a person, for its cost and burden: every possible result is
 * laid into the record, the conditions are forecast from it, and the uncertainty left is averaged over the results.
 * Invariant: only what a result says counts. That a test was ordered at all also tells the model something; this is shown
 * apart (`onceOrdered`) and earns a test nothing.
 */
import type { OnsetRequest } from "../../forecast/onset-reader.ts";
import type { Timeline } from "../../timeline/patient-event.ts";
import { MS_PER_DAY } from "../../vetting/duration.ts";
import { ASSOCIATION, type Basis } from "../basis.ts";
import { standingOf } from "../differential/findings.ts";
import type { Condition, ReasonedModel } from "../reasoned-model.ts";
import { addedEvent } from "../what-if/record-change.ts";
import { type PossibleResult, possibleResults, ResultOdds, sharesOf } from "./possible-results.ts";
import type { OrderableTest, TestsFile } from "./tests-file.ts";
import { expectedReduction } from "./uncertainty.ts";

export interface NextTestQuestion {
  readonly timeline: Timeline;
  readonly day: number;
  readonly conditions: readonly Condition[];
  readonly horizonDays: number;
  readonly tests: TestsFile;
}

export interface RankedTest {
  readonly name: string;
  /** Bits that the result is expected to tell, over all conditions asked. */
  readonly expectedBits: number;
  /** Share of the bits that were unknown. */
  readonly share: number;
  /** Fall of the variance of the conditions, summed. */
  readonly varianceReduction: number;
  readonly cost: number;
  readonly burden: number;
  /** Cost and burden in the currency. */
  readonly price: number;
  /** Null for a test without a price. */
  readonly bitsPerPrice: number | null;
  readonly conditions: readonly {
    readonly name: string;
    readonly title: string;
    readonly now: number;
    /** Mean over the results; differs from `now` by what the order itself tells. */
    readonly onceOrdered: number;
    readonly expectedBits: number;
  }[];
  readonly results: readonly {
    readonly title: string;
    readonly probability: number;
    /** Risks in the order of the conditions. */
    readonly risks: readonly number[];
  }[];
}

export interface NextTestAnswer {
  readonly basis: Basis;
  readonly currency: string;
  /** The most bits for the price first; tests without a price come before all others. */
  readonly ranked: readonly RankedTest[];
  /** Tests of which the model cannot tell results apart. */
  readonly unknownTests: readonly string[];
  /** Conditions that the record holds, or that are not asked of this person. */
  readonly settled: readonly string[];
  /** Results enumerated. */
  readonly results: number;
}

export async function nextTest(
  model: ReasonedModel,
  question: NextTestQuestion,
  { threads, notices }: { readonly threads: number; readonly notices: readonly string[] },
): Promise<NextTestAnswer> {
  const { timeline, day, tests, horizonDays } = question;
  const history = model.historyOf(timeline);
  const open = question.conditions.filter((one) => standingOf(model, history, one, day) === "new");
  const now = model.request(history, day);
  const able = tests.tests.map((test) => ({
    test,
    results: possibleResults(test, model.checkpoint.vocabulary),
  }));
  const known = open.length === 0 ? [] : able.filter(({ results }) => results.length > 0);
  const odds = new ResultOdds(model.checkpoint, threads);
  try {
    const [nextTokens] = known.length === 0 ? [] : await odds.nextTokens([now]);
    const requests = known.flatMap(({ results }) =>
      results.map((result) => withResult(model, timeline, result, day)),
    );
    const risks = known.length === 0 ? [] : await model.risks([now, ...requests], open, horizonDays);
    let at = 1;
    const ranked = known.map(({ test, results }) => {
      const after = risks.slice(at, at + results.length);
      at += results.length;
      const shares = sharesOf(results, nextTokens as Float32Array);
      return rankedTest(test, tests, open, { now: risks[0] as Float64Array, results, shares, after });
    });
    ranked.sort(
      (a, b) =>
        (b.bitsPerPrice ?? Infinity) - (a.bitsPerPrice ?? Infinity) || b.expectedBits - a.expectedBits,
    );
    return {
      basis: {
        model: model.version,
        estimators: ["direct", ...(open.some(({ trained }) => trained === null) ? ["query"] : [])],
        futures: 0,
        interval: `none: ${requests.length} possible results were enumerated, none drawn; how right the model is stands in its evidence`,
        label: ASSOCIATION,
        notices,
      },
      currency: tests.currency,
      ranked,
      unknownTests: able.filter(({ results }) => results.length === 0).map(({ test }) => test.name),
      settled: question.conditions.filter((one) => !open.includes(one)).map(({ title }) => title),
      results: requests.length,
    };
  } finally {
    await odds.close();
  }
}

/** The record with a result at the prediction time. */
export function withResult(
  model: ReasonedModel,
  { subjectId, events }: Timeline,
  { code, value, unit }: Pick<PossibleResult, "code" | "value" | "unit">,
  day: number,
): OnsetRequest {
  const at = day * MS_PER_DAY;
  const place = events.findLastIndex(({ time }) => time === null || time <= at) + 1;
  const added = addedEvent(code, value, unit, at);
  const changed = { subjectId, events: [...events.slice(0, place), added, ...events.slice(place)] };
  return model.request(model.historyOf(changed), day);
}

function rankedTest(
  { name, cost, burden }: OrderableTest,
  { burdenPoint }: TestsFile,
  conditions: readonly Condition[],
  read: {
    readonly now: Float64Array;
    readonly results: readonly PossibleResult[];
    readonly shares: Float64Array;
    readonly after: readonly Float64Array[];
  },
): RankedTest {
  const { now, results, shares, after } = read;
  const reductions = conditions.map((_, c) =>
    expectedReduction(
      shares,
      after.map((risks) => risks[c] as number),
    ),
  );
  const sum = (of: (one: (typeof reductions)[number]) => number) =>
    reductions.reduce((total, one) => total + of(one), 0);
  const expectedBits = sum(({ entropyReduction }) => entropyReduction);
  const unknown = sum(({ entropyBefore }) => entropyBefore);
  const price = cost + burden * burdenPoint;
  return {
    name,
    expectedBits,
    share: unknown > 0 ? expectedBits / unknown : 0,
    varianceReduction: sum(({ varianceReduction }) => varianceReduction),
    cost,
    burden,
    price,
    bitsPerPrice: price > 0 ? expectedBits / price : null,
    conditions: conditions.map((condition, c) => ({
      name: condition.name,
      title: condition.title,
      now: now[c] as number,
      onceOrdered: reductions[c]?.mean as number,
      expectedBits: reductions[c]?.entropyReduction as number,
    })),
    results: results.map(({ title }, r) => ({
      title,
      probability: shares[r] as number,
      risks: [...(after[r] as Float64Array)],
    })),
  };
}
