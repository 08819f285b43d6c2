/** How long each part of a request takes, for whoever collects it; nothing where the site names no collector. */
import type { FastifyInstance } from "fastify";

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
