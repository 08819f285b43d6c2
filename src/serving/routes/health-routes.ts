/** Whether the server lives, whether it is ready, and what it counts. */
import type { FastifyInstance } from "fastify";
import { sql } from "kysely";
import type { ServerContext } from "../server-context.ts";

export function healthRoutes(app: FastifyInstance, context: ServerContext): void {
  app.get("/healthz", { schema: { tags: ["health"], summary: "Whether the process lives" } }, () => ({
    status: "ok",
  }));
  app.get(
    "/readyz",
    {
      schema: {
        tags: ["health"],
        summary: "Whether requests are answered: the state is there, no stop is under way",
      },
    },
    async (_request, reply) => {
      if (context.stopping()) return reply.code(503).send({ status: "stopping" });
      await context.state.transaction(async (tx) => {
        await sql`select 1`.execute(tx);
      });
      return { status: "ready", release: context.model.manifest.id };
    },
  );
  app.get(
    "/metrics",
    { schema: { tags: ["health"], summary: "Counts for Prometheus" } },
    async (request, reply) => {
      await context.access.system(request.headers.authorization, "Metrics", "r");
      return reply.type(context.metrics.registry.contentType).send(await context.metrics.registry.metrics());
    },
  );
}
