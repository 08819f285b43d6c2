/** The real server of a site on a free port, with its log in memory. */
import { Writable } from "node:stream";
import { readSite } from "../../src/cli/read-site.ts";
import { startSiteServer } from "../../src/cli/site-server.ts";
import { type Effects, systemEffects } from "../../src/effects/effects.ts";
import type { ServerContext } from "../../src/serving/server-context.ts";
import { SERVING_AREAS } from "../../src/serving/serving-areas.ts";
import { openState } from "../../src/state/open-state.ts";

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever was answered
  readonly json: any;
}

export interface RunningServer {
  readonly address: string;
  readonly context: ServerContext;
  /** Lines of the log so far. */
  readonly log: readonly string[];
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answered>;
  /** @param body text as it stands, anything else as JSON */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answered>;
  delete(path: string, headers?: Readonly<Record<string, string>>): Promise<Answered>;
  stop(): Promise<void>;
}

export interface RunOptions {
  readonly sandbox?: boolean;
  readonly effects?: Effects;
  readonly rehearsals?: number;
  /** Id or alias. */
  readonly release?: string;
  readonly followEveryMs?: number;
}

export async function runServer(folder: string, options: RunOptions = {}): Promise<RunningServer> {
  const effects = options.effects ?? systemEffects;
  const site = await readSite(folder);
  const state = await openState({ folder, config: site.configuration.state, areas: SERVING_AREAS, effects });
  const log: string[] = [];
  const logTo = new Writable({
    write: (line: Buffer, _encoding, done) => {
      log.push(line.toString());
      done();
    },
  });
  const server = await startSiteServer(
    site,
    state,
    {
      host: "127.0.0.1",
      port: 0,
      sandbox: options.sandbox ?? false,
      version: "0.0.0",
      logTo,
      rehearsals: options.rehearsals ?? 0,
      release: options.release,
      followEveryMs: options.followEveryMs ?? 5000,
    },
    effects,
  );
  const ask = async (path: string, init: RequestInit): Promise<Answered> => {
    const response = await fetch(`${server.address}${path}`, init);
    const text = await response.text();
    const isJson =
      text !== "" && /json/.test(response.headers.get("content-type") ?? "") && !text.includes("}\n{");
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : null,
    };
  };
  return {
    address: server.address,
    get context() {
      return server.context;
    },
    log,
    get: (path, headers = {}) => ask(path, { headers }),
    delete: (path, headers = {}) => ask(path, { method: "DELETE", headers }),
    post: (path, body, headers = {}) =>
      ask(path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    stop: async () => {
      await server.stop();
      await state.close();
    },
  };
}
