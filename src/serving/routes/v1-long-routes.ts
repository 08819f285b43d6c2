/** Long work of other institutions: forecasts for many, and evidence on their people, sent line by line as it is made. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { forecastRequestSchema } from "../answers/forecast-request.ts";
import { forecastLines, personSchema, validationOf } from "../jobs/long-work.ts";
import type { ServerContext } from "../server-context.ts";
import { parsedLines, sendLines } from "./line-stream.ts";

const batchSchema = z.strictObject({ requests: z.array(forecastRequestSchema).min(1).max(1000) });
export const linesSchema = z.string().min(1).describe("One JSON object a line (application/x-ndjson)");

export function v1LongRoutes(instance: FastifyInstance, context: ServerContext): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  const bodyLimit = context.config.limits.fileMegabytes * 2 ** 20;
  const create = (authorization: string | undefined, type: string) =>
    context.access.system(authorization, type, "c");
  app.post(
    "/v1/forecasts/batch",
    {
      schema: {
        tags: ["v1"],
        summary: "Forecasts for many, one JSON object a line, in the order of the requests",
        body: batchSchema,
      },
    },
    async (request, reply) => {
      const principal = await create(request.headers.authorization, "RiskAssessment");
      const lines = request.body.requests.map((value, i) => ({ request: i, value }));
      return sendLines(reply, forecastLines(context, principal, lines));
    },
  );
  app.post(
    "/v1/forecasts/file",
    {
      bodyLimit,
      schema: {
        tags: ["v1"],
        summary: "Forecasts for a file: NDJSON in, each line as POST /v1/forecasts takes it, NDJSON out",
        consumes: ["application/x-ndjson"],
        body: linesSchema,
      },
    },
    async (request, reply) => {
      const principal = await create(request.headers.authorization, "RiskAssessment");
      return sendLines(
        reply,
        forecastLines(context, principal, parsedLines(request.body, forecastRequestSchema)),
      );
    },
  );
  app.post(
    "/v1/validations",
    {
      bodyLimit,
      schema: {
        tags: ["v1"],
        summary:
          "Evidence on your people: whole records with a prediction time each, one a line; progress and then the evidence, nobody stored",
        consumes: ["application/x-ndjson"],
        body: linesSchema,
      },
    },
    async (request, reply) => {
      await create(request.headers.authorization, "Evidence");
      return sendLines(reply, await validationOf(context, parsedLines(request.body, personSchema)));
    },
  );
}
