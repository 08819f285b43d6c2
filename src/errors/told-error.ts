/** An error as a worker thread tells it to the thread that started it, and back: an object of a class does not pass between them. */
import { LongitudeError } from "./longitude-error.ts";
import { errorDefinitions } from "./registry.ts";

export interface ToldError {
  readonly ok: false;
  readonly code: string | null;
  readonly message: string;
}

export function tellError(error: unknown): ToldError {
  const code = error instanceof LongitudeError ? error.code : null;
  return { ok: false, code, message: error instanceof Error ? error.message : String(error) };
}

export function errorTold({ code, message }: ToldError): Error {
  const definition = errorDefinitions().find((known) => known.code === code);
  return definition === undefined ? new Error(message) : new LongitudeError(definition, message);
}
