/** The API for other institutions, version 1: outcomes, the model card, forecasts one by one or many, stored answers. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { type Answer, answerSchema } from "../answers/answer.ts";
import { readStoredAnswer, replayAnswer } from "../answers/answer-store.ts";
import { forecastOf, forecastRequestSchema, shownOf, unit } from "../answers/forecast-request.ts";
import { shownAnswerSchema } from "../answers/shown-answer.ts";
import { ONE_LINE } from "../one-line.ts";
import type { ServerContext } from "../server-context.ts";
import { effectiveStage, isShown, SERVED_STAGES } from "../stages/effective-stage.ts";

const interval = z.object({ value: z.number(), low: z.number(), high: z.number(), n: z.number() });
const modelReply = z.object({
  release: z.string(),
  version: z.string(),
  model: z.string(),
  reviewBy: z.string(),
  parameters: z.number(),
  card: z.unknown(),
});
const outcomesReply = z.object({
  outcomes: z.array(
    z.object({
      outcome: z.string(),
      title: z.string(),
      horizon: z.string(),
      verdict: z.string(),
      stage: z.string(),
      /** Of the evidence; null where it was not measured. */
      persons: z.number().nullable(),
      onsets: z.number().nullable(),
      cIndex: interval.nullable(),
    }),
  ),
});
const replayReply = z.object({ id: z.string(), same: z.literal(true) });
const answerParams = z.object({ id: z.string().regex(/^ans-[0-9a-f]{32}$/, "the id of an answer") });

export function v1Routes(instance: FastifyInstance, context: ServerContext): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  app.get(
    "/v1/model",
    { schema: { tags: ["v1"], summary: "The model card", response: { 200: modelReply } } },
    async (request) => {
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
    },
  );
  app.get(
    "/v1/outcomes",
    {
      schema: {
        tags: ["v1"],
        summary: "What is forecast, with its evidence and stage",
        querystring: z.object({ unit: unit.default("") }),
        response: { 200: outcomesReply },
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
      schema: {
        tags: ["v1"],
        summary: "Forecasts for one timeline or Bundle",
        body: forecastRequestSchema,
        response: { 200: shownAnswerSchema },
      },
    },
    async (request) => {
      const principal = await context.access.system(request.headers.authorization, "RiskAssessment", "c");
      return forecastOf(context, principal, request.body);
    },
  );
  app.get(
    "/v1/answers/:id",
    {
      schema: {
        tags: ["v1"],
        summary: "A stored answer of this tenant",
        params: answerParams,
        response: { 200: shownAnswerSchema },
      },
    },
    async (request) => {
      const { tenant } = await context.access.system(request.headers.authorization, "RiskAssessment", "r");
      const { answer } = await context.state.transaction((tx) =>
        readStoredAnswer(tx, request.params.id, tenant),
      );
      return shownNow(context, answerSchema.parse(JSON.parse(answer)));
    },
  );
  app.post(
    "/v1/answers/:id/replay",
    {
      schema: {
        tags: ["v1"],
        summary: "Computes a stored answer anew and compares the bytes",
        params: answerParams,
        response: { 200: replayReply },
      },
    },
    async (request) => {
      const { tenant } = await context.access.system(request.headers.authorization, "RiskAssessment", "r");
      const stored = await context.state.transaction((tx) => readStoredAnswer(tx, request.params.id, tenant));
      await replayAnswer(context.model, stored);
      return { id: stored.id, same: true as const };
    },
  );
  app.post(
    "/v1/stages",
    {
      schema: {
        tags: ["v1"],
        summary: "Lowers an outcome in a unit; going up takes a signed statement (longitude registry stage)",
        body: z.strictObject({
          outcome: z
            .string()
            .regex(/^\P{Cc}{0,100}$/u, "the name of an outcome")
            .nullable()
            .default(null),
          unit: unit.min(1).nullable().default(null),
          stage: z.enum(SERVED_STAGES),
          reason: z.string().regex(ONE_LINE, "one line, at most 200 characters"),
        }),
        response: { 200: z.object({ done: z.literal(true) }) },
      },
    },
    async (request) => {
      const { client } = await context.access.system(request.headers.authorization, "Stage", "u");
      await context.stages.set({ ...request.body, by: client });
      context.log.write({ event: "stage", release: context.model.manifest.id });
      return { done: true as const };
    },
  );
}

/** Of a stored answer what may be seen today. @throws LongitudeError ANSWER_WITHHELD */
async function shownNow(context: ServerContext, answer: Answer) {
  const { release, settings } = await context.stages.current();
  const shown = answer.forecasts.flatMap((forecast) => {
    const task = context.model.tasks.find(
      ({ outcome, horizon }) => outcome.name === forecast.outcome && horizon === forecast.horizon,
    );
    const stage = task === undefined ? "withheld" : effectiveStage(release, task, "", settings);
    return isShown(stage) ? [{ forecast, stage }] : [];
  });
  return shownOf({ answer, shown, stage: shown[0]?.stage ?? release.stage, because: release.because });
}
