/** What the model would forecast if the record were another one; always told as an association, never as an effect. */
import type { WhatIfAnswer, WhatIfRow } from "../../../reasoning/what-if/what-if.ts";
import { namedIn } from "../../words.ts";
import { horizonOf } from "../forecast-tool.ts";
import type { Asked, Gathered, Tools } from "../tools.ts";
import { askedChange } from "./asked-change.ts";
import { countOf, forecastFinding, percentOf, reasoned, yearsOf } from "./reasoned-finding.ts";

const [MOST_ROWS, MOST_ROWS_FOR_PATIENTS] = [5, 2];

export async function whatIfTool(asked: Asked, tools: Tools): Promise<Gathered[]> {
  const { question, say, register } = asked;
  const reasoner = await tools.reasoning?.();
  if (reasoner == null) return [];
  const horizonDays = horizonOf(question);
  const change = askedChange(question, reasoner, tools);
  if (change === null) return [unheard(say("changeUnknown"), horizonDays)];
  // What is changed is not asked about.
  const named = tools.outcomes.filter(
    ({ title, name, matches }) => namedIn(question, [title, name]) && !change.codes.some(matches),
  );
  const { answer, days } = await reasoner.whatIf(
    [change.change],
    named.map(({ name }) => name),
    horizonDays,
  );
  const own = (statements: readonly string[]) =>
    reasoned("what-if", statements, answer.basis, {
      days,
      outcomes: answer.rows.map(({ name }) => name),
      changes: change.codes,
    });
  const changed = { add: "changeAdded", set: "changeSet", remove: "changeRemoved" }[change.kind];
  const most = register === "patient" ? MOST_ROWS_FOR_PATIENTS : MOST_ROWS;
  const notice = [answer.basis.label, ...answer.basis.notices].join("; ");
  return [
    { ...own([say(changed, { change: change.shown })]), notice },
    ...answer.rows.slice(0, most).map((row) => rowOf(row, days, asked)),
    ...(answer.rows.length === 0 ? [own([say("nothingToCompare")])] : []),
    own([say(register === "patient" ? "notAnEffect" : "association"), ...knownOf(answer, asked)]),
  ];
}

function unheard(statement: string, days: number): Gathered {
  return reasoned("what-if", [statement], { model: "", estimators: [] }, { days, outcomes: [] });
}

function rowOf(
  { name, title, before, after, difference, estimator }: WhatIfRow,
  days: number,
  { say, register }: Asked,
): Gathered {
  const years = yearsOf(days);
  const points = 100 * difference.value;
  const statement =
    register === "patient"
      ? say("changedOf100", {
          name: title,
          years,
          before: countOf(before.value, say),
          after: countOf(after.value, say),
        })
      : say("changedRisk", {
          name: title,
          years,
          before: percentOf(before.value),
          after: percentOf(after.value),
          points: `${points < 0 ? "" : "+"}${points.toFixed(1)}`,
        });
  return forecastFinding([statement], name, days, estimator);
}

function knownOf({ known }: WhatIfAnswer, { say, register }: Asked): string[] {
  if (register === "patient" || known.length === 0) return [];
  return [say("knownInEither", { names: known.map(({ title }) => title).join(", ") })];
}
