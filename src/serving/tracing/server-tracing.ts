/** How long each part of a request takes, for whoever collects it; nothing where the site names no collector. */
import type { FastifyInstance } from "fastify";
import type { ServingConfig } from "../serving-config.ts";

/** Everything that a span can be of: a fixed list, so that nothing of a request can become a name. */
export type Part = "record" | "forecast" | "transaction";

export interface ServerTracing {
  /** A span of each request, under the caller's own where it sent `traceparent`. */
  observe(app: FastifyInstance): void;
  /** A span of one part of the request that is being answered. */
  part<T>(name: Part, work: () => Promise<T>): Promise<T>;
  /** Sends what has not been sent. */
  stop(): Promise<void>;
}

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
