/**
 * How an error that Longitude raises on purpose is declared. A code is never reused.
 * Import codes from registry.ts, which knows all of them.
 */
export interface ErrorDefinition {
  /** Stable, for people and programs, e.g. "INGEST_REJECT_LIMIT". */
  readonly code: string;
  /** What to do about it. */
  readonly remedy: string;
  readonly httpStatus: number;
  /** Process exit code: 2 wrong usage or configuration, 3 bad input data, 4 a stored artefact is unusable, 5 the machine (disk, memory), 6 training went wrong. */
  readonly exitCode: 2 | 3 | 4 | 5 | 6;
}

const registered = new Map<string, ErrorDefinition>();

export function define(
  code: string,
  exitCode: ErrorDefinition["exitCode"],
  httpStatus: number,
  remedy: string,
): ErrorDefinition {
  if (registered.has(code)) throw new TypeError(`error code ${code} is defined twice`);
  const definition = { code, remedy, httpStatus, exitCode };
  registered.set(code, definition);
  return definition;
}

/** Every definition, in the order of declaration. */
export function errorDefinitions(): readonly ErrorDefinition[] {
  return [...registered.values()];
}
