/** The server's own description, from which clients are made. */
import type { FastifyInstance } from "fastify";

export function openapiRoutes(app: FastifyInstance): void {
  app.get("/openapi.json", { schema: { hide: true } }, () => app.swagger());
}
