/** What bodies are: JSON and FHIR JSON that is neither too large nor nested too deep, and forms; checked by each route's schema. */
import type { FastifyInstance } from "fastify";
import { validatorCompiler } from "fastify-type-provider-zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { REQUEST_INVALID, REQUEST_TOO_DEEP } from "../../errors/registry.ts";
import { jsonTooDeep, MAX_JSON_DEPTH } from "../../ingest/fhir/json-depth.ts";
import { LINES_TYPES } from "./line-stream.ts";

const JSON_TYPES = ["application/json", "application/fhir+json", "application/json+fhir"];

export function speakJson(app: FastifyInstance): void {
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  readBodies(app);
}

function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  // Keys that would reach an object's prototype are left out.
  const parse = app.getDefaultJsonParser("remove", "remove");
  app.addContentTypeParser(JSON_TYPES, { parseAs: "buffer" }, (request, body, done) => {
    const bytes = body as Buffer;
    if (jsonTooDeep(bytes, 0, bytes.length)) {
      done(
        new LongitudeError(REQUEST_TOO_DEEP, `the body is nested more than ${MAX_JSON_DEPTH} levels deep`),
      );
      return;
    }
    void parse(request, bytes.toString("utf8"), (error, json) => {
      if (error === null) done(null, json);
      else done(new LongitudeError(REQUEST_INVALID, "the body is no JSON"));
    });
  });
  app.addContentTypeParser(LINES_TYPES, { parseAs: "string" }, (_request, body, done) => done(null, body));
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(body as string)));
    },
  );
}
