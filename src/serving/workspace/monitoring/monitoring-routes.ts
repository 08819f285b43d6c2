/** What the monitoring page asks, and its one act: putting what is shown in a unit back to silent. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { PersonRole } from "../../identity/roles.ts";
import { ONE_LINE } from "../../one-line.ts";
import type { ServerContext } from "../../server-context.ts";
import { WATCHING } from "../page-roles.ts";
import { sessionWithRole } from "../session-with-role.ts";
import { monitoringAnswer, monitoringAnswerSchema } from "./monitoring-answer.ts";

const LOWERING: readonly PersonRole[] = ["administrator"];

const silentBody = z.strictObject({
  /** Null: every unit. Empty: calls that name none. */
  unit: z
    .string()
    .regex(/^\P{Cc}{0,100}$/u, "the name of a unit")
    .nullable(),
  reason: z.string().regex(ONE_LINE, "one line, at most 200 characters"),
});

export type ReturnToSilent = z.input<typeof silentBody>;

export function monitoringRoutes(instance: FastifyInstance, context: ServerContext): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  app.get(
    "/workspace/monitoring",
    {
      schema: {
        tags: ["workspace"],
        summary: "Stages, figures and alarms of each unit, what was accepted, and what has come",
        response: { 200: monitoringAnswerSchema },
      },
    },
    (request) => {
      const { roles } = sessionWithRole(request, WATCHING);
      return monitoringAnswer(
        context,
        roles.some((role) => LOWERING.includes(role)),
      );
    },
  );
  app.post(
    "/workspace/monitoring/silent",
    {
      schema: {
        tags: ["workspace"],
        summary: "Puts what is shown in a unit back to silent; going up again takes a signed statement",
        body: silentBody,
        response: { 200: z.strictObject({ done: z.literal(true) }) },
      },
    },
    async (request) => {
      const { id } = sessionWithRole(request, LOWERING);
      await context.stages.set({ ...request.body, outcome: null, stage: "silent", by: id });
      context.log.write({ event: "stage", release: context.model.manifest.id });
      return { done: true as const };
    },
  );
}
