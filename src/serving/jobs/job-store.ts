/**
 * What is known of each job.
 * Invariants: one process works on a job at a time, and another takes it over when nothing was heard of the first for a
 * minute; lines of the answer are stored together with how far the job has come; what was sent is deleted when the job ends.
 */
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { Effects } from "../../effects/effects.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { JOB_LIMIT, JOB_UNKNOWN } from "../../errors/registry.ts";
import { appendAudit } from "../../state/audit/audit-log.ts";
import type { State, StateTransaction } from "../../state/open-state.ts";
import { isoTime } from "../../state/value-parsers.ts";
import type { Principal } from "../access/principal.ts";
import type { JobKind, JobState, JobTables } from "./job-tables.ts";

export interface JobStatus {
  readonly id: string;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly at: string;
  readonly lines: number;
  readonly done: number;
  readonly ended: string | null;
  readonly error: string | null;
}

/** A job that this process works on. */
export interface ClaimedJob {
  readonly id: string;
  readonly kind: JobKind;
  readonly principal: Pick<Principal, "tenant" | "client">;
  readonly input: string;
  readonly lines: number;
  readonly done: number;
}

export interface JobLimits {
  /** Jobs of one tenant that wait or run. */
  readonly perTenant: number;
  /** How long the answer of an ended job is kept, days. */
  readonly keepDays: number;
}

/** A process that has not been heard of for so long works on it no more. */
const LOST_MS = 60_000;
const DAY_MS = 86_400_000;
const STATUS = ["id", "kind", "state", "at", "lines", "done", "ended", "error"] as const;

export class JobStore {
  /** Names this process. */
  readonly #worker = randomUUID();

  constructor(
    private readonly state: State,
    private readonly effects: Effects,
    private readonly limits: JobLimits,
  ) {}

  /**
   * @param announce says in the same transaction that the job waits
   * @throws LongitudeError JOB_LIMIT
   */
  accept(
    { tenant, client }: Principal,
    { kind, input, lines }: { readonly kind: JobKind; readonly input: string; readonly lines: number },
    announce: (tx: StateTransaction, id: string) => Promise<void>,
  ): Promise<JobStatus> {
    const id = `job-${randomUUID().replaceAll("-", "")}`;
    const now = this.effects.now();
    return this.state.transaction(async (tx) => {
      const tables = tx.withTables<JobTables>();
      // Two that ask at once are counted one after the other.
      await sql`select pg_advisory_xact_lock(hashtext(${`jobs of ${tenant}`}))`.execute(tx);
      const { count } = await tables
        .selectFrom("job")
        .select((of) => of.fn.countAll<number>().as("count"))
        .where("tenant", "=", tenant)
        .where("state", "in", ["waiting", "running"])
        .executeTakeFirstOrThrow();
      if (count >= this.limits.perTenant)
        throw new LongitudeError(JOB_LIMIT, `${count} jobs of the tenant wait or run already`);
      const status = await tables
        .insertInto("job")
        .values({ id, tenant, client, kind, state: "waiting", at: isoTime(now), lines, done: 0, input })
        .returning(STATUS)
        .executeTakeFirstOrThrow();
      await announce(tx, id);
      await appendAudit(tx, entryOf({ client }, `job.${kind}`, id), now);
      return status;
    });
  }

  /** @throws LongitudeError JOB_UNKNOWN, of another tenant too */
  status({ tenant }: Principal, kind: JobKind, id: string): Promise<JobStatus> {
    return this.state.transaction(async (tx) => {
      const found = await tx
        .withTables<JobTables>()
        .selectFrom("job")
        .select(STATUS)
        .where("id", "=", id)
        .where("tenant", "=", tenant)
        .where("kind", "=", kind)
        .executeTakeFirst();
      if (found === undefined) throw new LongitudeError(JOB_UNKNOWN, "there is no such job");
      return found;
    });
  }

  /** Lines of the answer in their order. */
  lines(id: string, from: number, count: number): Promise<string[]> {
    return this.state.transaction(async (tx) => {
      const rows = await tx
        .withTables<JobTables>()
        .selectFrom("job_line")
        .select("content")
        .where("job", "=", id)
        .where("line", ">=", from)
        .orderBy("line")
        .limit(count)
        .execute();
      return rows.map(({ content }) => content);
    });
  }

  /** Ends the job if it has not ended, and deletes its answer. @throws LongitudeError JOB_UNKNOWN */
  async cancel(principal: Principal, kind: JobKind, id: string): Promise<JobStatus> {
    await this.status(principal, kind, id);
    await this.state.transaction(async (tx) => {
      await this.#ended(tx, id, "cancelled", null);
      await tx.withTables<JobTables>().deleteFrom("job_line").where("job", "=", id).execute();
      await appendAudit(tx, entryOf(principal, "job.cancel", id), this.effects.now());
    });
    return this.status(principal, kind, id);
  }

  /** Takes a job that nobody works on; null when somebody does, or it has ended. */
  claim(id: string): Promise<ClaimedJob | null> {
    return this.state.transaction(async (tx) => {
      const claimed = await tx
        .withTables<JobTables>()
        .updateTable("job")
        .set({ state: "running", worker: this.#worker, touched: isoTime(this.effects.now()) })
        .where("id", "=", id)
        .where("state", "in", ["waiting", "running"])
        .where((of) => of.or([of("worker", "is", null), of("touched", "<", this.#lostBefore())]))
        .returning(["kind", "tenant", "client", "input", "lines", "done"])
        .executeTakeFirst();
      if (claimed === undefined) return null;
      const { kind, tenant, client, input, lines, done } = claimed;
      return { id, kind, principal: { tenant, client }, input, lines, done };
    });
  }

  /**
   * Stores lines of the answer and how far the job has come.
   * @param first number of the first line
   * @returns whether to go on: somebody may have cancelled it, or taken it over
   */
  advance(id: string, done: number, first: number, lines: readonly string[]): Promise<boolean> {
    return this.state.transaction(async (tx) => {
      const tables = tx.withTables<JobTables>();
      const still = await tables
        .updateTable("job")
        .set({ done, touched: isoTime(this.effects.now()) })
        .where("id", "=", id)
        .where("state", "=", "running")
        .where("worker", "=", this.#worker)
        .returning("id")
        .executeTakeFirst();
      if (still === undefined) return false;
      if (lines.length > 0)
        await tables
          .insertInto("job_line")
          .values(lines.map((content, i) => ({ job: id, line: first + i, content })))
          .execute();
      return true;
    });
  }

  /** @param error the code that it failed with */
  end(id: string, error: string | null): Promise<void> {
    return this.state.transaction((tx) =>
      this.#ended(tx, id, error === null ? "done" : "failed", error, this.#worker),
    );
  }

  /** Lets go of a job for another process, or for this one when it is started again. */
  async release(id: string): Promise<void> {
    await this.state.transaction((tx) =>
      tx
        .withTables<JobTables>()
        .updateTable("job")
        .set({ state: "waiting", worker: null })
        .where("id", "=", id)
        .where("worker", "=", this.#worker)
        .where("state", "=", "running")
        .execute(),
    );
  }

  /** Jobs that nobody works on, oldest first. */
  async forsaken(): Promise<string[]> {
    const rows = await this.state.transaction((tx) =>
      tx
        .withTables<JobTables>()
        .selectFrom("job")
        .select("id")
        .where("state", "in", ["waiting", "running"])
        .where((of) => of.or([of("worker", "is", null), of("touched", "<", this.#lostBefore())]))
        .orderBy("at")
        .execute(),
    );
    return rows.map(({ id }) => id);
  }

  /** Of a process that is certainly gone, on the engine that lets one process work at a time. */
  async takeOver(): Promise<void> {
    await this.state.transaction((tx) =>
      tx
        .withTables<JobTables>()
        .updateTable("job")
        .set({ worker: null })
        .where("state", "=", "running")
        .execute(),
    );
  }

  /** Deletes answers that were kept long enough. */
  async tidy(): Promise<void> {
    const before = isoTime(this.effects.now() - this.limits.keepDays * DAY_MS);
    await this.state.transaction((tx) =>
      tx.withTables<JobTables>().deleteFrom("job").where("ended", "<", before).execute(),
    );
  }

  #lostBefore(): string {
    return isoTime(this.effects.now() - LOST_MS);
  }

  async #ended(
    tx: StateTransaction,
    id: string,
    state: JobState,
    error: string | null,
    worker?: string,
  ): Promise<void> {
    const ending = tx
      .withTables<JobTables>()
      .updateTable("job")
      .set({ state, error, input: "", ended: isoTime(this.effects.now()) })
      .where("id", "=", id)
      .where("ended", "is", null);
    await (worker === undefined ? ending : ending.where("worker", "=", worker)).execute();
  }
}

function entryOf({ client }: Pick<Principal, "client">, action: string, object: string) {
  return { actor: client, action, object, patientKey: null, reason: "", outcome: "done" as const };
}
