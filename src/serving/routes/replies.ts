/**
 * How an error is answered: a stable code, a remedy and the request's id, in the shape of the family of routes.
 * Invariant: no text of the request stands in the answer, and nothing of this machine.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import {
  type ErrorDefinition,
  REQUEST_INVALID,
  REQUEST_MEDIA_TYPE,
  REQUEST_SLOW,
  REQUEST_TOO_LARGE,
  ROUTE_UNKNOWN,
  SERVE_INTERNAL,
} from "../../errors/registry.ts";
import { operationOutcome } from "../fhir/resources.ts";
import type { ServerLog } from "../server-log.ts";

export function answerErrors(app: FastifyInstance, log: ServerLog): void {
  app.setErrorHandler((thrown, request, reply) => {
    const error = asLongitudeError(thrown);
    if (error.code === SERVE_INTERNAL.code || error.httpStatus >= 500) {
      log.write({
        event: "failed",
        requestId: request.id,
        route: request.routeOptions.url ?? "none",
        code: error.code,
        kind: thrown instanceof Error ? thrown.name : typeof thrown,
      });
      if (process.env.LONGITUDE_DEBUG === "1" && thrown instanceof Error)
        process.stderr.write(`${thrown.stack ?? thrown.message}\n`);
    }
    return send(request, reply, error);
  });
  app.setNotFoundHandler((request, reply) =>
    send(request, reply, new LongitudeError(ROUTE_UNKNOWN, "there is no such route")),
  );
}

function send(request: FastifyRequest, reply: FastifyReply, error: LongitudeError): FastifyReply {
  reply.code(error.httpStatus);
  if (error.httpStatus === 401) void reply.header("www-authenticate", "Bearer");
  if (error.httpStatus === 429) void reply.header("retry-after", "60");
  if (error.httpStatus === 503) void reply.header("retry-after", "5");
  const path = request.url.split("?")[0] ?? "";
  if (path === "/token") {
    return reply.type("application/json").send({
      error: oauthCode(error),
      error_description: `${error.code}: ${error.message}`,
    });
  }
  if (path.startsWith("/fhir/") || path.startsWith("/Patient/")) {
    return reply
      .type("application/fhir+json; charset=utf-8")
      .send(
        operationOutcome(
          issueCode(error),
          `${error.code}: ${error.message}. ${error.remedy} (request ${request.id})`,
        ),
      );
  }
  return reply.type("application/json; charset=utf-8").send({
    error: { code: error.code, message: error.message, remedy: error.remedy, requestId: request.id },
  });
}

function asLongitudeError(thrown: unknown): LongitudeError {
  if (thrown instanceof LongitudeError) return thrown;
  if (hasZodFastifySchemaValidationErrors(thrown)) {
    const fields = thrown.validation.map(({ instancePath, message }) => {
      const field = instancePath.slice(1).replaceAll("/", ".");
      return `${nameOf(field)}: ${messageOf(message)}`;
    });
    return new LongitudeError(REQUEST_INVALID, [...new Set(fields)].slice(0, 10).join("; "));
  }
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  const status = thrown instanceof Error && "statusCode" in thrown ? Number(thrown.statusCode) : 500;
  const known: Readonly<Record<string, ErrorDefinition>> = {
    FST_ERR_CTP_BODY_TOO_LARGE: REQUEST_TOO_LARGE,
    FST_ERR_CTP_INVALID_MEDIA_TYPE: REQUEST_MEDIA_TYPE,
    FST_ERR_REQUEST_TIMEOUT: REQUEST_SLOW,
    ERR_HTTP_REQUEST_TIMEOUT: REQUEST_SLOW,
  };
  const definition = known[code] ?? (status >= 400 && status < 500 ? REQUEST_INVALID : SERVE_INTERNAL);
  return new LongitudeError(
    definition,
    definition === SERVE_INTERNAL
      ? "the server itself failed"
      : `the request cannot be read (${code || status})`,
    { cause: thrown },
  );
}

/** Keys of a request may be anything: only those that look like names of fields are told. */
function nameOf(field: string): string {
  return field === "" ? "body" : field.replaceAll(/[^A-Za-z0-9._-]/g, "?").slice(0, 80);
}

/** Messages of the schemas are ours; those that quote what came are cut. */
function messageOf(message: string | undefined): string {
  return (message ?? "not as it should be").replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 160);
}

function issueCode({ httpStatus }: LongitudeError): string {
  const codes: Readonly<Record<number, string>> = {
    401: "login",
    403: "forbidden",
    404: "not-found",
    412: "required",
    413: "too-long",
    415: "not-supported",
    422: "processing",
    429: "throttled",
    503: "transient",
  };
  return codes[httpStatus] ?? (httpStatus >= 500 ? "exception" : "invalid");
}

function oauthCode({ httpStatus }: LongitudeError): string {
  if (httpStatus === 401) return "invalid_client";
  if (httpStatus === 403) return "invalid_scope";
  return httpStatus >= 500 ? "temporarily_unavailable" : "invalid_request";
}
