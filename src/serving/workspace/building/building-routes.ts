/** What the pages ask that show how a site's model is built. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { LongitudeError } from "../../../errors/longitude-error.ts";
import { ROUTE_UNKNOWN } from "../../../errors/registry.ts";
import type { PersonRole } from "../../identity/roles.ts";
import type { ServerContext } from "../../server-context.ts";
import { OVERSEEING } from "../page-roles.ts";
import { sessionWithRole } from "../session-with-role.ts";
import { lineageAnswer, lineageAnswerSchema } from "./lineage-answer.ts";
import { planAnswer, planAnswerSchema } from "./plan-answer.ts";
import { privacyAnswer, privacyAnswerSchema, storeCheck, storeCheckSchema } from "./privacy-answer.ts";
import { qualityAnswer, qualityAnswerSchema } from "./quality-answer.ts";
import { openedRun, openedRunSchema, runsAnswer, runsAnswerSchema } from "./runs-answer.ts";
import { tokensAnswer, tokensAnswerSchema } from "./tokens-answer.ts";

const BUILDING: readonly PersonRole[] = ["administrator", "reviewer", "analyst"];

/** The served release when left out. */
const lineageQuery = z.object({
  of: z
    .string()
    .regex(/^(rel-[0-9a-f]{16}|[0-9a-f]{64})$/, "the id of a release or an artefact")
    .optional(),
});
/** Every year when left out. */
const qualityQuery = z.object({ year: z.coerce.number().int().min(1800).max(2200).optional() });
/** The newest run when left out. */
const runQuery = z.object({
  run: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "a run's id")
    .optional(),
});

export function buildingRoutes(instance: FastifyInstance, context: ServerContext): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  const tags = ["workspace"];
  app.get(
    "/workspace/runs",
    {
      schema: {
        tags,
        summary: "The site's training runs, the newest first",
        response: { 200: runsAnswerSchema },
      },
    },
    (request) => {
      sessionWithRole(request, BUILDING);
      return runsAnswer(context);
    },
  );
  app.get(
    "/workspace/run",
    {
      schema: {
        tags,
        summary: "A training run: curves, configuration, what it read",
        querystring: runQuery,
        response: { 200: openedRunSchema },
      },
    },
    async (request) => {
      sessionWithRole(request, BUILDING);
      const found = await openedRun(context, request.query.run);
      if (found === undefined) throw new LongitudeError(ROUTE_UNKNOWN, "the site has no run of this id");
      return found;
    },
  );
  app.get(
    "/workspace/plan",
    {
      schema: { tags, summary: "The site's training plan", response: { 200: planAnswerSchema } },
    },
    (request) => {
      sessionWithRole(request, BUILDING);
      return planAnswer(context);
    },
  );
  app.get(
    "/workspace/lineage",
    {
      schema: {
        tags,
        summary: "Where the served release or an artefact comes from",
        querystring: lineageQuery,
        response: { 200: lineageAnswerSchema },
      },
    },
    async (request) => {
      sessionWithRole(request, OVERSEEING);
      const found = await lineageAnswer(context, request.query.of);
      if (found === undefined) throw new LongitudeError(ROUTE_UNKNOWN, "the site has nothing of this id");
      return found;
    },
  );
  app.get(
    "/workspace/quality",
    {
      schema: {
        tags,
        summary: "What the newest records were read from, and how good they are",
        querystring: qualityQuery,
        response: { 200: qualityAnswerSchema },
      },
    },
    (request) => {
      sessionWithRole(request, OVERSEEING);
      return qualityAnswer(context, request.query.year);
    },
  );
  app.get(
    "/workspace/privacy",
    {
      schema: {
        tags,
        summary: "The site's proof of de-identification",
        response: { 200: privacyAnswerSchema },
      },
    },
    (request) => {
      sessionWithRole(request, OVERSEEING);
      return privacyAnswer(context);
    },
  );
  app.get(
    "/workspace/privacy/store",
    {
      schema: {
        tags,
        summary: "Whether the proof is of the newest records, byte by byte",
        response: { 200: storeCheckSchema },
      },
    },
    (request) => {
      sessionWithRole(request, OVERSEEING);
      return storeCheck(context);
    },
  );
  app.get(
    "/workspace/tokens",
    {
      schema: {
        tags,
        summary: "How well the vocabulary covers the records",
        response: { 200: tokensAnswerSchema },
      },
    },
    (request) => {
      sessionWithRole(request, BUILDING);
      return tokensAnswer(context);
    },
  );
}
