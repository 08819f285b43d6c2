/** SMART Backend Services: where tokens are had, and what the server says of that. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { TOKEN_SECONDS } from "../access/access-control.ts";
import type { ServerContext } from "../server-context.ts";

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

const tokenRequest = z.object({
  grant_type: z.literal("client_credentials"),
  client_assertion_type: z.literal(ASSERTION_TYPE),
  client_assertion: z.string().min(1).max(8192),
  scope: z.string().min(1).max(4000),
});
const tokenReply = z.object({
  access_token: z.string(),
  token_type: z.literal("bearer"),
  expires_in: z.number(),
  scope: z.string(),
});

export function tokenRoutes(instance: FastifyInstance, context: ServerContext): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  app.post(
    "/token",
    {
      schema: {
        tags: ["access"],
        summary: "A token for a signed assertion",
        body: tokenRequest,
        response: { 200: tokenReply },
      },
    },
    async (request, reply) => {
      const { client_assertion: assertion, scope: asked } = request.body;
      const { token, scope } = await context.access.token(assertion, asked);
      return reply
        .header("cache-control", "no-store")
        .header("pragma", "no-cache")
        .send({ access_token: token, token_type: "bearer", expires_in: TOKEN_SECONDS, scope });
    },
  );
  for (const base of ["", "/fhir"]) {
    app.get(
      `${base}/.well-known/smart-configuration`,
      { schema: { tags: ["access"], summary: "How tokens are had" } },
      () => ({
        token_endpoint: `${context.address()}/token`,
        token_endpoint_auth_methods_supported: ["private_key_jwt"],
        token_endpoint_auth_signing_alg_values_supported: ["RS384", "ES384"],
        grant_types_supported: ["client_credentials"],
        scopes_supported: [
          "system/RiskAssessment.cr",
          "system/Evidence.c",
          "system/Device.r",
          "system/Stage.u",
          "system/Metrics.r",
          "system/AuditEvent.r",
          "system/Provenance.r",
        ],
        code_challenge_methods_supported: ["S256"],
        capabilities: ["client-confidential-asymmetric", "permission-v2", "permission-v1"],
      }),
    );
  }
}
