/**
 * Works on one job: forecasts for many, each line stored as it is made, or evidence on people, which is one line at the end.
 * Invariant: forecasts go on after the last line that was stored; a validation begins anew, since nothing of a person is kept.
 */
import { setImmediate } from "node:timers/promises";
import { LOCAL } from "../access/principal.ts";
import { forecastRequestSchema } from "../answers/forecast-request.ts";
import { parsedLines } from "../routes/line-stream.ts";
import type { ServerContext } from "../server-context.ts";
import type { ClaimedJob, JobStore } from "./job-store.ts";
import { forecastLines, personSchema, validationOf } from "./long-work.ts";

/** What has been worked on, and the line of the answer that came of it. */
interface Step {
  readonly done: number;
  readonly line: object | null;
}

/** How long lines wait to be stored together. */
const TOGETHER_MS = 1000;

/** @returns whether it came to its end; else it was stopped, cancelled or taken over */
export async function runJob(
  context: ServerContext,
  store: JobStore,
  job: ClaimedJob,
  signal: AbortSignal,
): Promise<boolean> {
  let first = job.kind === "forecasts" ? job.done : 0;
  let lines: string[] = [];
  let done = job.done;
  let storedAt = context.effects.now();
  const keep = async (): Promise<boolean> => {
    const goOn = await store.advance(job.id, done, first, lines);
    first += lines.length;
    lines = [];
    storedAt = context.effects.now();
    return goOn;
  };
  for await (const step of stepsOf(context, job)) {
    done = step.done;
    if (step.line !== null) lines.push(JSON.stringify(step.line));
    const stop = signal.aborted;
    if ((stop || context.effects.now() - storedAt >= TOGETHER_MS) && !(await keep())) return false;
    if (stop) return false;
    // Whoever waits at the bedside goes first.
    await setImmediate();
  }
  return keep();
}

async function* stepsOf(context: ServerContext, job: ClaimedJob): AsyncGenerator<Step> {
  if (job.kind === "forecasts") {
    const { tenant, client } = job.principal;
    const local = tenant === LOCAL.tenant && client === LOCAL.client;
    const principal = local ? LOCAL : { tenant, client, scopes: [] };
    const lines = parsedLines(job.input, forecastRequestSchema, job.done);
    for await (const line of forecastLines(context, principal, lines)) yield { done: line.request + 1, line };
    return;
  }
  for await (const event of await validationOf(context, parsedLines(job.input, personSchema)))
    yield event.event === "progress"
      ? { done: event.persons + event.failed, line: null }
      : { done: job.lines, line: event };
}
