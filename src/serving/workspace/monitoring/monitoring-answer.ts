/**
 * What the monitors say now, as people look at it: stages by unit, figures and alarms, what was accepted, and what has come.
 * Invariant: nothing of fewer than the minimum cell of persons is told, and units with too few to judge have counts alone.
 */
import { z } from "zod";
import { estimateSchema } from "../../../evaluation/measures/estimate.ts";
import { wilson } from "../../../privacy/proof/wilson.ts";
import type { StateTransaction } from "../../../state/open-state.ts";
import { isoTime } from "../../../state/value-parsers.ts";
import { MS_PER_DAY } from "../../../vetting/duration.ts";
import type { ServedModel } from "../../answers/served-model.ts";
import type { ServingTables } from "../../answers/serving-tables.ts";
import { OVERRIDE_REASONS } from "../../cds/override-reasons.ts";
import { keyOf } from "../../monitor/alarm-log.ts";
import { maturedEvidenceSchema } from "../../monitor/matured-evidence.ts";
import { RULES } from "../../monitor/monitor-config.ts";
import { type MonitorTold, monitorFigures } from "../../monitor/run-monitor.ts";
import { alarmSchema, unitFiguresSchema } from "../../monitor/unit-figures.ts";
import type { ServerContext } from "../../server-context.ts";
import {
  effectiveStage,
  isShown,
  type ReleaseStage,
  type StageSetting,
} from "../../stages/effective-stage.ts";

export const MINIMUM_CELL = 11;
/** Of no unit: what holds where nothing was said about the unit itself. */
const ANY_OTHER = "\0";

const figures = unitFiguresSchema
  .pick({
    requests: true,
    judged: true,
    p95Milliseconds: true,
    withheld: true,
    missingInputs: true,
    shownPer100: true,
    inputs: true,
  })
  .extend({
    /** Farthest first. */
    scores: z.array(
      z.strictObject({ forecast: z.string(), meanRisk: z.number(), psi: z.number(), n: z.int() }),
    ),
    /** Null: fewer than the minimum cell. */
    persons: z.int().nullable(),
  });
const matured = maturedEvidenceSchema.shape.groups.element.omit({ left: true, persons: true }).extend({
  title: z.string(),
  /** Null: fewer than the minimum cell. */
  persons: z.int().nullable(),
});

export const monitoringAnswerSchema = z.strictObject({
  release: z.string(),
  /** When it was looked, ISO 8601. */
  at: z.string(),
  days: z.int(),
  minimumCell: z.int(),
  minimumPersons: z.int(),
  reviewBy: z.string(),
  /** Whether the served release's review date has passed. */
  stale: z.boolean(),
  /** Whether everything is shown to this machine, whatever the stage. */
  sandbox: z.boolean(),
  /** Whether the person may put a unit back to silent. */
  mayLower: z.boolean(),
  rules: z.array(z.strictObject({ rule: z.enum(RULES), above: z.number(), silent: z.boolean() })),
  units: z.array(
    z.strictObject({
      /** Null: every unit that is not listed; empty: calls that name none. */
      unit: z.string().nullable(),
      stages: z.array(z.strictObject({ stage: z.string(), forecasts: z.array(z.string()) })),
      /** Whether somebody sees a forecast there. */
      shown: z.boolean(),
      /** Null where nobody has asked in the window. */
      figures: figures.nullable(),
    }),
  ),
  alarms: z.array(alarmSchema.extend({ since: z.string(), title: z.string().nullable() })),
  /** Figures beyond their bound that no alarm stands for yet: the monitors' next look raises them. */
  due: z.int(),
  everyMinutes: z.number(),
  feedback: z.strictObject({
    accepted: z.int(),
    /** Of all that was said; null of fewer than the minimum cell. */
    share: estimateSchema.nullable(),
    /** Most frequent first; an empty reason: none was given. */
    overridden: z.array(z.strictObject({ reason: z.string(), count: z.int() })),
  }),
  matured: z.array(matured),
});

export type MonitoringAnswer = z.output<typeof monitoringAnswerSchema>;

export async function monitoringAnswer(context: ServerContext, mayLower: boolean): Promise<MonitoringAnswer> {
  const { model, stages, state, effects, config } = context;
  const { release, settings } = await stages.current();
  const report = await monitorFigures({
    model,
    state,
    effects,
    requests: context.requests,
    config: config.monitor,
  });
  const since = isoTime(effects.now() - config.monitor.days * MS_PER_DAY);
  const { id, reviewBy } = model.manifest;
  return {
    release: id,
    at: report.at,
    days: report.days,
    minimumCell: MINIMUM_CELL,
    minimumPersons: config.monitor.minimumPersons,
    reviewBy,
    stale: report.at.slice(0, 10) > reviewBy,
    sandbox: release.sandbox,
    mayLower,
    rules: RULES.map((rule) => ({ rule, ...config.monitor.rules[rule] })),
    units: unitsOf(report.units, release, settings).map((unit) => ({
      unit,
      ...stagesIn(model, release, settings, unit ?? ANY_OTHER),
      figures: figuresOf(
        model,
        report.units.find((one) => one.unit === unit),
      ),
    })),
    due: alarmsDue(report),
    everyMinutes: config.monitor.everyMinutes,
    alarms: report.standing.map((alarm) => ({ ...alarm, title: titleOf(model, alarm.outcome) })),
    feedback: await state.transaction((tx) => feedbackSince(tx, since)),
    matured: report.evidence.map(({ left: _, persons, ...group }) => ({
      ...group,
      title: titleOf(model, group.outcome) ?? group.outcome,
      persons: persons < MINIMUM_CELL ? null : persons,
    })),
  };
}

function alarmsDue({ units, standing }: MonitorTold): number {
  const known = new Set(standing.map(keyOf));
  return units.flatMap(({ alarms }) => alarms).filter((alarm) => !known.has(keyOf(alarm))).length;
}

type Figures = Awaited<ReturnType<typeof monitorFigures>>["units"][number];

/** Those that asked, and those that somebody has set apart; the rest of the site last. */
function unitsOf(
  asked: readonly Figures[],
  { stated }: ReleaseStage,
  settings: readonly StageSetting[],
): (string | null)[] {
  const set = [...stated, ...settings].flatMap(({ unit }) => (unit === null ? [] : [unit]));
  return [...[...new Set([...asked.map(({ unit }) => unit), ...set])].sort(), null];
}

function stagesIn(
  model: ServedModel,
  release: ReleaseStage,
  settings: readonly StageSetting[],
  unit: string,
): Pick<MonitoringAnswer["units"][number], "stages" | "shown"> {
  const byStage = new Map<string, string[]>();
  let shown = false;
  for (const task of model.tasks) {
    const stage = effectiveStage(release, task, unit, settings);
    shown ||= isShown(stage);
    byStage.set(stage, [...(byStage.get(stage) ?? []), forecastText(task.outcome.title, task.horizon)]);
  }
  return { stages: [...byStage].map(([stage, forecasts]) => ({ stage, forecasts })), shown };
}

function figuresOf(
  model: ServedModel,
  of: Figures | undefined,
): MonitoringAnswer["units"][number]["figures"] {
  if (of === undefined) return null;
  const { requests, persons, judged, p95Milliseconds, withheld, missingInputs, shownPer100, inputs, scores } =
    of;
  return {
    ...{ requests, judged, p95Milliseconds, withheld, missingInputs, shownPer100 },
    inputs: inputs.map(({ input, psi, n }) => ({ input, psi, n })),
    scores: scores
      .map(({ outcome, horizon, meanRisk, psi, n }) => ({
        forecast: forecastText(titleOf(model, outcome) ?? outcome, horizon),
        ...{ meanRisk, psi, n },
      }))
      .sort((a, b) => b.psi - a.psi),
    persons: persons < MINIMUM_CELL ? null : persons,
  };
}

function forecastText(title: string, horizon: string): string {
  return `${title}, ${horizon.replace("y", " years")}`;
}

function titleOf({ outcomes }: ServedModel, name: string | null): string | null {
  return name === null ? null : (outcomes.find((outcome) => outcome.name === name)?.title ?? name);
}

/** Reasons that are no codes of ours stand together: what an EHR sends as one could say anything. */
async function feedbackSince(tx: StateTransaction, since: string): Promise<MonitoringAnswer["feedback"]> {
  const rows = await tx
    .withTables<ServingTables>()
    .selectFrom("serving_feedback")
    .select(({ fn }) => ["outcome", "reason", fn.countAll<number>().as("count")])
    .where("at", ">", since)
    .groupBy(["outcome", "reason"])
    .execute();
  const total = (of: typeof rows) => of.reduce((sum, { count }) => sum + Number(count), 0);
  const overridden = rows.filter(({ outcome }) => outcome === "overridden");
  const displayOf = (code: string) => OVERRIDE_REASONS.find((known) => known.code === code)?.display ?? "";
  const reasons = [...new Set(overridden.map(({ reason }) => displayOf(reason)))];
  const accepted = total(rows.filter(({ outcome }) => outcome === "accepted"));
  const said = accepted + total(overridden);
  return {
    accepted,
    share: said < MINIMUM_CELL ? null : wilson(accepted, said),
    overridden: reasons
      .map((reason) => ({
        reason,
        count: total(overridden.filter((row) => displayOf(row.reason) === reason)),
      }))
      .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
  };
}
