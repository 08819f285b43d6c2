/**
 * The worklist of a unit: whose forecast of an outcome was shown there lately, the newest answer of each, for who is of the unit.
 * Invariants: read from the state alone, so that nothing is asked or computed by looking; no name leaves or enters the state, and a
 * row has the person's key; what has gone back to silent since is not shown; every read stands in the audit log.
 */
import { z } from "zod";
import { LongitudeError } from "../../../errors/longitude-error.ts";
import { UNIT_REFUSED } from "../../../errors/registry.ts";
import { appendAudit } from "../../../state/audit/audit-log.ts";
import { isoTime } from "../../../state/value-parsers.ts";
import { DAYS_PER_YEAR, MS_PER_DAY } from "../../../vetting/duration.ts";
import { answerSchema } from "../../answers/answer.ts";
import { patientKeyOf } from "../../answers/ask-record.ts";
import { EVERY_UNIT } from "../../identity/roles.ts";
import type { Session } from "../../identity/sessions.ts";
import type { ServerContext } from "../../server-context.ts";
import { effectiveStage, isShown, type ReleaseStage, type ShownStage } from "../../stages/effective-stage.ts";
import { listedTask, listedTaskSchema } from "../listed-task.ts";
import { sexOf } from "../patient/patient-banner.ts";
import { type Said, saidOf } from "./said-of.ts";
import { type ShownAnswer, shownInUnit, type UnitScope, unitsShown } from "./shown-in-unit.ts";

/** Spans that a list may have, days. */
export const SPANS = [1, 7, 31] as const;
const LONGEST = 31;
/** Persons of one list; a unit has some dozens. */
const MOST = 300;

export const unitsSchema = z.strictObject({
  /** Whether this is a sandbox with example persons, who are a list of their own. */
  examples: z.boolean(),
  /** Of the person, or of all in which something was shown lately where the person is of every one. Empty name: requests that name none. */
  units: z.array(z.string()),
});

export const unitListSchema = z.strictObject({
  at: z.string(),
  unit: z.string(),
  days: z.int(),
  /** What is forecast: the choices of a filter. */
  tasks: z.array(
    listedTaskSchema.extend({
      /** What it may be in this unit now. */
      stage: z.string(),
      shown: z.boolean(),
    }),
  ),
  /** Place in `tasks` of what the rows are about. */
  task: z.int(),
  rows: z.array(
    z.strictObject({
      key: z.string(),
      /** Of example persons alone: the state has no names. */
      name: z.string().nullable(),
      ageYears: z.int().nullable(),
      sex: z.enum(["female", "male"]).nullable(),
      /** When it was shown last. */
      at: z.string(),
      risk: z.number().nullable(),
      /** Interval of what happened to comparable held-out people. */
      low: z.number().nullable(),
      high: z.number().nullable(),
      /** Why there is no risk. */
      why: z.string().nullable(),
      /** Days from the newest entry of the record to the forecast. */
      daysSinceLast: z.int().nullable(),
      said: z.strictObject({ said: z.enum(["accepted", "overridden"]), reason: z.string() }).nullable(),
    }),
  ),
  /** Whether there are more persons than a list takes. */
  more: z.boolean(),
});

export type Units = z.output<typeof unitsSchema>;
export type UnitList = z.output<typeof unitListSchema>;

export interface UnitAsked {
  readonly unit: string;
  readonly days: number;
  readonly task: number;
}

/** Names of example persons by key; none outside of a sandbox. */
export type ExampleNames = ReadonlyMap<string, string>;

/** @param examples whether there are example persons */
export async function unitsOf(context: ServerContext, session: Session, examples: boolean): Promise<Units> {
  if (!session.units.includes(EVERY_UNIT)) return { examples, units: [...session.units] };
  const { release } = await context.stages.current();
  const scope = scopeOf(context, session, release, LONGEST);
  return { examples, units: await context.state.transaction((tx) => unitsShown(tx, scope)) };
}

/** @throws LongitudeError UNIT_REFUSED */
export async function unitList(
  context: ServerContext,
  session: Session,
  asked: UnitAsked,
  names: ExampleNames,
): Promise<UnitList> {
  const { model, effects, state, stages } = context;
  const now = effects.now();
  const facts = {
    actor: session.id,
    action: "serving.worklist",
    object: asked.unit === "" ? "-" : asked.unit,
    patientKey: null,
  };
  if (!session.units.some((own) => own === EVERY_UNIT || own === asked.unit)) {
    const reason = `across patients, purpose ${session.purpose}`;
    await state.transaction((tx) => appendAudit(tx, { ...facts, reason, outcome: "refused" }, now));
    throw new LongitudeError(UNIT_REFUSED, "the unit is none of the person's");
  }
  const { release, settings } = await stages.current();
  const place = Math.min(asked.task, model.tasks.length - 1);
  const tasks = model.tasks.map((task) => {
    const stage = effectiveStage(release, task, asked.unit, settings);
    return { ...listedTask(task), stage, shown: isShown(stage) };
  });
  const about = tasks[place];
  const rows = await state.transaction(async (tx) => {
    const question = { ...scopeOf(context, session, release, asked.days), unit: asked.unit, most: MOST + 1 };
    const found = about?.shown === true ? await shownInUnit(tx, { ...question, ...about }) : [];
    const said =
      about === undefined
        ? new Map<string, Said>()
        : await saidOf(
            tx,
            session.tenant,
            found.map(({ id }) => id),
            about,
          );
    const reason = `across ${Math.min(MOST, found.length)} patients, purpose ${session.purpose}`;
    await appendAudit(tx, { ...facts, reason, outcome: "done" }, now);
    return found.map((one) => rowOf(one, about, said.get(one.id) ?? null, names));
  });
  return {
    ...{ at: isoTime(now), unit: asked.unit, days: asked.days, tasks, task: place },
    rows: rows.slice(0, MOST),
    more: rows.length > MOST,
  };
}

function scopeOf(
  context: ServerContext,
  { tenant }: Session,
  release: ReleaseStage,
  days: number,
): UnitScope {
  const stages: readonly ShownStage[] = release.sandbox ? ["sandbox"] : ["pilot", "live"];
  return {
    ...{ tenant, stages, release: context.model.manifest.id },
    since: context.effects.now() - days * MS_PER_DAY,
    nobody: patientKeyOf(context.secret, tenant, ""),
  };
}

function rowOf(
  { key, at, answer, born, sex }: ShownAnswer,
  about: { readonly outcome: string; readonly horizon: string } | undefined,
  said: Said | null,
  names: ExampleNames,
): UnitList["rows"][number] {
  const { forecasts, record, predictionTime } = answerSchema.parse(JSON.parse(answer));
  const forecast = forecasts.find(
    ({ outcome, horizon }) => outcome === about?.outcome && horizon === about.horizon,
  );
  return {
    ...{ key, at, said },
    name: names.get(key) ?? null,
    ageYears:
      born === null ? null : Math.floor((Date.parse(predictionTime) - born) / MS_PER_DAY / DAYS_PER_YEAR),
    sex: sexOf(sex),
    risk: forecast?.risk ?? null,
    low: forecast?.comparable?.low ?? null,
    high: forecast?.comparable?.high ?? null,
    why: forecast?.abstained ?? null,
    daysSinceLast: record.daysSinceLast,
  };
}
