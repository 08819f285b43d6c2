/**
 * The HTTP server with all its routes, for a listener to hand requests to.
 * Invariant: whatever is sent, the answer is one of the documented ones, and no 5xx comes from what was sent.
 */
import { randomUUID } from "node:crypto";
import cors from "@fastify/cors";
import swagger from "@fastify/swagger";
import fastify, { type FastifyInstance } from "fastify";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import { LongitudeError } from "../errors/longitude-error.ts";
import { ACCESS_REFUSED } from "../errors/registry.ts";
import { securityHeaders } from "./access/security-headers.ts";
import { ROUTE_LIST } from "./route-list.ts";
import { speakJson } from "./routes/body.ts";
import { answerErrors } from "./routes/replies.ts";
import type { ServerContext } from "./server-context.ts";

const READY_MS = 60_000;

export interface ServerOptions {
  readonly version: string;
  readonly loopback: boolean;
}

export async function createServer(context: ServerContext, options: ServerOptions): Promise<FastifyInstance> {
  const { limits, cds } = context.config;
  const app = fastify({
    logger: false,
    genReqId: () => randomUUID(),
    bodyLimit: Math.floor(limits.bodyMegabytes * 2 ** 20),
    // Its jobs begin with the database, which may be busy when another release takes over.
    pluginTimeout: READY_MS,
    routerOptions: { maxParamLength: 200 },
  });
  speakJson(app);
  answerErrors(app, context.log);
  context.tracing.observe(app);
  observe(app, context, options);
  await app.register(cors, {
    origin: [...cds.origins],
    methods: ["GET", "POST", "OPTIONS"],
    allowedHeaders: ["authorization", "content-type"],
    maxAge: 600,
  });
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Longitude",
        version: options.version,
        description: "Forecasts from patient timelines: CDS Hooks, FHIR and an API for other institutions",
      },
      components: { securitySchemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } } },
    },
    transform: jsonSchemaTransform,
  });
  await app.register(async (routes) => {
    for (const addRoutes of ROUTE_LIST) await addRoutes(routes, context);
  });
  return app;
}

const LOCAL_NAMES = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

function observe(app: FastifyInstance, context: ServerContext, { loopback }: ServerOptions): void {
  const { address, people } = context.config;
  const https = address?.startsWith("https:") ?? false;
  const headers = securityHeaders({ frameAncestors: people.frameAncestors, https });
  app.addHook("onRequest", async (request, reply) => {
    void reply.header("x-request-id", request.id).headers(headers);
    if (context.stopping()) void reply.header("connection", "close");
    // A page of another site must not reach this machine's server under a name of its own.
    if (loopback && context.config.address === undefined && !LOCAL_NAMES.test(request.headers.host ?? ""))
      throw new LongitudeError(ACCESS_REFUSED, "the Host is not this machine");
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    context.metrics.requests.observe(
      { route, method: request.method, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
    context.log.write({
      event: "request",
      requestId: request.id,
      method: request.method,
      route,
      status: reply.statusCode,
      ms,
    });
  });
}
