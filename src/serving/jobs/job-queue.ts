/**
 * Hands jobs to whichever process of the server is free (pg-boss, in the database of the state): one at a time in each.
 * Invariant: a job that was accepted is worked on to its end, whichever process dies meanwhile; a job is never worked on
 * because of the queue alone, but because this process has claimed it.
 */
import { setTimeout } from "node:timers/promises";
import { CompiledQuery } from "kysely";
import PgBoss from "pg-boss";
import { LongitudeError } from "../../errors/longitude-error.ts";
import type { StateTransaction } from "../../state/open-state.ts";
import type { Principal } from "../access/principal.ts";
import { errorCode } from "../error-code.ts";
import type { ServerContext } from "../server-context.ts";
import { type JobStatus, JobStore } from "./job-store.ts";
import type { JobKind } from "./job-tables.ts";
import { runJob } from "./run-job.ts";

const QUEUE = "job";
const POLL_SECONDS = 5;
/** How often it is looked for jobs that nobody works on any more. */
const LOOK_MS = 20_000;
/** pg-boss's own expiry is not used: who works on what is told by the claims. */
const EXPIRE_HOURS = 23;
const STOP_MS = 5000;

export class JobQueue {
  readonly store: JobStore;
  readonly #boss: PgBoss;
  readonly #stopped = new AbortController();
  #worker = "";
  #looking: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(private readonly context: ServerContext) {
    const { state, effects, config, log } = context;
    this.store = new JobStore(state, effects, config.jobs);
    this.#boss = new PgBoss({
      db: { executeSql: (text, values: unknown[] = []) => state.foreign(text, values) },
      schema: `${state.schema}_jobs`,
      schedule: false,
    });
    this.#boss.on("error", (error) => log.write({ event: "failed", route: "jobs", kind: error.name }));
  }

  async start(): Promise<void> {
    await this.#boss.start();
    // With the job's id as the key: however often a job is handed in, it waits in the queue once.
    await this.#boss.createQueue(QUEUE, { name: QUEUE, policy: "short" });
    await this.sendForsaken();
    this.#worker = await this.#boss.work<{ id: string }>(
      QUEUE,
      { batchSize: 1, pollingIntervalSeconds: POLL_SECONDS },
      async (jobs) => {
        for (const { data } of jobs) {
          this.#running = this.#run(data.id);
          await this.#running;
        }
      },
    );
    this.#looking = setInterval(() => void this.#look(), LOOK_MS);
    this.#looking.unref();
  }

  /** What is being worked on is let go of, for another process or the next start. */
  async stop(): Promise<void> {
    clearInterval(this.#looking);
    this.#stopped.abort();
    await Promise.race([this.#running, setTimeout(STOP_MS, undefined, { ref: false })]);
    await this.#boss.stop({ graceful: false, wait: false });
  }

  /** When it returns, the job is recorded. @throws LongitudeError JOB_LIMIT */
  async accept(
    principal: Principal,
    job: { readonly kind: JobKind; readonly input: string; readonly lines: number },
  ): Promise<JobStatus> {
    const status = await this.store.accept(principal, job, (tx, id) => this.#send(tx, id));
    this.#boss.notifyWorker(this.#worker);
    return status;
  }

  async #send(tx: StateTransaction, id: string): Promise<void> {
    const executeSql = (text: string, values: unknown[] = []) =>
      tx.executeQuery(CompiledQuery.raw(text, values));
    const options = { singletonKey: id, expireInHours: EXPIRE_HOURS, retryLimit: 0 };
    await this.#boss.send(QUEUE, { id }, { ...options, db: { executeSql } });
  }

  /** Hands in what nobody works on: done at the start, and by itself from time to time. */
  async sendForsaken(): Promise<void> {
    for (const id of await this.store.forsaken())
      await this.context.state.transaction((tx) => this.#send(tx, id));
  }

  async #look(): Promise<void> {
    try {
      await this.sendForsaken();
      await this.store.tidy();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Never throws: pg-boss would store the error with its text, which may have been made of the record. */
  async #run(id: string): Promise<void> {
    try {
      await this.#work(id);
    } catch (error) {
      this.#failed(error); // it is forsaken, and taken up again
    }
  }

  async #work(id: string): Promise<void> {
    const job = await this.store.claim(id);
    if (job === null) return;
    try {
      const { signal } = this.#stopped;
      if (await runJob(this.context, this.store, job, signal)) await this.store.end(id, null);
      else if (signal.aborted) await this.store.release(id);
    } catch (error) {
      this.#failed(error);
      // Of a database that is away nothing is known: the job is taken up again when it is back.
      if (error instanceof LongitudeError && error.httpStatus === 503) return;
      await this.store.end(id, errorCode(error));
    }
  }

  #failed(error: unknown): void {
    const code = errorCode(error);
    this.context.log.write({ event: "failed", route: "jobs", code });
  }
}
