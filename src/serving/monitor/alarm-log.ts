/** Which alarms stand, as the state has them. */
import type { StateTransaction } from "../../state/open-state.ts";
import { isoTime } from "../../state/value-parsers.ts";
import type { MonitorTables } from "./monitor-tables.ts";
import { type Alarm, alarmSchema } from "./unit-figures.ts";

export interface StandingAlarm extends Alarm {
  /** ISO 8601, when it began. */
  readonly since: string;
}

export async function standingAlarms(
  tx: StateTransaction,
  release: string,
): Promise<readonly StandingAlarm[]> {
  const rows = await tx
    .withTables<MonitorTables>()
    .selectFrom("monitor_alarm")
    .selectAll()
    .where("release", "=", release)
    .orderBy("sequence")
    .execute();
  const last = new Map(
    rows.map((row) => [keyOf({ ...row, outcome: row.outcome === "*" ? null : row.outcome }), row]),
  );
  return [...last.values()].flatMap(
    ({ stands, at, outcome, persons: n, rule, tenant, unit, about, value, above }) =>
      stands
        ? [
            {
              ...alarmSchema.parse({
                rule,
                tenant,
                unit,
                about,
                value,
                above,
                n,
                outcome: outcome === "*" ? null : outcome,
              }),
              since: at,
            },
          ]
        : [],
  );
}

export function keyOf({
  rule,
  tenant,
  unit,
  outcome,
  about,
}: {
  rule: string;
  tenant: string;
  unit: string;
  outcome: string | null;
  about: string;
}): string {
  return [rule, tenant, unit, outcome, about].join("\0");
}

/** Records that an alarm begins or ends. */
export async function recordAlarm(
  tx: StateTransaction,
  release: string,
  { n: persons, outcome, ...alarm }: Alarm,
  stands: boolean,
  now: number,
): Promise<void> {
  await tx
    .withTables<MonitorTables>()
    .insertInto("monitor_alarm")
    .values({ ...alarm, persons, outcome: outcome ?? "*", release, stands, at: isoTime(now) })
    .execute();
}
