/**
 * A tenant's own trail: every time that one of its clients or people asked for a forecast, or the assistant.
 * Invariant: nobody sees another tenant's; patients stand in it by the tenant's keys alone.
 */
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { sql } from "kysely";
import { z } from "zod";
import type { AssistantTables } from "../../assistant/conversations/assistant-tables.ts";
import type { StateTransaction } from "../../state/open-state.ts";
import type { ServingTables } from "../answers/serving-tables.ts";
import type { AddRoutes } from "../server-context.ts";

const query = z.object({
  after: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,100}$/, "the id of an entry")
    .optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

export const auditRoutes: AddRoutes = (instance, context) => {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  app.get(
    "/v1/audit",
    {
      schema: {
        tags: ["v1"],
        summary:
          "The tenant's own requests for forecasts and questions to the assistant, the oldest first; after: id of the last one seen",
        querystring: query,
      },
    },
    async (request) => {
      const { tenant } = await context.access.system(request.headers.authorization, "AuditEvent", "r");
      const { after, limit } = request.query;
      const rows = await context.state.transaction((tx) => trailOf(tx, tenant, after, limit));
      return {
        tenant,
        entries: rows.map(({ patient_key, ...entry }) => ({ ...entry, patientKey: patient_key })),
        next: rows.length === limit ? (rows.at(-1)?.id ?? null) : null,
      };
    },
  );
};

/** Forecasts and answers of the assistant, the oldest first. */
function trailOf(tx: StateTransaction, tenant: string, after: string | undefined, limit: number) {
  const trail = tx
    .withTables<ServingTables & AssistantTables>()
    .with("trail", (within) =>
      within
        .selectFrom("serving_request")
        .select([
          "id",
          "at",
          "client",
          "kind",
          "unit",
          "stage",
          "release",
          "answer",
          "patient_key",
          sql<number | null>`milliseconds`.as("milliseconds"),
        ])
        .where("tenant", "=", tenant)
        .unionAll(
          within
            .selectFrom("assistant_answer")
            .select([
              "id",
              "at",
              "actor as client",
              sql<string>`'assistant.' || door`.as("kind"),
              sql<string>`''`.as("unit"),
              sql<string>`''`.as("stage"),
              sql<string>`''`.as("release"),
              "id as answer",
              "patient_key",
              sql<number | null>`null::double precision`.as("milliseconds"),
            ])
            .where("tenant", "=", tenant),
        ),
    )
    .selectFrom("trail")
    .selectAll()
    .orderBy("at")
    .orderBy("id")
    .limit(limit);
  return after === undefined
    ? trail.execute()
    : trail.where(sql<boolean>`(at, id) > (select at, id from trail where id = ${after})`).execute();
}
