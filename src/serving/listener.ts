/**
 * The server's one listening socket. What answers behind it can be put in another's place while it listens.
 * Invariant: each request is answered to its end by what it came to; none is refused because of a change.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import fastify, { type FastifyInstance } from "fastify";
import type { ServingConfig } from "./serving-config.ts";

/** Who does not read its answer does not keep the server. */
const DRAIN_MS = 10_000;
const LOOK_MS = 20;

export interface Answering {
  /** Of the app: answers one request. */
  readonly routing: FastifyInstance["routing"];
}

export class Listener {
  readonly #front: FastifyInstance;
  /** How many requests each is at. */
  readonly #under = new Map<Answering, number>();
  #current: Answering;

  constructor(first: Answering, { requestSeconds }: ServingConfig["limits"]) {
    this.#current = first;
    const timeout = requestSeconds * 1000;
    const http = {
      ...{ requestTimeout: timeout, keepAliveTimeout: 30_000 },
      // How often it is looked whether a request is late.
      connectionsCheckingInterval: Math.min(5000, timeout / 2),
    };
    this.#front = fastify({
      ...{ logger: false, forceCloseConnections: "idle" },
      serverFactory: () => {
        const server = createServer(http, (request, response) => this.#answer(request, response));
        return server.setTimeout(timeout);
      },
    });
  }

  /** @returns the port @throws Error of the socket */
  async listen(host: string, port: number): Promise<number> {
    await this.#front.listen({ host, port });
    const bound = this.#front.server.address();
    return bound !== null && typeof bound === "object" ? bound.port : port;
  }

  /** What comes from now on is the next's; returns when the one before has answered what it was at, ten seconds at most. */
  async replace(next: Answering): Promise<void> {
    const before = this.#current;
    this.#current = next;
    for (let waited = 0; this.#under.has(before) && waited < DRAIN_MS; waited += LOOK_MS)
      await setTimeout(LOOK_MS);
  }

  /** Nothing new comes in; what is under way is answered, ten seconds at most. */
  async close(): Promise<void> {
    const cut = globalThis.setTimeout(() => this.#front.server.closeAllConnections(), DRAIN_MS);
    await this.#front.close();
    clearTimeout(cut);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const current = this.#current;
    this.#under.set(current, (this.#under.get(current) ?? 0) + 1);
    response.once("close", () => {
      const left = (this.#under.get(current) ?? 1) - 1;
      if (left === 0) this.#under.delete(current);
      else this.#under.set(current, left);
    });
    current.routing(request, response);
  }
}
