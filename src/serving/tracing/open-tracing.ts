/** Opens what the site asks for: traces to its collector, or none. */
import type { ServingConfig } from "../serving-config.ts";
import type { ServerTracing } from "./server-tracing.ts";

export const NO_TRACING: ServerTracing = {
  observe: () => undefined,
  part: (_name, work) => work(),
  stop: () => Promise.resolve(),
};

/** @param version of this program */
export async function openTracing(config: ServingConfig["tracing"], version: string): Promise<ServerTracing> {
  if (config === undefined) return NO_TRACING;
  // Its libraries are loaded where they are used alone.
  const { OtlpTracing } = await import("./otlp-tracing.ts");
  return new OtlpTracing(config, version);
}
