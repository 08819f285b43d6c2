/** What the evidence page asks. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { LongitudeError } from "../../../errors/longitude-error.ts";
import { REQUEST_INVALID } from "../../../errors/registry.ts";
import { isoTime } from "../../../state/value-parsers.ts";
import { PERSON_ROLES } from "../../identity/roles.ts";
import type { ServerContext } from "../../server-context.ts";
import { sessionWithRole } from "../session-with-role.ts";
import { evidenceAnswer, evidenceAnswerSchema, taskEvidence, taskEvidenceSchema } from "./evidence-answer.ts";

const taskQuery = z.object({ task: z.coerce.number().int().min(0).max(9999).default(0) });

export function evidenceRoutes(instance: FastifyInstance, { model, effects }: ServerContext): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  app.get(
    "/workspace/evidence",
    {
      schema: {
        tags: ["workspace"],
        summary: "Tasks that the served release was measured on, and its audits",
        response: { 200: evidenceAnswerSchema },
      },
    },
    (request) => {
      sessionWithRole(request, PERSON_ROLES);
      return evidenceAnswer(model, isoTime(effects.now()).slice(0, 10));
    },
  );
  app.get(
    "/workspace/evidence/task",
    {
      schema: {
        tags: ["workspace"],
        summary: "Figures of one task: scorecard, thresholds, calibration, subgroups",
        querystring: taskQuery,
        response: { 200: taskEvidenceSchema },
      },
    },
    (request) => {
      sessionWithRole(request, PERSON_ROLES);
      const found = taskEvidence(model, request.query.task);
      if (found === null)
        throw new LongitudeError(REQUEST_INVALID, "the release was measured on fewer tasks");
      return found;
    },
  );
}
