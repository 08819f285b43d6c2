/** Starts the Bulk Data server of the tests as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buildSync } from "esbuild";
import type { BulkServerConfiguration } from "./bulk-data-server.ts";

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** It came to the second origin. */
  readonly other: boolean;
  readonly token: boolean;
  /** The token was one of the server's and had not expired. */
  readonly alive: boolean;
  readonly range: string | null;
  readonly body: string;
}

export interface RunningBulkServer {
  /** FHIR base address. */
  readonly base: string;
  readonly origin: string;
  readonly elsewhere: string;
  /** Forgets all it knows and answers by this from now on. */
  configure(given: Partial<BulkServerConfiguration>): Promise<void>;
  /** Since it was configured last. */
  requests(): readonly LoggedRequest[];
  stop(): Promise<void>;
}

export const CLIENT_ID = "longitude-test";

/**
 * @param work folder for the program and its log
 * @param jwks file of the client's published keys
 */
export async function startBulkServer(work: string, jwks: string): Promise<RunningBulkServer> {
  const log = join(work, "requests.ndjson");
  const program = join(work, "bulk-data-server.mjs");
  bundle("test/support/bulk-data-server.ts", program);
  const child: ChildProcess = spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const [origin = "", elsewhere = ""] = String((await lines.next()).value).split(" ");
  return {
    base: `${origin}/fhir`,
    origin,
    elsewhere,
    configure: async (given) => {
      const configuration: BulkServerConfiguration = { ...DEFAULTS, jwks, log, ...given };
      child.stdin!.write(`${JSON.stringify(configuration)}\n`);
      await lines.next();
    },
    requests: () =>
      readFileSync(log, "utf8")
        .split("\n")
        .filter((text) => text !== "")
        .map((text) => JSON.parse(text) as LoggedRequest),
    stop: async () => {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}

/** Bundles a program of TypeScript into one file, which starts in a tenth of the time. */
export function bundle(entry: string, outfile: string): void {
  const require =
    'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
  buildSync({
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    banner: { js: require },
  });
}

const DEFAULTS: Omit<BulkServerConfiguration, "jwks" | "log"> = {
  clientId: CLIENT_ID,
  tokenSeconds: 300,
  files: {},
  changed: {},
  deleted: [],
  errors: [],
  transactionTimes: ["2026-03-01T10:00:00.000Z"],
  pollsUntilReady: 2,
  retryAfter: "seconds",
  gzip: true,
  requiresAccessToken: true,
  filesElsewhere: false,
  filesPerPage: 1000,
  partial: false,
  shape: "stu3",
  failures: {},
  breakOffAfter: 0,
  breakOffTimes: 0,
  bytesPerSecond: 0,
  wrongCount: false,
  statusFails: false,
  redirectFiles: false,
  separateStatus: false,
  signedFor: 0,
};
