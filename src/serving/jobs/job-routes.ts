/** Jobs of other institutions: accepted at once, worked on whatever happens to a process, their answers fetched line by line. */
import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { REQUEST_INVALID } from "../../errors/registry.ts";
import { writtenLines } from "../routes/line-stream.ts";
import { linesSchema } from "../routes/v1-long-routes.ts";
import type { ServerContext } from "../server-context.ts";
import { JobQueue } from "./job-queue.ts";
import type { JobStore } from "./job-store.ts";
import { JOB_KINDS, JOB_STATES } from "./job-tables.ts";

const jobReply = z.object({
  id: z.string(),
  kind: z.enum(JOB_KINDS),
  state: z.enum(JOB_STATES),
  at: z.string(),
  /** How many lines were sent, and how many of them have been worked on. */
  lines: z.number(),
  done: z.number(),
  ended: z.string().nullable(),
  /** The code that it failed with. */
  error: z.string().nullable(),
});
const jobParams = z.object({ id: z.string().regex(/^job-[0-9a-f]{32}$/, "the id of a job") });
const fromQuery = z.object({ from: z.coerce.number().int().min(0).max(1e9).default(0) });

/** What each kind makes: the scope that it takes, to ask for it and to fetch it. */
const MAKES = {
  forecasts: {
    type: "RiskAssessment",
    what: "Forecasts for a file, each line as POST /v1/forecasts takes it",
  },
  validations: {
    type: "Evidence",
    what: "Evidence on your people, each line as POST /v1/validations takes it",
  },
} as const;

const PAGE = 500;

export async function jobRoutes(instance: FastifyInstance, context: ServerContext): Promise<void> {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  const queue = new JobQueue(context);
  app.addHook("onReady", () => queue.start());
  app.addHook("preClose", () => queue.stop());
  const bodyLimit = context.config.limits.fileMegabytes * 2 ** 20;
  for (const kind of JOB_KINDS) {
    const { type, what } = MAKES[kind];
    const ask = (authorization: string | undefined) => context.access.system(authorization, type, "c");
    const path = `/v1/jobs/${kind}`;
    const tags = ["v1"];
    app.post(
      path,
      {
        bodyLimit,
        schema: {
          tags,
          summary: `${what}; accepted as a job that goes on by itself`,
          consumes: ["application/x-ndjson"],
          body: linesSchema,
          response: { 202: jobReply },
        },
      },
      async (request, reply) => {
        const principal = await ask(request.headers.authorization);
        const lines = writtenLines(request.body).length;
        // No JSON has one as it stands, and no database stores it.
        if (request.body.includes("\0")) throw new LongitudeError(REQUEST_INVALID, "body: it has a NUL");
        if (lines === 0) throw new LongitudeError(REQUEST_INVALID, "body: no line is written");
        const job = await queue.accept(principal, { kind, input: request.body, lines });
        return reply.code(202).header("location", `${path}/${job.id}`).send(job);
      },
    );
    app.get(
      `${path}/:id`,
      {
        schema: {
          tags,
          summary: "How far a job has come",
          params: jobParams,
          response: { 200: jobReply },
        },
      },
      async (request) =>
        queue.store.status(await ask(request.headers.authorization), kind, request.params.id),
    );
    app.get(
      `${path}/:id/lines`,
      {
        schema: {
          tags,
          summary: "The lines of the answer that there are so far, one JSON object each, from one on",
          params: jobParams,
          querystring: fromQuery,
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        await queue.store.status(await ask(request.headers.authorization), kind, id);
        return reply
          .type("application/x-ndjson; charset=utf-8")
          .send(Readable.from(pages(queue.store, id, request.query.from)));
      },
    );
    app.delete(
      `${path}/:id`,
      {
        schema: {
          tags,
          summary: "Ends a job, and deletes what it has made",
          params: jobParams,
          response: { 200: jobReply },
        },
      },
      async (request) =>
        queue.store.cancel(await ask(request.headers.authorization), kind, request.params.id),
    );
  }
}

async function* pages(store: JobStore, id: string, from: number): AsyncGenerator<string> {
  for (let next = from; ; next += PAGE) {
    const lines = await store.lines(id, next, PAGE);
    for (const line of lines) yield `${line}\n`;
    if (lines.length < PAGE) return;
  }
}
