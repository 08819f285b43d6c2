/**
 * The figures of one unit in a window, and the alarms that its rules raise.
 * Invariant: a pure function; units with too few persons have counts alone, and raise no alarm.
 */
import { z } from "zod";
import { binKey } from "../../tokens/value-bins.ts";
import type { ServedModel } from "../answers/served-model.ts";
import { type Drift, inputDrift, scoreDrift } from "./drift.ts";
import { type MonitorConfig, RULES } from "./monitor-config.ts";
import type { MonitoredUnit } from "./monitored-person.ts";

const drift = z.strictObject({ psi: z.number(), n: z.int() });

export const alarmSchema = z.strictObject({
  rule: z.enum(RULES),
  unit: z.string(),
  /** Null: all outcomes. */
  outcome: z.string().nullable(),
  /** The measured quantity or horizon that it is about; empty where it is about all. */
  about: z.string(),
  value: z.number(),
  above: z.number(),
  /** Persons. */
  n: z.int(),
});

export const unitFiguresSchema = z.strictObject({
  /** Empty: calls that name none. */
  unit: z.string(),
  requests: z.int(),
  persons: z.int(),
  judged: z.boolean(),
  p95Milliseconds: z.number().nullable(),
  /** Shares of 1. */
  withheld: z.number().nullable(),
  missingInputs: z.number().nullable(),
  /** Requests with a shown forecast per 100 persons. */
  shownPer100: z.number().nullable(),
  /** The farthest first. */
  inputs: z.array(drift.extend({ input: z.string() })),
  scores: z.array(drift.extend({ outcome: z.string(), horizon: z.string(), meanRisk: z.number() })),
  alarms: z.array(alarmSchema),
});

export type UnitFigures = z.output<typeof unitFiguresSchema>;
export type Alarm = z.output<typeof alarmSchema>;

export function unitFigures(model: ServedModel, of: MonitoredUnit, config: MonitorConfig): UnitFigures {
  const { unit, requests, persons } = of;
  const judged = persons.length >= config.minimumPersons;
  const counts = { unit, requests, persons: persons.length, judged };
  if (!judged)
    return {
      ...counts,
      p95Milliseconds: null,
      withheld: null,
      missingInputs: null,
      shownPer100: null,
      inputs: [],
      scores: [],
      alarms: [],
    };
  const { vocabulary } = model.reader.checkpoint;
  const known = new Set(Object.keys(vocabulary.file.edges).map((key) => key.split("//")[0] as string));
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const figures = {
    ...counts,
    p95Milliseconds: of.milliseconds.toSorted((a, b) => a - b)[
      Math.floor(0.95 * (of.milliseconds.length - 1))
    ] as number,
    withheld: mean(persons.map(({ answer }) => Number(answer.forecasts.every(({ risk }) => risk === null)))),
    missingInputs: known.size === 0 ? 0 : mean(persons.map(({ input }) => missingShare(known, input.events))),
    shownPer100: (100 * of.shown) / persons.length,
    inputs: inputsOf(model, of, config.minimumPersons),
    scores: scoresOf(model, of, config.minimumPersons),
  };
  return { ...figures, alarms: alarmsOf(figures, config) };
}

function missingShare(
  known: ReadonlySet<string>,
  events: MonitoredUnit["persons"][number]["input"]["events"],
): number {
  const seen = new Set(events.flatMap(({ code, numericValue }) => (numericValue === null ? [] : [code])));
  return [...known].filter((code) => !seen.has(code)).length / known.size;
}

function inputsOf(model: ServedModel, { persons }: MonitoredUnit, minimum: number): UnitFigures["inputs"] {
  const values = new Map<string, number[]>();
  for (const { input } of persons) {
    const newest = new Map<string, number>();
    for (const { code, numericValue, unit, time } of input.events)
      if (numericValue !== null && time !== null && time <= input.knownUntil)
        newest.set(binKey(code, unit), numericValue);
    for (const [key, value] of newest) values.set(key, [...(values.get(key) ?? []), value]);
  }
  return [...values]
    .flatMap(([input, of]) => {
      const found: Drift | null =
        of.length < minimum ? null : inputDrift(model.reader.checkpoint.vocabulary.file, input, of);
      return found === null ? [] : [{ input, ...found }];
    })
    .sort((a, b) => b.psi - a.psi || (a.input < b.input ? -1 : 1));
}

function scoresOf(model: ServedModel, { persons }: MonitoredUnit, minimum: number): UnitFigures["scores"] {
  return model.tasks.flatMap((task, i) => {
    const risks = persons.flatMap(({ answer }) => answer.forecasts[i]?.risk ?? []);
    const found = risks.length < minimum ? null : scoreDrift(task, risks);
    const meanRisk = risks.reduce((a, b) => a + b, 0) / risks.length;
    return found === null ? [] : [{ outcome: task.outcome.name, horizon: task.horizon, meanRisk, ...found }];
  });
}

function alarmsOf(figures: Omit<UnitFigures, "alarms">, { rules }: MonitorConfig): Alarm[] {
  const { unit, persons } = figures;
  const whole = (rule: Alarm["rule"], value: number | null) => ({
    ...{ rule, unit, outcome: null, about: "", value: value ?? 0, n: persons },
  });
  return [
    ...figures.inputs.map(({ input: about, psi: value, n }) => ({
      ...{ rule: "input drift" as const, unit, outcome: null, about, value, n },
    })),
    ...figures.scores.map(({ outcome, horizon: about, psi: value, n }) => ({
      ...{ rule: "score drift" as const, unit, outcome, about, value, n },
    })),
    whole("withheld", figures.withheld),
    whole("missing inputs", figures.missingInputs),
    whole("slow", figures.p95Milliseconds),
  ].flatMap((found) => {
    const { above } = rules[found.rule];
    return found.value > above ? [{ ...found, above }] : [];
  });
}
