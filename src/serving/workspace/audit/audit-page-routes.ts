/** What the audit page asks: who did what, to what, for which patient key, why and how it ended. Looking stands in the log too. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { appendAudit, newestAudit } from "../../../state/audit/audit-log.ts";
import type { ServerContext } from "../../server-context.ts";
import { AUDITING } from "../page-roles.ts";
import { sessionWithRole } from "../session-with-role.ts";

const PAGE = 50;

const query = z.object({
  before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  action: z
    .string()
    .regex(/^[a-z][a-z.-]{0,60}$/, "the start of an action")
    .optional(),
  actor: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:@/+=#-]{0,199}$/, "who, as the log has it")
    .optional(),
});

const auditPageSchema = z.strictObject({
  entries: z.array(
    z.strictObject({
      sequence: z.int(),
      at: z.string(),
      actor: z.string(),
      action: z.string(),
      object: z.string(),
      patientKey: z.string().nullable(),
      reason: z.string(),
      outcome: z.enum(["done", "refused", "failed"]),
    }),
  ),
  /** Sequence number to ask before for older ones; null: there are none. */
  next: z.int().nullable(),
});

export type AuditPage = z.output<typeof auditPageSchema>;

export function auditPageRoutes(instance: FastifyInstance, context: ServerContext): void {
  instance.withTypeProvider<ZodTypeProvider>().get(
    "/workspace/audit",
    {
      schema: {
        tags: ["workspace"],
        summary: "Entries of the audit log, the newest first",
        querystring: query,
        response: { 200: auditPageSchema },
      },
    },
    async (request) => {
      const { id: actor } = sessionWithRole(request, AUDITING);
      const found = await context.state.transaction(async (tx) => {
        const entries = await newestAudit(tx, { ...request.query, limit: PAGE + 1 });
        const facts = { actor, action: "audit.read", object: "-", patientKey: null, reason: "" } as const;
        await appendAudit(tx, { ...facts, outcome: "done" }, context.effects.now());
        return entries;
      });
      return {
        entries: found
          .slice(0, PAGE)
          .map(({ sequence, at, actor: who, action, object, patientKey, reason, outcome }) => ({
            ...{ sequence, at, actor: who, action, object, patientKey, reason, outcome },
          })),
        next: found.length > PAGE ? (found[PAGE - 1]?.sequence ?? null) : null,
      };
    },
  );
}
