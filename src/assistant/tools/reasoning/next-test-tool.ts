/** Which test of the site's list would tell the model most; a patient is told the first, a clinician the ranking with its results. */
import type { NextTestAnswer, RankedTest } from "../../../reasoning/next-test/next-test.ts";
import { namedIn } from "../../words.ts";
import { horizonOf } from "../forecast-tool.ts";
import type { Asked, Gathered, Tools } from "../tools.ts";
import { percentOf, reasoned, yearsOf } from "./reasoned-finding.ts";

const [MOST_TESTS, MOST_RESULTS] = [4, 6];

export async function nextTestTool({ question, say, register }: Asked, tools: Tools): Promise<Gathered[]> {
  const reasoner = await tools.reasoning?.();
  if (reasoner == null) return [];
  const named = tools.outcomes.filter(({ title, name }) => namedIn(question, [title, name]));
  const found = await reasoner.nextTest(
    named.map(({ name }) => name),
    horizonOf(question),
  );
  if (found === null) return [];
  const { answer, days } = found;
  const told = answer.ranked.filter(({ expectedBits }) => expectedBits > 0);
  const [best] = told;
  const own = (statements: readonly string[], of: RankedTest | undefined) =>
    reasoned("next-test", statements, answer.basis, {
      days,
      outcomes: of?.conditions.map(({ name }) => name) ?? [],
      changes: of === undefined ? [] : [of.name],
    });
  const notice = [answer.basis.label, ...answer.basis.notices].join("; ");
  if (best === undefined) return [{ ...own([say("noTestTells")], undefined), notice }];
  const names = mostTold(best);
  if (register === "patient")
    return [
      {
        ...own(
          [say("bestTest", { test: best.name, names: names.join(say("and")) }), say("testIsYours")],
          best,
        ),
        notice,
      },
    ];
  return [
    ...told.slice(0, MOST_TESTS).map((test, i) => own([rankOf(test, i, answer, say)], test)),
    own(resultsOf(best, days, say), best),
    own([say("association")], best),
  ].map((one, i) => (i === 0 ? { ...one, notice } : one));
}

/** Titles of the conditions about which a test tells most, two at most. */
function mostTold({ conditions }: RankedTest): string[] {
  return [...conditions]
    .sort((a, b) => b.expectedBits - a.expectedBits)
    .slice(0, 2)
    .map(({ title }) => title);
}

function rankOf(
  { name, expectedBits, share, cost, burden }: RankedTest,
  place: number,
  { currency }: NextTestAnswer,
  say: Asked["say"],
): string {
  return say("rankedTest", {
    n: place + 1,
    test: name,
    bits: expectedBits.toFixed(4),
    share: percentOf(share),
    cost,
    currency,
    burden,
  });
}

/** What each result would do to the condition about which the test tells most. */
function resultsOf({ name, conditions, results }: RankedTest, days: number, say: Asked["say"]): string[] {
  const most = conditions.reduce(
    (best, one, i) => (one.expectedBits > (conditions[best]?.expectedBits ?? 0) ? i : best),
    0,
  );
  const about = conditions[most];
  return results
    .slice()
    .sort((a, b) => b.probability - a.probability)
    .slice(0, MOST_RESULTS)
    .map(({ title, risks }) =>
      say("testResult", {
        test: name,
        result: title,
        name: about?.title ?? "",
        years: yearsOf(days),
        percent: percentOf(risks[most] as number),
        now: percentOf(about?.now as number),
      }),
    );
}
