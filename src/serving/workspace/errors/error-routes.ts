/**
 * Wrong forecasts of held-out persons, one by one: who was missed, who was alarmed for nothing, why a reviewer thinks so.
 * Invariants: only people of the site's own institution who may see persons; each list and each record opened is in the audit
 * log before it is shown; the addresses have keys, never a subject.
 */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { LongitudeError } from "../../../errors/longitude-error.ts";
import { PATIENT_REFUSED, REQUEST_INVALID } from "../../../errors/registry.ts";
import type { EvaluationTask } from "../../../evaluation/design/evaluation-schema.ts";
import { appendAudit } from "../../../state/audit/audit-log.ts";
import type { StateTransaction } from "../../../state/open-state.ts";
import { isoTime } from "../../../state/value-parsers.ts";
import { readRecord } from "../../../timeline/read-record.ts";
import { MS_PER_DAY } from "../../../vetting/duration.ts";
import { patientKeyOf } from "../../answers/ask-record.ts";
import { PERSON_ROLES, seesPatients } from "../../identity/roles.ts";
import type { Session } from "../../identity/sessions.ts";
import type { ServerContext } from "../../server-context.ts";
import { timelineOf, timelineSchema } from "../patient/patient-answer.ts";
import { sessionWithRole } from "../session-with-role.ts";
import type { ErrorTables } from "./error-tables.ts";
import { FAILURE_MODES } from "./failure-modes.table.ts";
import { type HeldOutPerson, heldOutFolders, heldOutPersons } from "./held-out.ts";

const SEEING = PERSON_ROLES.filter((role) => seesPatients([role]));
const MINIMUM_CELL = 11;
/** Rows of each kind that are shown, the farthest from the threshold first. */
const SHOWN = 100;
/** Tasks whose persons are kept. */
const KEPT = 4;

const ERRORS = ["missed", "false alarm"] as const;
const modes = FAILURE_MODES.map(({ code }) => code);
const place = z.coerce.number().int().min(0).max(9999);
const taskQuery = z.object({ task: place.default(0), threshold: place.default(0) });
const key = z.string().regex(/^[0-9a-f]{32}$/, "a person's key");

const tagSchema = z.strictObject({ mode: z.enum(modes), reason: z.string(), by: z.string(), at: z.string() });
const rowSchema = z.strictObject({
  key: z.string(),
  error: z.enum(ERRORS),
  risk: z.number(),
  /** What came first. */
  came: z.enum(["onset", "death", "censored"]),
  /** Days from the prediction until it came, or until the end of follow-up. */
  days: z.number(),
  tag: tagSchema.nullable(),
});

const errorsAnswerSchema = z.strictObject({
  /** Why there is nothing to review; null: there is. */
  nothing: z.enum(["no records", "no proof", "no thresholds"]).nullable(),
  threshold: z.number().nullable(),
  /** Persons of the task, and of these the wrong ones at the threshold. */
  persons: z.int(),
  missed: z.strictObject({ n: z.int(), of: z.int() }),
  falseAlarms: z.strictObject({ n: z.int(), of: z.int() }),
  rows: z.array(rowSchema),
  /** Newest tags of persons at any threshold. Null: some, but fewer than the minimum cell. */
  tags: z.array(z.strictObject({ mode: z.string(), count: z.int().nullable() })),
  minimumCell: z.int(),
});

const openBody = z.strictObject({ task: place, key });
const recordAnswerSchema = z.strictObject({
  timeline: timelineSchema,
  /** By the record's own dates, which may be shifted. */
  predictedAt: z.string(),
  endsAt: z.string(),
  risk: z.number(),
  came: z.enum(["onset", "death", "censored"]),
  days: z.number(),
  /** Codes in the record that count as the outcome. */
  outcomeCodes: z.array(z.string()),
});

const tagBody = z.strictObject({
  id: z.uuid(),
  task: place,
  threshold: place,
  key,
  mode: z.enum(modes),
  reason: z.string().regex(/^(?:\P{Cc}|\n){0,500}$/u, "at most 500 characters"),
});

export type ErrorsAnswer = z.output<typeof errorsAnswerSchema>;
export type ErrorRecord = z.output<typeof recordAnswerSchema>;
export type SendTag = z.input<typeof tagBody>;

export function errorRoutes(instance: FastifyInstance, context: ServerContext): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  const tags = ["workspace"];
  const kept = new Map<number, Promise<HeldOutPerson[]>>();

  app.get(
    "/workspace/errors",
    {
      schema: {
        tags,
        summary: "Held-out persons whom a threshold gets wrong, those missed first",
        querystring: taskQuery,
        response: { 200: errorsAnswerSchema },
      },
    },
    async (request): Promise<ErrorsAnswer> => {
      const session = sessionOfSite(request);
      const task = taskAt(request.query.task);
      const threshold = thresholdAt(task, request.query.threshold);
      const none = { threshold, persons: 0, missed: NOBODY, falseAlarms: NOBODY, rows: [], tags: [] };
      if (threshold === null) return { nothing: "no thresholds", ...none, minimumCell: MINIMUM_CELL };
      const persons = await personsOf(request.query.task, task);
      if (typeof persons === "string") return { nothing: persons, ...none, minimumCell: MINIMUM_CELL };
      const said = await context.state.transaction(async (tx) => {
        await log(tx, session, "errors.list", context.model.manifest.id, null);
        return newestTags(tx, session, task);
      });
      const { missed, falseAlarms } = wrongAt(persons, threshold);
      const row = (error: (typeof ERRORS)[number]) => (person: HeldOutPerson) => {
        const own = keyOf(session, person);
        const { risk, kind: came, days } = person;
        return { key: own, error, risk, came, days, tag: said.get(own) ?? null };
      };
      return {
        nothing: null,
        threshold,
        persons: persons.length,
        missed: { n: missed.length, of: persons.filter(({ had }) => had === true).length },
        falseAlarms: { n: falseAlarms.length, of: persons.filter(({ had }) => had === false).length },
        rows: [
          ...missed.slice(0, SHOWN).map(row("missed")),
          ...falseAlarms.slice(0, SHOWN).map(row("false alarm")),
        ],
        tags: countsOf([...said.values()].map(({ mode }) => mode)),
        minimumCell: MINIMUM_CELL,
      };
    },
  );
  app.post(
    "/workspace/errors/open",
    {
      schema: {
        tags,
        summary: "The de-identified record of a held-out person; that it was opened is in the audit log",
        body: openBody,
        response: { 200: recordAnswerSchema },
      },
    },
    async (request): Promise<ErrorRecord> => {
      const session = sessionOfSite(request);
      const task = taskAt(request.body.task);
      const person = await personAt(session, request.body.task, request.body.key);
      const folders = await heldOutFolders(context);
      if (typeof folders === "string") throw unknownPerson();
      await context.state.transaction((tx) =>
        log(tx, session, "errors.open-record", context.model.manifest.id, request.body.key),
      );
      const record = await readRecord(folders.records, person.subjectId, { texts: false });
      if (record === null) throw unknownPerson();
      const { timeline, descriptions } = record;
      const { events } = timeline;
      const outcome = context.model.outcomes.find(({ name }) => name === task.outcome);
      const last = Math.max(person.predictionDay + person.days, ...dayOf(events.at(-1)?.time));
      return {
        timeline: timelineOf(events, (code) => descriptions.get(code) ?? code),
        predictedAt: isoTime(person.predictionDay * MS_PER_DAY),
        endsAt: isoTime(last * MS_PER_DAY),
        risk: person.risk,
        came: person.kind,
        days: person.days,
        outcomeCodes: [
          ...new Set(
            events.flatMap(({ code, numericValue }) =>
              outcome?.matches(code, numericValue) === true ? [code] : [],
            ),
          ),
        ],
      };
    },
  );
  app.post(
    "/workspace/errors/tags",
    {
      schema: {
        tags,
        summary: "Says why a forecast was wrong; sent again, it is recorded once",
        body: tagBody,
        response: { 200: z.strictObject({ done: z.literal(true) }) },
      },
    },
    async (request) => {
      const session = sessionOfSite(request);
      const { id, task: at, threshold: cut, key: person, mode, reason } = request.body;
      const task = taskAt(at);
      const threshold = thresholdAt(task, cut);
      const found = await personAt(session, at, person);
      const error = threshold === null ? null : errorOf(found, threshold);
      if (threshold === null || error === null)
        throw new LongitudeError(REQUEST_INVALID, "at this threshold the forecast is not wrong");
      const { outcome, landmark, horizon } = task;
      await context.state.transaction(async (tx) => {
        const { numInsertedOrUpdatedRows: added } = await tx
          .withTables<ErrorTables>()
          .insertInto("error_tag")
          .values({
            ...{ id, tenant: session.tenant, release: context.model.manifest.id, outcome, landmark, horizon },
            ...{ person, error, threshold, mode, reason, reviewer: session.id },
            at: isoTime(context.effects.now()),
          })
          .onConflict((conflict) => conflict.column("id").doNothing())
          .executeTakeFirst();
        if (added !== 0n) await log(tx, session, "errors.tag", mode, person);
      });
      return { done: true as const };
    },
  );

  /** Records of the site are shown to people of its own institution alone. */
  function sessionOfSite(request: Parameters<typeof sessionWithRole>[0]): Session {
    const session = sessionWithRole(request, SEEING);
    const own = ["local", context.config.people.provider?.tenant];
    if (!own.includes(session.tenant))
      throw new LongitudeError(PATIENT_REFUSED, "held-out records are those of another institution");
    return session;
  }

  function taskAt(at: number): EvaluationTask {
    const task = context.model.evaluation.tasks[at];
    if (task === undefined)
      throw new LongitudeError(REQUEST_INVALID, "the release was measured on fewer tasks");
    return task;
  }

  function thresholdAt(task: EvaluationTask, at: number): number | null {
    const closer = context.model.evidence?.tasks.find(
      (one) => one.outcome === task.outcome && one.landmark === task.landmark && one.horizon === task.horizon,
    );
    return closer?.thresholds[Math.min(at, closer.thresholds.length - 1)]?.risk ?? null;
  }

  async function personsOf(at: number, task: EvaluationTask) {
    const folders = await heldOutFolders(context);
    if (typeof folders === "string") return folders;
    const known = kept.get(at);
    if (known !== undefined) return known;
    const reading = heldOutPersons(folders, context.model, task);
    kept.set(at, reading);
    reading.catch(() => kept.delete(at));
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return reading;
  }

  async function personAt(session: Session, at: number, own: string): Promise<HeldOutPerson> {
    const persons = await personsOf(at, taskAt(at));
    const found =
      typeof persons === "string" ? undefined : persons.find((one) => keyOf(session, one) === own);
    if (found === undefined) throw unknownPerson();
    return found;
  }

  function keyOf({ tenant }: Session, { subjectId }: HeldOutPerson): string {
    return patientKeyOf(context.secret, tenant, `held out/${subjectId}`);
  }

  async function newestTags(tx: StateTransaction, { tenant }: Session, task: EvaluationTask) {
    const { outcome, landmark, horizon } = task;
    const rows = await tx
      .withTables<ErrorTables>()
      .selectFrom("error_tag")
      .select(["person", "mode", "reason", "reviewer as by", "at"])
      .where((where) => where.and({ tenant, release: context.model.manifest.id, outcome, landmark, horizon }))
      .orderBy("sequence")
      .execute();
    return new Map(rows.map(({ person, ...said }) => [person, tagSchema.parse(said)]));
  }

  function log(
    tx: StateTransaction,
    { id: actor }: Session,
    action: string,
    object: string,
    patientKey: string | null,
  ) {
    const facts = { actor, action, object, patientKey, reason: "", outcome: "done" } as const;
    return appendAudit(tx, facts, context.effects.now());
  }
}

const NOBODY = { n: 0, of: 0 };

function errorOf({ had, risk }: HeldOutPerson, threshold: number): (typeof ERRORS)[number] | null {
  if (had === true && risk < threshold) return "missed";
  return had === false && risk >= threshold ? "false alarm" : null;
}

function wrongAt(persons: readonly HeldOutPerson[], threshold: number) {
  const of = (error: (typeof ERRORS)[number]) => persons.filter((one) => errorOf(one, threshold) === error);
  return {
    missed: of("missed").sort((a, b) => a.risk - b.risk),
    falseAlarms: of("false alarm").sort((a, b) => b.risk - a.risk),
  };
}

/** The most common first; a count below the minimum cell is not told, and comes last. */
function countsOf(said: readonly string[]): ErrorsAnswer["tags"] {
  const counts = new Map<string, number>();
  for (const mode of said) counts.set(mode, (counts.get(mode) ?? 0) + 1);
  return [...counts]
    .map(([mode, count]) => ({ mode, count: count < MINIMUM_CELL ? null : count }))
    .sort((a, b) => (b.count ?? 0) - (a.count ?? 0) || (a.mode < b.mode ? -1 : 1));
}

function dayOf(time: number | null | undefined): number[] {
  return time == null ? [] : [time / MS_PER_DAY];
}

function unknownPerson(): LongitudeError {
  return new LongitudeError(PATIENT_REFUSED, "no held-out person of that key is open to this session");
}
