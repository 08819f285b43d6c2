/**
 * `/mcp`: the assistant's tools for the agents of others, by the streamable HTTP of the Model Context Protocol.
 * Nothing is kept between two requests: each brings its token and, with a tool's call, the record that it is about, so that
 * any process of the server answers it.
 */
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { assistantMcpServer } from "../../assistant/agents/mcp-server.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { METHOD_UNKNOWN } from "../../errors/registry.ts";
import type { Principal } from "../access/principal.ts";
import { sentRecordSchema } from "../answers/forecast-request.ts";
import type { ServerContext } from "../server-context.ts";
import { askAssistant, personOf } from "./ask-assistant.ts";

/** One message, never a list of them: each request counts as one. */
const message = z.looseObject({ jsonrpc: z.literal("2.0") });

export function mcpRoutes(instance: FastifyInstance, context: ServerContext): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  app.post(
    "/mcp",
    {
      schema: {
        tags: ["assistant"],
        summary: "A message of the Model Context Protocol, streamable HTTP without sessions",
        body: message,
      },
    },
    async (request, reply) => {
      const principal = await context.access.system(request.headers.authorization, "RiskAssessment", "c");
      return answered(request, reply, serverFor(context, principal));
    },
  );
  app.get("/mcp", { schema: { hide: true } }, async (request, reply) => {
    await context.access.system(request.headers.authorization, "RiskAssessment", "c");
    void reply.header("allow", "POST");
    throw new LongitudeError(METHOD_UNKNOWN, "the server sends no messages of its own accord");
  });
}

function serverFor(context: ServerContext, principal: Principal) {
  return assistantMcpServer({
    version: context.model.manifest.version,
    outcomes: context.model.outcomes.map(({ title }) => title),
    record: sentRecordSchema,
    ask: ({ record, ...asked }) => {
      const person = record === undefined ? null : personOf(context, sentRecordSchema.parse(record));
      return askAssistant(context, principal, { ...asked, person, door: "mcp" });
    },
  });
}

async function answered(
  request: FastifyRequest,
  reply: FastifyReply,
  server: ReturnType<typeof assistantMcpServer>,
): Promise<FastifyReply> {
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  try {
    await server.connect(transport);
    const headers = new Headers();
    for (const name of ["accept", "content-type", "mcp-protocol-version"]) {
      const value = request.headers[name];
      if (typeof value === "string") headers.set(name, value);
    }
    const asked = new Request("http://localhost/mcp", { method: "POST", headers });
    const response = await transport.handleRequest(asked, { parsedBody: request.body });
    const type = response.headers.get("content-type");
    if (type !== null) void reply.type(type);
    return reply.code(response.status).send(await response.text());
  } finally {
    await server.close();
  }
}
