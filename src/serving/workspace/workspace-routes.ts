/** What the workspace asks, as JSON: each route takes a session, and answers what its roles may see. */
import { resolve } from "node:path";
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { createIdentity } from "../identity/identity.ts";
import { sessionOf } from "../identity/session-routes.ts";
import type { AddRoutes } from "../server-context.ts";
import { ExamplePatients } from "./example-patients.ts";
import type { RecordDesk } from "./patient/open-record.ts";
import { patientRoutes } from "./patient/patient-routes.ts";
import { siteAnswer, siteAnswerSchema } from "./site-answer.ts";
import { worklist, worklistSchema } from "./worklist.ts";
import { readWorkspaceFiles } from "./workspace-files.ts";
import { workspacePages } from "./workspace-pages.ts";
import { WORKSPACE_FOLDER } from "./workspace-stamp.ts";

export const workspaceRoutes: AddRoutes = async (instance: FastifyInstance, context) => {
  const { config, folder } = context;
  const examples =
    config.examples === undefined ? null : new ExamplePatients(resolve(folder, config.examples));
  const desk: RecordDesk = { context, identity: createIdentity(context), examples, codeTexts: new Map() };
  patientRoutes(instance, desk);
  workspacePages(instance, await readWorkspaceFiles(WORKSPACE_FOLDER));
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
};
