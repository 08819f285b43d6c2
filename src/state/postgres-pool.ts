/** A pool of connections to a PostgreSQL server. The URL is read from the environment or a key file and never printed. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import pg from "pg";
import { LongitudeError } from "../errors/longitude-error.ts";
import { STATE_URL_MISSING } from "../errors/registry.ts";
import type { StateConfig } from "./state-config.ts";
import { valueParsers } from "./value-parsers.ts";

const CONNECT_MS = 10_000;

export async function openPostgresPool(
  folder: string,
  config: StateConfig,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<pg.Pool> {
  const pool = new pg.Pool({
    connectionString: await readUrl(folder, config, environment),
    connectionTimeoutMillis: CONNECT_MS,
    application_name: "longitude",
    types: {
      getTypeParser: ((id: number, format?: "text" | "binary") =>
        valueParsers[id] ?? pg.types.getTypeParser(id, format ?? "text")) as typeof pg.types.getTypeParser,
    },
  });
  // A server that goes away is noticed by the query under way or the next one; it must not end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

async function readUrl(
  folder: string,
  { urlFile, urlFromEnvironment }: StateConfig,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  if (urlFile !== undefined) {
    const path = resolve(folder, urlFile);
    const text = await readFile(path, "utf8").catch(() => "");
    if (text.trim() === "") throw new LongitudeError(STATE_URL_MISSING, `${path} is missing or empty`);
    return text.trim();
  }
  const url = environment[urlFromEnvironment] ?? "";
  if (url === "") {
    throw new LongitudeError(STATE_URL_MISSING, `the environment variable ${urlFromEnvironment} is not set`);
  }
  return url;
}
