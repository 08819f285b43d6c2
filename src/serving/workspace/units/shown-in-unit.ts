/**
 * The newest answer to each person whose forecast of one outcome was shown in a unit, from the state alone.
 * Invariants: what was silent, stopped or withheld when it was asked is not there; nor what the workspace asked for itself, what an
 * earlier release said, or a timeline that names no person.
 */
import { sql } from "kysely";
import type { StateTransaction } from "../../../state/open-state.ts";
import { isoTime } from "../../../state/value-parsers.ts";
import { BIRTH } from "../../../timeline/patient-event.ts";
import { EARLIER } from "../../answers/answer-store.ts";
import type { ServingTables } from "../../answers/serving-tables.ts";
import type { ShownStage } from "../../stages/effective-stage.ts";

export interface UnitScope {
  readonly tenant: string;
  readonly release: string;
  /** Stages that count as shown. */
  readonly stages: readonly ShownStage[];
  /** ms since 1970 */
  readonly since: number;
  /** Key that requests have which name no person. */
  readonly nobody: string;
}

export interface UnitQuestion extends UnitScope {
  /** Empty: requests that name none. */
  readonly unit: string;
  readonly outcome: string;
  readonly horizon: string;
  /** No more persons than this, those with the newest answers. */
  readonly most: number;
}

export interface ShownAnswer {
  readonly key: string;
  /** When it was asked, ISO 8601. */
  readonly at: string;
  readonly id: string;
  /** Canonical JSON of the answer. */
  readonly answer: string;
  /** ms since 1970; null where the record has none. */
  readonly born: number | null;
  /** Code of the sex, `SEX/F`; null where the record has none. */
  readonly sex: string | null;
}

/** In the canonical JSON of an input, where an event is flat and its keys are sorted: reading 80 kB of it as JSON takes eight times as long. */
const BORN = `"code":"${BIRTH}"[^{}]*"time":(-?[0-9.e+]+)`;
const SEX = `"code":"(SEX/[A-Z])"`;

/** Opening a chart here is no care in a unit, and what would have been said earlier was shown to nobody then. */
const OWN_KINDS = ["v1.worklist", "v1.workspace", ...EARLIER];

/** The newest first. */
export async function shownInUnit(tx: StateTransaction, asked: UnitQuestion): Promise<ShownAnswer[]> {
  const { unit, outcome, horizon, most } = asked;
  const rows = await tx
    .withTables<ServingTables>()
    .with("newest", (within) =>
      requestsOf(within, asked)
        .distinctOn("patient_key")
        .select(["patient_key", "at", "answer"])
        .where("unit", "=", unit)
        .where(shownAs(asked.stages.map((stage) => ({ outcome, horizon, stage }))))
        .orderBy("patient_key")
        .orderBy("at", "desc")
        .orderBy("id"),
    )
    .selectFrom("newest")
    .innerJoin("serving_answer", "serving_answer.id", "newest.answer")
    .select([
      "newest.patient_key as key",
      "newest.at as at",
      "serving_answer.id as id",
      "serving_answer.answer as answer",
      sql<number | null>`substring(input from ${BORN})::double precision`.as("born"),
      sql<string | null>`substring(input from ${SEX})`.as("sex"),
    ])
    .orderBy("newest.at", "desc")
    .orderBy("newest.patient_key")
    .limit(most)
    .execute();
  return rows;
}

/** Units in which anything was shown, by name. */
export async function unitsShown(tx: StateTransaction, scope: UnitScope): Promise<string[]> {
  const rows = await requestsOf(tx.withTables<ServingTables>(), scope)
    .select("unit")
    .distinct()
    .where(shownAs(scope.stages.map((stage) => ({ stage }))))
    .orderBy("unit")
    .execute();
  return rows.map(({ unit }) => unit);
}

function requestsOf(
  tables: Pick<ReturnType<typeof servingOf>, "selectFrom">,
  { tenant, release, since, nobody }: UnitScope,
) {
  return tables
    .selectFrom("serving_request")
    .where("tenant", "=", tenant)
    .where("release", "=", release)
    .where("at", ">", isoTime(since))
    .where("kind", "not in", OWN_KINDS)
    .where("patient_key", "<>", nobody);
}

function servingOf(tx: StateTransaction) {
  return tx.withTables<ServingTables>();
}

/** Whether a forecast of a request was at one of these. */
function shownAs(any: readonly object[]) {
  const each = any.map((one) => sql<boolean>`stages::jsonb @> ${JSON.stringify([one])}::jsonb`);
  return sql<boolean>`(${sql.join(each, sql` or `)})`;
}
