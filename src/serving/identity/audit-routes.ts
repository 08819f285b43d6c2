/**
 * A tenant's own trail: every time that one of its clients or people asked for a forecast.
 * Invariant: nobody sees another tenant's; patients stand in it by the tenant's keys alone.
 */
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { sql } from "kysely";
import { z } from "zod";
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
        summary: "The tenant's own requests for forecasts, the oldest first; after: id of the last one seen",
        querystring: query,
      },
    },
    async (request) => {
      const { tenant } = await context.access.system(request.headers.authorization, "AuditEvent", "r");
      const { after, limit } = request.query;
      const rows = await context.state.transaction((tx) => {
        const entries = tx
          .withTables<ServingTables>()
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
            "milliseconds",
          ])
          .where("tenant", "=", tenant)
          .orderBy("at")
          .orderBy("id")
          .limit(limit);
        return after === undefined
          ? entries.execute()
          : entries
              .where(
                sql<boolean>`(at, id) > (select at, id from serving_request where id = ${after} and tenant = ${tenant})`,
              )
              .execute();
      });
      return {
        tenant,
        entries: rows.map(({ patient_key, ...entry }) => ({ ...entry, patientKey: patient_key })),
        next: rows.length === limit ? (rows.at(-1)?.id ?? null) : null,
      };
    },
  );
};
