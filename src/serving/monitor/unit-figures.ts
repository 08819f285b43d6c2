/**
 * The figures of one unit in a window, and the alarms that its rules raise.
 * Invariant: a pure function; units with too few persons have counts alone, and raise no alarm but that of their errors.
 */
import { z } from "zod";
import type { ServedModel } from "../answers/served-model.ts";
import { inputDrift, scoreDrift } from "./drift.ts";
import { type GroupFigures, groupFigures, groupFiguresSchema, partsOf } from "./group-figures.ts";
import { type MonitorConfig, RULES } from "./monitor-config.ts";
import type { MonitoredUnit } from "./request-window.ts";

const drift = z.strictObject({ psi: z.number(), n: z.int() });

export const alarmSchema = z.strictObject({
  rule: z.enum(RULES),
  tenant: z.string(),
  unit: z.string(),
  /** Null: all outcomes. */
  outcome: z.string().nullable(),
  /** The measured quantity, horizon, or group of persons that it is about; empty where it is about all. */
  about: z.string(),
  value: z.number(),
  above: z.number(),
  /** Persons; of errors, requests; of what is overridden, statements. */
  n: z.int(),
});

export const unitFiguresSchema = groupFiguresSchema.extend({
  tenant: z.string(),
  /** Empty: calls that name none. */
  unit: z.string(),
  p95Milliseconds: z.number().nullable(),
  errors: z.strictObject({
    /** Requests that ended in one. */
    failed: z.int(),
    /** Of 1; null where there were too few requests. */
    share: z.number().nullable(),
    codes: z.record(z.string(), z.int()),
  }),
  /** The farthest first. */
  inputs: z.array(drift.extend({ input: z.string() })),
  scores: z.array(drift.extend({ outcome: z.string(), horizon: z.string(), meanRisk: z.number() })),
  /** By sex and by age. */
  groups: z.array(groupFiguresSchema.extend({ group: z.string() })),
  alarms: z.array(alarmSchema),
});

export type UnitFigures = z.output<typeof unitFiguresSchema>;
export type Alarm = z.output<typeof alarmSchema>;

export function unitFigures(model: ServedModel, of: MonitoredUnit, config: MonitorConfig): UnitFigures {
  const { tenant, unit } = of;
  const { minimumPersons } = config;
  const whole = groupFigures(of, minimumPersons);
  const figures = {
    tenant,
    unit,
    ...whole,
    p95Milliseconds: whole.judged ? p95(of.requests.map(({ milliseconds }) => milliseconds)) : null,
    errors: errorsOf(of, minimumPersons),
    inputs: whole.judged ? inputsOf(model, of, minimumPersons) : [],
    scores: whole.judged ? scoresOf(model, of, minimumPersons) : [],
    groups: partsOf(of).map(({ group, ...part }) => ({ group, ...groupFigures(part, minimumPersons) })),
  };
  return { ...figures, alarms: alarmsOf(figures, config) };
}

/** Whether what was seen since could have shown that an alarm is over. */
export function couldEnd({ rule, about }: Alarm, figures: UnitFigures): boolean {
  if (rule === "errors") return figures.errors.share !== null;
  const group = figures.groups.find((one) => one.group === about);
  return group?.judged ?? figures.judged;
}

function p95(milliseconds: readonly number[]): number {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  return sorted[Math.floor(0.95 * (sorted.length - 1))] as number;
}

function errorsOf({ requests, failures }: MonitoredUnit, minimum: number): UnitFigures["errors"] {
  const failed = [...failures.values()].reduce((a, b) => a + b, 0);
  const all = requests.length + failed;
  const codes = Object.fromEntries([...failures].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { failed, share: all < minimum ? null : failed / all, codes };
}

function inputsOf(model: ServedModel, { persons }: MonitoredUnit, minimum: number): UnitFigures["inputs"] {
  const newest = new Map<string, number[]>();
  for (const person of persons)
    for (const [key, value] of person.values) {
      const values = newest.get(key) ?? [];
      newest.set(key, values);
      values.push(value);
    }
  return [...newest]
    .flatMap(([input, values]) => {
      const found =
        values.length < minimum ? null : inputDrift(model.reader.checkpoint.vocabulary.file, input, values);
      return found === null ? [] : [{ input, ...found }];
    })
    .sort((a, b) => b.psi - a.psi || (a.input < b.input ? -1 : 1));
}

function scoresOf(model: ServedModel, { persons }: MonitoredUnit, minimum: number): UnitFigures["scores"] {
  return model.tasks.flatMap((task, i) => {
    const risks = persons.flatMap((person) => person.risks[i] ?? []);
    const found = risks.length < minimum ? null : scoreDrift(task, risks);
    const meanRisk = risks.reduce((a, b) => a + b, 0) / risks.length;
    return found === null ? [] : [{ outcome: task.outcome.name, horizon: task.horizon, meanRisk, ...found }];
  });
}

/** A group is told of where the unit as a whole keeps the bound. */
function alarmsOf(figures: Omit<UnitFigures, "alarms">, config: MonitorConfig): Alarm[] {
  const { tenant, unit, errors, persons: n } = figures;
  const found = (rule: Alarm["rule"], value: number | null, about: Partial<Alarm>): Alarm[] => {
    const { above } = config.rules[rule];
    return value !== null && value > above
      ? [{ rule, tenant, unit, outcome: null, about: "", n, ...about, value, above }]
      : [];
  };
  const ofGroup = (of: GroupFigures, about: string) =>
    peopleAlarms(of, config.minimumPersons).flatMap(({ rule, value, n: persons }) =>
      found(rule, value, { about, n: persons }),
    );
  const whole = ofGroup(figures, "");
  const parts = figures.groups
    .flatMap(({ group, ...of }) => ofGroup(of, group))
    .filter(({ rule }) => !whole.some((alarm) => alarm.rule === rule));
  return [
    ...figures.inputs.flatMap(({ input, psi, n: persons }) =>
      found("input drift", psi, { about: input, n: persons }),
    ),
    ...figures.scores.flatMap(({ outcome, horizon, psi, n: persons }) =>
      found("score drift", psi, { outcome, about: horizon, n: persons }),
    ),
    ...whole,
    ...parts,
    ...found("slow", figures.p95Milliseconds, {}),
    ...found("errors", errors.share, { n: figures.requests + errors.failed }),
  ];
}

/** Figures of a group of persons that rules are about. */
function peopleAlarms(of: GroupFigures, minimum: number) {
  const said = (of.feedback?.accepted ?? 0) + (of.feedback?.overridden ?? 0);
  const overridden = said < minimum ? null : (of.feedback?.overridden ?? 0) / said;
  return [
    { rule: "withheld" as const, value: of.withheld, n: of.persons },
    { rule: "missing inputs" as const, value: of.missingInputs, n: of.persons },
    { rule: "unknown codes" as const, value: of.unknownCodes, n: of.persons },
    { rule: "alert burden" as const, value: of.alertsPer100, n: of.persons },
    { rule: "overridden" as const, value: overridden, n: said },
  ];
}
