/** Long work as lines: NDJSON that comes in is read line by line, NDJSON that goes out is sent as it is made. */
import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import type { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { REQUEST_INVALID, REQUEST_TOO_DEEP, SERVE_INTERNAL } from "../../errors/registry.ts";
import { jsonTooDeep, MAX_JSON_DEPTH } from "../../ingest/fhir/json-depth.ts";

export const LINES_TYPES = ["application/x-ndjson", "application/ndjson"];

export interface LineError {
  readonly code: string;
  readonly message: string;
}

export type ParsedLine<T> =
  | { readonly request: number; readonly value: T }
  | { readonly request: number; readonly error: LineError };

/**
 * Lines that are not blank, in order; one that cannot be read is an error and stops nothing.
 * @param from number of the first one that is told
 */
export function* parsedLines<S extends z.ZodType>(
  text: string,
  schema: S,
  from = 0,
): Generator<ParsedLine<z.output<S>>> {
  for (const [request, line] of writtenLines(text).entries())
    if (request >= from) yield { request, ...parsedLine(line, schema) };
}

/** Lines that are not blank. */
export function writtenLines(text: string): string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}

function parsedLine<S extends z.ZodType>(
  line: string,
  schema: S,
): { value: z.output<S> } | { error: LineError } {
  const bytes = Buffer.from(line);
  const deep = `the line is nested more than ${MAX_JSON_DEPTH} levels deep`;
  if (jsonTooDeep(bytes, 0, bytes.length)) return { error: { code: REQUEST_TOO_DEEP.code, message: deep } };
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return { error: { code: REQUEST_INVALID.code, message: "the line is no JSON" } };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { value: parsed.data };
  const at = [...new Set(parsed.error.issues.map(({ path }) => path.filter(isName).join(".") || "the line"))];
  return {
    error: { code: REQUEST_INVALID.code, message: `not as it should be: ${at.slice(0, 10).join(", ")}` },
  };
}

/** Keys of a request may be anything: only those that look like names of fields are told. */
function isName(key: PropertyKey): boolean {
  return typeof key === "number" || (typeof key === "string" && /^[A-Za-z][A-Za-z0-9]{0,40}$/.test(key));
}

export function lineErrorOf(error: unknown): LineError {
  return error instanceof LongitudeError
    ? { code: error.code, message: error.message }
    : { code: SERVE_INTERNAL.code, message: "the server itself failed" };
}

/** Sends each object as a line; the work ends when whoever asked goes away. */
export function sendLines(reply: FastifyReply, lines: AsyncIterable<object>): FastifyReply {
  const text = async function* () {
    for await (const line of lines) yield `${JSON.stringify(line)}\n`;
  };
  return reply.type("application/x-ndjson; charset=utf-8").send(Readable.from(text()));
}
