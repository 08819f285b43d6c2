/**
 * The one error class. Every error has a stable code from the registry, an exit code and a remedy.
 * Invariant: a message carries ids of artefacts and counts, never a patient's values.
 */
import type { ErrorDefinition } from "./registry.ts";

export class LongitudeError extends Error {
  readonly code: string;
  readonly remedy: string;
  readonly httpStatus: number;
  readonly exitCode: number;

  constructor(definition: ErrorDefinition, message: string, options?: { cause?: unknown; remedy?: string }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = "LongitudeError";
    this.code = definition.code;
    this.remedy = options?.remedy ?? definition.remedy;
    this.httpStatus = definition.httpStatus;
    this.exitCode = definition.exitCode;
  }
}
