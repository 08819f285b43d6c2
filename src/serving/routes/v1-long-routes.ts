/** Long work of other institutions: forecasts for many, and evidence on their people, sent line by line as it is made. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ANSWER_WITHHELD } from "../../errors/registry.ts";
import type { Principal } from "../access/principal.ts";
import { forecastOf, forecastRequestSchema, recordOf } from "../answers/forecast-request.ts";
import { instantOf, instantSchema } from "../records/timeline-input.ts";
import type { ServerContext } from "../server-context.ts";
import { type ValidatedPerson, validatePersons } from "../validations/validate-persons.ts";
import { lineErrorOf, type ParsedLine, parsedLines, sendLines } from "./line-stream.ts";

const batchSchema = z.strictObject({ requests: z.array(forecastRequestSchema).min(1).max(1000) });
/** The prediction time is needed: what comes after it is what is compared. */
const personSchema = forecastRequestSchema.and(z.looseObject({ at: instantSchema }));
const linesSchema = z.string().min(1).describe("One JSON object a line (application/x-ndjson)");

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
      return sendLines(reply, forecasts(context, principal, lines));
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
        forecasts(context, principal, parsedLines(request.body, forecastRequestSchema)),
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
      const { release } = await context.stages.current();
      if (release.stage === "stopped" && !release.sandbox)
        throw new LongitudeError(ANSWER_WITHHELD, `nothing is computed: ${release.because ?? "stopped"}`);
      const persons = personsOf(context, parsedLines(request.body, personSchema));
      return sendLines(reply, validatePersons(context.model, persons, context.seed));
    },
  );
}

async function* forecasts(
  context: ServerContext,
  principal: Principal,
  lines: Iterable<ParsedLine<z.output<typeof forecastRequestSchema>>>,
): AsyncGenerator<object> {
  for (const line of lines) {
    const { request } = line;
    if ("error" in line) {
      yield line;
      continue;
    }
    yield await forecastOf(context, principal, line.value).then(
      (forecast) => ({ request, ...forecast }),
      (error: unknown) => ({ request, error: lineErrorOf(error) }),
    );
  }
}

function* personsOf(
  context: ServerContext,
  lines: Iterable<ParsedLine<z.output<typeof personSchema>>>,
): Generator<ValidatedPerson | string> {
  for (const line of lines) {
    if ("error" in line) {
      yield line.error.code;
      continue;
    }
    try {
      const { events } = recordOf(context, line.value);
      yield {
        events: events.map((event) => context.meaning.settled(event)),
        at: instantOf(line.value.at) ?? 0,
      };
    } catch (error) {
      if (!(error instanceof LongitudeError)) throw error;
      yield error.code;
    }
  }
}
