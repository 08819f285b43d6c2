/** A person's record for one request: what came with it, and what of the templates it lacks from the hospital's server. */
import type { ServerContext } from "../server-context.ts";
import { fetchMissing } from "./fetch-record.ts";
import { readPrefetch } from "./prefetch.ts";

export interface RecordSource {
  /** Servers that the site lists for such a request. */
  readonly allowed: readonly string[];
  readonly prefetch: Readonly<Record<string, unknown>> | undefined;
  readonly fhirServer: string | undefined;
  readonly token: string | undefined;
  readonly patientId: string;
}

const FETCH_MS = 10_000;

/** @throws LongitudeError PREFETCH_MISSING */
export async function wholeRecord(context: ServerContext, source: RecordSource): Promise<readonly unknown[]> {
  const { config, model } = context;
  const { resources, missing } = readPrefetch(model.prefetch, source.prefetch, source.patientId);
  const fetched = await context.tracing.part("record", () =>
    fetchMissing(missing, {
      fhirServer: source.fhirServer,
      token: source.token,
      allowed: source.allowed,
      mostBytes: config.limits.bodyMegabytes * 2 ** 20,
      timeoutMs: FETCH_MS,
    }),
  );
  return [...resources, ...fetched];
}
