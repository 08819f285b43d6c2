/**
 * What a hook's prefetch asks for: the kinds of resource that the model's codes come from, and no other.
 * Invariant: a record with a part missing is not forecast; what the prefetch lacks is fetched, or the request fails.
 */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { PREFETCH_MISSING } from "../../errors/registry.ts";
import { isObject, listAt, textAt } from "../../ingest/json-access.ts";
import type { Vocabulary } from "../../tokens/vocabulary.ts";

export type PrefetchTemplates = Readonly<Record<string, string>>;

const SYSTEMS: readonly { readonly key: string; readonly type: string; readonly systems: RegExp }[] = [
  { key: "conditions", type: "Condition", systems: /^(ICD|SNOMED|SNOMEDCT)/ },
  { key: "observations", type: "Observation", systems: /^LOINC$/ },
  { key: "medications", type: "MedicationRequest", systems: /^(RXNORM|ATC|NDC)$/i },
  { key: "procedures", type: "Procedure", systems: /^(CPT4?|HCPCS|ICD10PCS|ICD9PROC)$/ },
  { key: "immunizations", type: "Immunization", systems: /^CVX$/ },
  { key: "encounters", type: "Encounter", systems: /^(ENCOUNTER|ADMISSION|DISCHARGE|VISIT)/ },
];
const MOST = 1000;

export function prefetchTemplates(vocabulary: Vocabulary): PrefetchTemplates {
  const systems = new Set(
    vocabulary.file.tokens.flatMap((token) => (token.includes("/") ? [token.split("/")[0] as string] : [])),
  );
  return {
    patient: "Patient/{{context.patientId}}",
    ...Object.fromEntries(
      SYSTEMS.filter(({ systems: of }) => [...systems].some((system) => of.test(system))).map(
        ({ key, type }) => [key, `${type}?patient={{context.patientId}}&_count=${MOST}`],
      ),
    ),
  };
}

export interface Prefetched {
  /** Resources to read. */
  readonly resources: readonly unknown[];
  /** Key → query of what has to be fetched: not provided, answered with an error, or a page of more. */
  readonly missing: Readonly<Record<string, string>>;
}

export function readPrefetch(
  templates: PrefetchTemplates,
  prefetch: Readonly<Record<string, unknown>> | undefined,
  patientId: string,
): Prefetched {
  const resources: unknown[] = [];
  const missing: Record<string, string> = {};
  const given = new Map(Object.entries(prefetch ?? {}));
  for (const [key, template] of Object.entries(templates)) {
    const value = given.get(key);
    const absent = value === undefined || isFailure(value) || (key === "patient" && value === null);
    if (absent) missing[key] = template.replace("{{context.patientId}}", patientId);
    else if (isObject(value)) {
      resources.push(value);
      const next = nextPage(value);
      if (next !== null) missing[key] = next;
    }
  }
  for (const [key, value] of given)
    if (templates[key] === undefined && isObject(value) && !isFailure(value)) resources.push(value);
  return { resources, missing };
}

export function nextPage(bundle: unknown): string | null {
  return textAt(
    listAt(bundle, "link").find((link) => textAt(link, "relation") === "next"),
    "url",
  );
}

export function isFailure(value: unknown): boolean {
  return isObject(value) && value.resourceType === "OperationOutcome";
}

export function prefetchMissing(missing: Readonly<Record<string, string>>, why: string): LongitudeError {
  return new LongitudeError(
    PREFETCH_MISSING,
    `the prefetch lacks ${Object.keys(missing).sort().join(", ")}, and ${why}`,
  );
}
