/**
 * One look of the monitors: figures of every unit, alarms that begin or end, and what returns to silent because of them.
 * Invariants: one transaction under a lock, so that servers that look at once record an alarm once; a stage is only lowered,
 * by the same keeper as for people, with its audit entry; units without an alarm are left alone.
 */
import { sql } from "kysely";
import { z } from "zod";
import type { Effects } from "../../effects/effects.ts";
import type { State } from "../../state/open-state.ts";
import type { ServedModel } from "../answers/served-model.ts";
import type { StageKeeper } from "../stages/stage-keeper.ts";
import { keyOf, recordAlarm, standingAlarms } from "./alarm-log.ts";
import { MATURED_RULES, maturedAlarms, maturedCouldEnd } from "./matured-alarms.ts";
import { maturedEvidenceSchema, readEvidence } from "./matured-evidence.ts";
import type { MonitorConfig } from "./monitor-config.ts";
import type { RequestWindow } from "./request-window.ts";
import {
  type Alarm,
  alarmSchema,
  couldEnd,
  type UnitFigures,
  unitFigures,
  unitFiguresSchema,
} from "./unit-figures.ts";

export interface MonitorReport {
  readonly release: string;
  readonly at: string;
  readonly days: number;
  readonly units: readonly UnitFigures[];
  /** What this look put back to silent. */
  readonly returned: readonly { readonly unit: string; readonly outcome: string }[];
}

/** What is told of the window, what stands, and what has matured. */
export const monitorToldSchema = z.strictObject({
  release: z.string(),
  at: z.string(),
  days: z.int(),
  units: z.array(unitFiguresSchema),
  standing: z.array(alarmSchema.extend({ since: z.string() })),
  evidence: maturedEvidenceSchema.shape.groups,
});

export type MonitorTold = z.output<typeof monitorToldSchema>;

export interface Monitored {
  readonly model: ServedModel;
  readonly stages: StageKeeper;
  readonly state: State;
  readonly effects: Effects;
  readonly config: MonitorConfig;
  readonly requests: RequestWindow;
}

/** Figures and standing alarms, without changing anything. */
export async function monitorFigures({
  model,
  state,
  effects,
  config,
  requests,
}: Omit<Monitored, "stages">): Promise<MonitorTold> {
  const now = effects.now();
  const { id: release } = model.manifest;
  await requests.catchUp(state, now);
  return state.transaction(async (tx) => ({
    release,
    at: new Date(now).toISOString(),
    days: config.days,
    units: (await requests.look(tx, now)).map((unit) => unitFigures(model, unit, config)),
    standing: [...(await standingAlarms(tx, release))],
    evidence: (await readEvidence(tx, release))?.groups ?? [],
  }));
}

const MONITOR_LOCK = 7_241_004;

export async function runMonitor({
  model,
  stages,
  state,
  effects,
  config,
  requests,
}: Monitored): Promise<MonitorReport> {
  const now = effects.now();
  const { id: release } = model.manifest;
  await requests.catchUp(state, now);
  const looked = await state.transaction(async (tx) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(MONITOR_LOCK)})`.execute(tx);
    const units = (await requests.look(tx, now)).map((unit) => unitFigures(model, unit, config));
    const evidence = (await readEvidence(tx, release))?.groups ?? [];
    const alarms = [...units.flatMap((unit) => unit.alarms), ...maturedAlarms(evidence, config)];
    const found = new Map(alarms.map((alarm) => [keyOf(alarm), alarm]));
    const standing = new Map((await standingAlarms(tx, release)).map((alarm) => [keyOf(alarm), alarm]));
    for (const [key, alarm] of found)
      if (!standing.has(key)) await recordAlarm(tx, release, alarm, true, now);
    // Where too few came to judge, nothing has shown that the alarm is over.
    for (const [key, { since: _, ...alarm }] of standing) {
      const seen = units.find(({ tenant, unit }) => tenant === alarm.tenant && unit === alarm.unit);
      const could = MATURED_RULES.includes(alarm.rule)
        ? maturedCouldEnd(evidence, alarm)
        : seen !== undefined && couldEnd(alarm, seen);
      if (!found.has(key) && could) await recordAlarm(tx, release, alarm, false, now);
    }
    return { units, alarms: [...found.values()] };
  });
  const returned: MonitorReport["returned"][number][] = [];
  for (const alarm of worstOfEach(looked.alarms.filter(({ rule }) => config.rules[rule].silent))) {
    const { unit } = alarm;
    const tasks = model.tasks.filter(
      ({ outcome }) => alarm.outcome === null || outcome.name === alarm.outcome,
    );
    for (const outcome of await stages.returnToSilent(tasks, unit, reasonOf(alarm)))
      returned.push({ unit, outcome });
  }
  return { release, at: new Date(now).toISOString(), days: config.days, units: looked.units, returned };
}

/** One alarm for each outcome in each unit: the farthest above its bound. */
function worstOfEach(alarms: readonly Alarm[]): Alarm[] {
  const worst = new Map<string, Alarm>();
  for (const alarm of alarms) {
    const key = JSON.stringify([alarm.unit, alarm.outcome]);
    const other = worst.get(key);
    if (other === undefined || alarm.value / alarm.above > other.value / other.above) worst.set(key, alarm);
  }
  return [...worst.values()];
}

function reasonOf({ rule, about, value, above, n }: Alarm): string {
  return `alarm: ${rule} ${about} ${value.toFixed(2)} above ${above} (${n} persons)`.slice(0, 200);
}
