/** A PostgreSQL server of this test alone: Debian's programs, a temporary folder, a Unix socket, no port. */
import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chown, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import pg from "pg";

const INSTALLED = "/usr/lib/postgresql";

export interface PostgresServer {
  /** The URL of a new, empty database. */
  newDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** The newest installed version's folder of programs; null when there is none. */
export async function postgresPrograms(): Promise<string | null> {
  const versions = await readdir(INSTALLED).catch(() => []);
  const newest = versions
    .map(Number)
    .filter(Number.isFinite)
    .sort((a, b) => b - a)[0];
  return newest === undefined ? null : join(INSTALLED, String(newest), "bin");
}

export async function startPostgres(programs: string): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), "longitude-pg-"));
  const user = unprivilegedUser();
  if (user !== null) await chown(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const initdb = ["-D", data, "-U", "longitude", "-A", "trust", "-E", "UTF8", "--no-sync"];
  execFileSync(join(programs, "initdb"), initdb, { ...user, stdio: "ignore", cwd: folder });
  const settings = ["-c", "listen_addresses=", "-c", "fsync=off", "-c", `unix_socket_directories=${folder}`];
  const server = spawn(join(programs, "postgres"), ["-D", data, ...settings], {
    ...user,
    stdio: "ignore",
    cwd: folder,
  });
  const url = (database: string) => `postgresql://longitude@/${database}?host=${encodeURIComponent(folder)}`;
  const admin = await connected(url("postgres"));
  return {
    newDatabase: async () => {
      const name = `t${randomUUID().replaceAll("-", "")}`;
      await admin.query(`create database ${name}`);
      return url(name);
    },
    stop: async () => {
      await admin.end();
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGINT"); // fast shutdown
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root. */
function unprivilegedUser(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const idOf = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}

async function connected(url: string): Promise<pg.Client> {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (attempt === 200) throw error;
      await setTimeout(50);
    }
  }
}
