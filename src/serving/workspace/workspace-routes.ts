/** What the workspace asks, as JSON: each route takes a session, and answers what its roles may see. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { sessionOf } from "../identity/session-routes.ts";
import type { AddRoutes } from "../server-context.ts";
import { siteAnswer, siteAnswerSchema } from "./site-answer.ts";
import { readWorkspaceFiles } from "./workspace-files.ts";
import { workspacePages } from "./workspace-pages.ts";
import { WORKSPACE_FOLDER } from "./workspace-stamp.ts";

export const workspaceRoutes: AddRoutes = async (instance: FastifyInstance, context) => {
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
};
