/** What the release page asks. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { PersonRole } from "../../identity/roles.ts";
import type { ServerContext } from "../../server-context.ts";
import { sessionWithRole } from "../session-with-role.ts";
import { auditChain, auditChainSchema, releaseAnswer, releaseAnswerSchema } from "./release-answer.ts";

const JUDGING: readonly PersonRole[] = ["administrator", "reviewer", "analyst", "auditor"];
const AUDITING: readonly PersonRole[] = ["administrator", "auditor"];

export function releaseRoutes(instance: FastifyInstance, context: ServerContext): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  app.get(
    "/workspace/release",
    {
      schema: {
        tags: ["workspace"],
        summary: "Verdict with every gate, the site's releases, and where the served one comes from",
        response: { 200: releaseAnswerSchema },
      },
    },
    (request) => {
      sessionWithRole(request, JUDGING);
      return releaseAnswer(context);
    },
  );
  app.get(
    "/workspace/release/audit",
    {
      schema: {
        tags: ["workspace"],
        summary: "Whether the audit log is as it was written",
        response: { 200: auditChainSchema },
      },
    },
    (request) => {
      sessionWithRole(request, AUDITING);
      return auditChain(context);
    },
  );
}
