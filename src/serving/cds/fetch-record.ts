/**
 * Fetches from the hospital's FHIR server what a prefetch lacks.
 * Invariant: only servers that the site lists are called, only below their base address, without following redirects;
 * the token goes nowhere else.
 */
import { z } from "zod";
import { guardedFetch } from "../../ingest/bulk/guarded-fetch.ts";
import { jsonTooDeep } from "../../ingest/fhir/json-depth.ts";
import { isFailure, nextPage, prefetchMissing } from "./prefetch.ts";

export interface FetchOptions {
  /** As the request names it. */
  readonly fhirServer: string | undefined;
  readonly token: string | undefined;
  /** Servers that may be called. */
  readonly allowed: readonly string[];
  readonly mostBytes: number;
  readonly timeoutMs: number;
}

const MOST_PAGES = 50;
const resourceSchema = z.looseObject({ resourceType: z.string() });

/** @throws LongitudeError PREFETCH_MISSING when anything of it cannot be had */
export async function fetchMissing(
  missing: Readonly<Record<string, string>>,
  options: FetchOptions,
): Promise<readonly unknown[]> {
  if (Object.keys(missing).length === 0) return [];
  const base = allowedBase(options);
  if (base === null) {
    const why =
      options.fhirServer === undefined
        ? "no fhirServer is named"
        : "the fhirServer is none that the site lists";
    throw prefetchMissing(missing, why);
  }
  if (options.token === undefined) throw prefetchMissing(missing, "there is no fhirAuthorization");
  const lists = await Promise.all(
    Object.entries(missing).map(async ([key, query]) => {
      try {
        return await pages(new URL(query, base), base, options);
      } catch {
        throw prefetchMissing({ [key]: query }, "the fhirServer did not give it");
      }
    }),
  );
  return lists.flat();
}

/** The listed address that the request's server is, with a slash at its end. */
export function allowedBase({
  fhirServer,
  allowed,
}: Pick<FetchOptions, "fhirServer" | "allowed">): URL | null {
  if (fhirServer === undefined) return null;
  const asked = withSlash(fhirServer);
  return asked === null ? null : (allowed.map(withSlash).find((base) => base?.href === asked.href) ?? null);
}

function withSlash(address: string): URL | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") return null;
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

async function pages(first: URL, base: URL, options: FetchOptions): Promise<unknown[]> {
  const found: unknown[] = [];
  let url: URL | null = first;
  for (let page = 0; url !== null; page++) {
    if (page >= MOST_PAGES) throw new Error("more pages than a record has");
    if (url.origin !== base.origin || !url.pathname.startsWith(base.pathname))
      throw new Error("a page lies elsewhere");
    const resource: unknown = await get(url, options);
    if (isFailure(resource)) throw new Error("the server answered with an OperationOutcome");
    found.push(resource);
    const next = nextPage(resource);
    url = next === null ? null : new URL(next, base);
  }
  return found;
}

async function get(url: URL, { token, mostBytes, timeoutMs }: FetchOptions): Promise<unknown> {
  const headers = { accept: "application/fhir+json", authorization: `Bearer ${token}` };
  const response = await guardedFetch(url, { headers }, { origins: [url.origin], timeoutMs, mostBytes });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  if (jsonTooDeep(bytes, 0, bytes.length)) throw new Error("the answer is nested too deep");
  return resourceSchema.parse(JSON.parse(bytes.toString("utf8")));
}
