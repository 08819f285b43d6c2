/**
 * All errors that Longitude raises on purpose. A code is never reused.
 * `docs/reference/errors.md` has a section for each code; a test compares the two.
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

function define(
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

// Configuration and usage
export const CONFIG_INVALID = define(
  "CONFIG_INVALID",
  2,
  400,
  "Correct the named key in longitude.yaml; docs/reference/configuration.md lists every key with its type.",
);
