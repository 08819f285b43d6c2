import { LongitudeError } from "../errors/longitude-error.ts";
import { SERVE_INTERNAL } from "../errors/registry.ts";

/** What a failure is called where its text must not stand: its own code, else that of a fault of the server. */
export function errorCode(error: unknown): string {
  return error instanceof LongitudeError ? error.code : SERVE_INTERNAL.code;
}
