/** Asks the server to begin an export; its answer names the address at which the export's state is asked. */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { PULL_REQUEST } from "../../errors/registry.ts";
import type { BulkServer } from "./bulk-server.ts";
import { issueCodes } from "./operation-outcome.ts";
import type { PullOptions } from "./pull-options.ts";

/** The parameters of the operation, in the order of sending. */
export type ExportParameters = readonly (readonly [name: string, value: string])[];

export function exportParameters(options: PullOptions, since: string | null): ExportParameters {
  const list = (name: string, values: readonly string[]): [string, string][] =>
    values.length === 0 ? [] : [[name, values.join(",")]];
  return [
    ["_outputFormat", "application/fhir+ndjson"],
    ...(since === null ? [] : [["_since", since] as const]),
    ...(options.until === undefined ? [] : [["_until", options.until] as const]),
    ...list("_type", options.types),
    ...options.typeFilters.map((filter) => ["_typeFilter", filter] as const),
    ...list("_elements", options.elements),
    ...(options.organizeBy === undefined ? [] : [["organizeOutputBy", options.organizeBy] as const]),
    ...(options.partialManifests ? [["allowPartialManifests", "true"] as const] : []),
  ];
}

export function exportAddress(base: URL, { level, group }: PullOptions): URL {
  const path = { system: "$export", patient: "Patient/$export", group: `Group/${group}/$export` }[level];
  return new URL(path, base);
}

/** Returns the address of the export's state. */
export async function kickOff(
  server: BulkServer,
  address: URL,
  parameters: ExportParameters,
  post: boolean,
): Promise<URL> {
  const url = new URL(address);
  if (!post) for (const [name, value] of parameters) url.searchParams.append(name, value);
  const answer = await server.text({
    method: post ? "POST" : "GET",
    url,
    headers: async () => ({
      accept: "application/fhir+json",
      prefer: "respond-async",
      ...(post ? { "content-type": "application/fhir+json" } : {}),
    }),
    ...(post ? { body: JSON.stringify(parametersResource(parameters)) } : {}),
    token: true,
    what: "the request to export",
  });
  const location = answer.header("content-location");
  if (answer.status !== 202 || location === null) {
    throw new LongitudeError(
      PULL_REQUEST,
      `the request to export was answered with ${answer.status}${issueCodes(answer.text)}${answer.status === 202 ? " and names no place to ask at" : ""}`,
    );
  }
  return server.rules.checked(location, "the export's state", address.href);
}

function parametersResource(parameters: ExportParameters): object {
  const typed = (name: string, value: string): object => {
    if (name === "_since" || name === "_until") return { valueInstant: value };
    return name === "allowPartialManifests" ? { valueBoolean: true } : { valueString: value };
  };
  return {
    resourceType: "Parameters",
    parameter: parameters.map(([name, value]) => ({ name, ...typed(name, value) })),
  };
}
