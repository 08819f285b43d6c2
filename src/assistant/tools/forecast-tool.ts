/**
 * Forecasts of the site's outcomes that a question names, with what is vetted about them.
 * Invariant: nobody is told a forecast of a first event that the record already holds.
 */
import { conceptsOf } from "../record/concept.ts";
import { namedIn } from "../words.ts";
import { quotation } from "./knowledge-tool.ts";
import { countOf, forecastFinding, percentOf, yearsOf } from "./reasoning/reasoned-finding.ts";
import { type Asked, eventsOf, type Gathered, type Tools } from "./tools.ts";

const DAYS_PER: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30.4375, year: 365.25 };

export async function forecastTool(asked: Asked, tools: Tools): Promise<Gathered[]> {
  const { question } = asked;
  const horizonDays = horizonOf(question);
  const concepts = conceptsOf(question, [], tools.descriptionOf);
  const about = tools.outcomes.filter(
    ({ title, name, matches }) =>
      namedIn(question, [title, name]) || concepts.some(({ codes }) => codes.some((code) => matches(code))),
  );
  const found: Gathered[] = [];
  for (const outcome of about) found.push(...(await forecastOne(outcome, horizonDays, asked, tools)));
  return found;
}

/** @throws what the forecast throws */
export async function forecastOne(
  { name, title, matches }: Tools["outcomes"][number],
  horizonDays: number,
  { say }: Pick<Asked, "say">,
  tools: Tools,
): Promise<Gathered[]> {
  const events = eventsOf(tools, matches);
  if (events.length > 0) {
    const statement = say("known", { name: title });
    return [
      {
        finding: { kind: "record", statements: [statement], link: { type: "events", events } },
        shown: [statement],
      },
    ];
  }
  const forecast = await tools.forecast?.(name, horizonDays);
  if (forecast == null) return [];
  const days = forecast.horizonDays ?? horizonDays;
  const years = yearsOf(days);
  const statements = [
    say("forecast", { name: title, years, percent: percentOf(forecast.risk) }),
    say("forecastOf100", { name: title, years, count: countOf(forecast.risk, say) }),
  ];
  return [
    {
      ...forecastFinding(statements, name, days, forecast.estimator),
      ...(forecast.notice === null ? {} : { notice: forecast.notice }),
    },
    ...tools.vetted
      .filter(({ outcomes }) => outcomes.includes(name))
      .map(({ passage, notice }) => quotation(passage, [passage.text], [passage.text], true, notice)),
  ];
}

/** Days ahead that a question names, five years where it names none. */
export function horizonOf(question: string): number {
  const [, n = "5", unit = "year"] = /(\d+(?:\.\d+)?)[ -]?(day|week|month|year)s?\b/i.exec(question) ?? [];
  const days = Number(n) * (DAYS_PER[unit.toLowerCase()] ?? 365.25);
  return Math.min(Math.max(days, 1), 36_525);
}
