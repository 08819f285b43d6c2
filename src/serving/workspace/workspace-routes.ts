/** What the workspace asks, as JSON: each route takes a session, and answers what its roles may see. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { sessionOf } from "../identity/session-routes.ts";
import type { AddRoutes } from "../server-context.ts";
import { auditPageRoutes } from "./audit/audit-page-routes.ts";
import { buildingRoutes } from "./building/building-routes.ts";
import { errorRoutes } from "./errors/error-routes.ts";
import { evidenceRoutes } from "./evidence/evidence-routes.ts";
import { fireBody, firedHookSchema, fireHook } from "./fire-hook.ts";
import { homeAnswer, homeAnswerSchema } from "./home-answer.ts";
import { monitoringRoutes } from "./monitoring/monitoring-routes.ts";
import { openRecord, recordDesk } from "./patient/open-record.ts";
import { patientRoutes } from "./patient/patient-routes.ts";
import { redactionRoutes } from "./redaction/redaction-routes.ts";
import { cardRoutes } from "./release/card-routes.ts";
import { compareRoutes } from "./release/compare-routes.ts";
import { releaseRoutes } from "./release/release-routes.ts";
import { siteAnswer, siteAnswerSchema } from "./site-answer.ts";
import { unitRoutes } from "./units/unit-routes.ts";
import { vettingRoutes } from "./vetting/vetting-routes.ts";
import { worklist, worklistSchema } from "./worklist.ts";
import { readWorkspaceFiles } from "./workspace-files.ts";
import { workspacePages } from "./workspace-pages.ts";
import { WORKSPACE_FOLDER } from "./workspace-stamp.ts";

export const workspaceRoutes: AddRoutes = async (instance: FastifyInstance, context) => {
  const desk = recordDesk(context);
  patientRoutes(instance, desk);
  unitRoutes(instance, desk);
  evidenceRoutes(instance, context);
  errorRoutes(instance, context);
  releaseRoutes(instance, context);
  compareRoutes(instance, context);
  cardRoutes(instance, context);
  buildingRoutes(instance, context);
  monitoringRoutes(instance, context);
  vettingRoutes(instance, context);
  redactionRoutes(instance, context);
  auditPageRoutes(instance, context);
  const { cookies } = desk.identity;
  workspacePages(
    instance,
    await readWorkspaceFiles(WORKSPACE_FOLDER),
    (request) => cookies.read(request, "session") !== null,
  );
  const app = instance.withTypeProvider<ZodTypeProvider>();
  app.get(
    "/workspace/site",
    {
      schema: {
        tags: ["workspace"],
        summary: "What is served here, and how far it may go",
        response: { 200: siteAnswerSchema },
      },
    },
    (request) => {
      sessionOf(request);
      return siteAnswer(context);
    },
  );
  app.get(
    "/workspace/worklist",
    {
      schema: {
        tags: ["workspace"],
        summary: "Patients with what is forecast for each",
        response: { 200: worklistSchema },
      },
    },
    (request) => worklist(desk, sessionOf(request)),
  );
  app.get(
    "/workspace/home",
    {
      schema: {
        tags: ["workspace"],
        summary: "What waits for the person who looks, and the way to a served model in five steps",
        response: { 200: homeAnswerSchema },
      },
    },
    (request) => homeAnswer(context, sessionOf(request)),
  );
  app.post(
    "/workspace/sandbox/fire",
    {
      schema: {
        tags: ["workspace"],
        summary: "Calls a CDS service about an example person, as an EHR does",
        body: fireBody,
        response: { 200: firedHookSchema },
      },
    },
    async (request) => {
      const { key, hook, unit } = request.body;
      const opened = await openRecord(desk, sessionOf(request), key);
      const now = () => context.effects.now();
      return fireHook(instance, request.headers.host ?? "", hook, opened, context.model.prefetch, unit, now);
    },
  );
};
