/** The API for other institutions, version 1: outcomes, the model card, forecasts one by one or many, stored answers. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ANSWER_WITHHELD } from "../../errors/registry.ts";
import type { Principal } from "../access/principal.ts";
import { answerSchema } from "../answers/answer.ts";
import { readStoredAnswer, replayAnswer } from "../answers/answer-store.ts";
import { askRecord, type RecordAnswer } from "../answers/ask-record.ts";
import { patientRecord } from "../records/patient-record.ts";
import { instantOf, instantSchema, timelineEvents, timelineSchema } from "../records/timeline-input.ts";
import type { ServerContext } from "../server-context.ts";
import { effectiveStage, SERVED_STAGES } from "../stages/effective-stage.ts";

const unit = z.string().regex(/^[A-Za-z0-9._-]{0,64}$/, "a short name");
const common = {
  /** Prediction time; now when left out. Nothing after it is looked at. */
  at: instantSchema.optional(),
  /** Where care happens. */
  unit: unit.default(""),
  /** Whether the events that moved the risk are told. */
  explain: z.boolean().default(false),
};

export const forecastRequestSchema = z.union([
  z.strictObject({ timeline: timelineSchema, ...common }),
  z.strictObject({
    /** A FHIR R4 Bundle with one person's record. */
    bundle: z.looseObject({ resourceType: z.literal("Bundle") }),
    /** Id of the Patient; the only one of the Bundle when left out. */
    patient: z
      .string()
      .regex(/^[A-Za-z0-9.-]{1,64}$/)
      .optional(),
    ...common,
  }),
]);

type ForecastRequest = z.output<typeof forecastRequestSchema>;

const batchSchema = z.strictObject({
  requests: z.array(forecastRequestSchema).min(1).max(1000),
});
const answerParams = z.object({ id: z.string().regex(/^ans-[0-9a-f]{32}$/, "the id of an answer") });

export function v1Routes(instance: FastifyInstance, context: ServerContext): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  app.get("/v1/model", { schema: { tags: ["v1"], summary: "The model card" } }, async (request) => {
    await context.access.system(request.headers.authorization, "Device", "r");
    const { id, version, model, reviewBy } = context.model.manifest;
    return {
      release: id,
      version,
      model,
      reviewBy,
      parameters: context.model.parameters,
      card: context.model.card,
    };
  });
  app.get(
    "/v1/outcomes",
    {
      schema: {
        tags: ["v1"],
        summary: "What is forecast, with its evidence and stage",
        querystring: z.object({ unit: unit.default("") }),
      },
    },
    async (request) => {
      await context.access.system(request.headers.authorization, "Device", "r");
      const { release, settings } = await context.stages.current();
      return {
        outcomes: context.model.tasks.map((task) => ({
          outcome: task.outcome.name,
          title: task.outcome.title,
          horizon: task.horizon,
          verdict: task.verdict?.verdict ?? "not measured",
          stage: effectiveStage(release, task, request.query.unit, settings),
          persons: task.evidence?.n ?? null,
          onsets: task.evidence?.events ?? null,
          cIndex: task.evidence?.models.longitude?.cIndex ?? null,
        })),
      };
    },
  );
  app.post(
    "/v1/forecasts",
    {
      schema: { tags: ["v1"], summary: "Forecasts for one timeline or Bundle", body: forecastRequestSchema },
    },
    async (request) => {
      const principal = await context.access.system(request.headers.authorization, "RiskAssessment", "c");
      return forecastOf(context, principal, request.body);
    },
  );
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
      const principal = await context.access.system(request.headers.authorization, "RiskAssessment", "c");
      const { requests } = request.body;
      reply.hijack();
      reply.raw.writeHead(200, { "content-type": "application/x-ndjson", "cache-control": "no-store" });
      for (const [i, one] of requests.entries()) {
        if (reply.raw.destroyed) return;
        const line = await forecastOf(context, principal, one).then(
          (forecast) => ({ request: i, ...forecast }),
          (error: unknown) => ({ request: i, error: errorOf(error) }),
        );
        reply.raw.write(`${JSON.stringify(line)}\n`);
      }
      reply.raw.end();
    },
  );
  app.get(
    "/v1/answers/:id",
    { schema: { tags: ["v1"], summary: "A stored answer of this tenant", params: answerParams } },
    async (request) => {
      const { tenant } = await context.access.system(request.headers.authorization, "RiskAssessment", "r");
      await requireShown(context);
      const { answer } = await context.state.transaction((tx) =>
        readStoredAnswer(tx, request.params.id, tenant),
      );
      return answerSchema.parse(JSON.parse(answer));
    },
  );
  app.post(
    "/v1/answers/:id/replay",
    {
      schema: {
        tags: ["v1"],
        summary: "Computes a stored answer anew and compares the bytes",
        params: answerParams,
      },
    },
    async (request) => {
      const { tenant } = await context.access.system(request.headers.authorization, "RiskAssessment", "r");
      const stored = await context.state.transaction((tx) => readStoredAnswer(tx, request.params.id, tenant));
      await replayAnswer(context.model, stored);
      return { id: stored.id, same: true };
    },
  );
  app.post(
    "/v1/stages",
    {
      schema: {
        tags: ["v1"],
        summary: "Lowers an outcome in a unit, or brings it back up to what the release has reached",
        body: z.strictObject({
          outcome: z.string().max(100).nullable().default(null),
          unit: unit.min(1).nullable().default(null),
          stage: z.enum(SERVED_STAGES),
          reason: z.string().regex(/^[^\r\n]{1,200}$/, "one line, at most 200 characters"),
        }),
      },
    },
    async (request) => {
      const { client } = await context.access.system(request.headers.authorization, "Stage", "u");
      await context.stages.set({ ...request.body, by: client });
      context.log.write({ event: "stage", release: context.model.manifest.id });
      return { done: true };
    },
  );
}

async function forecastOf(context: ServerContext, principal: Principal, request: ForecastRequest) {
  const record =
    "timeline" in request
      ? { events: timelineEvents(request.timeline), leftOut: {}, displays: new Map<string, string>() }
      : bundleRecord(context, request.bundle, request.patient ?? null);
  const asked = await askRecord(context, principal, {
    ...record,
    at: instantOf(request.at),
    explain: request.explain,
    kind: "v1",
    detail: "forecast",
    unit: request.unit,
    patient: "timeline" in request ? "" : (request.patient ?? ""),
  });
  return shownOf(asked);
}

function bundleRecord(context: ServerContext, bundle: unknown, patient: string | null) {
  const { timeline, leftOut, displays } = patientRecord([bundle], patient, context.records);
  return { events: timeline.events, leftOut, displays };
}

/** @throws LongitudeError ANSWER_WITHHELD where nobody may see it */
export function shownOf({ answer, shown, stage, because }: RecordAnswer) {
  if (answer === null || shown.length === 0) throw withheld(stage, because);
  return {
    ...answer,
    stage,
    notice: stage === "sandbox" ? "Sandbox: not for care." : null,
    forecasts: shown.map(({ forecast, stage: own }) => ({ ...forecast, stage: own })),
  };
}

export function withheld(stage: string, because: string | null): LongitudeError {
  return new LongitudeError(
    ANSWER_WITHHELD,
    `no forecast is shown at the stage ${stage}${because === null ? "" : `: ${because}`}`,
  );
}

async function requireShown(context: ServerContext): Promise<void> {
  const { release } = await context.stages.current();
  if (!release.sandbox && release.stage !== "pilot" && release.stage !== "live")
    throw withheld(release.stage, release.because);
}

function errorOf(error: unknown): { code: string; message: string } {
  return error instanceof LongitudeError
    ? { code: error.code, message: error.message }
    : { code: "SERVE_INTERNAL", message: "the server itself failed" };
}
