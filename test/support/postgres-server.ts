/**
 * A PostgreSQL server of a test alone: Debian's programs and a temporary folder. Either behind a Unix socket, without a
 * port, for whoever needs databases; or on a port with passwords and TLS, as a hospital's is.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chmod, chown, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import pg from "pg";

const INSTALLED = "/usr/lib/postgresql";
export const PASSWORD = "a-secret-of-the-test";
export const NO_POSTGRES = "PostgreSQL's server is not installed (Debian: apt-get install postgresql)";

/** The newest installed version's folder of programs; null when there is none. */
export async function postgresPrograms(): Promise<string | null> {
  const versions = await readdir(INSTALLED).catch(() => []);
  const newest = versions
    .map(Number)
    .filter(Number.isFinite)
    .sort((a, b) => b - a)[0];
  return newest === undefined ? null : join(INSTALLED, String(newest), "bin");
}

export interface PostgresServer {
  /** The URL of a new, empty database. */
  newDatabase(): Promise<string>;
  /** Stops it, does the work, and starts it again. */
  without(work: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** Behind a Unix socket: no port, no passwords. */
export async function startPostgres(programs: string): Promise<PostgresServer> {
  const place = await makePlace();
  initialise(programs, place, ["-U", "longitude", "-A", "trust"]);
  const start = () => serve(programs, place, { listen_addresses: "", unix_socket_directories: place.folder });
  let server = start();
  const url = (database: string) =>
    `postgresql://longitude@/${database}?host=${encodeURIComponent(place.folder)}`;
  let admin = await connected({ connectionString: url("postgres") });
  return {
    newDatabase: async () => {
      const name = `t${randomUUID().replaceAll("-", "")}`;
      await admin.query(`create database ${name}`);
      return url(name);
    },
    without: async (work) => {
      await admin.end();
      server.kill("SIGINT");
      if (server.exitCode === null) await once(server, "exit");
      await work();
      server = start();
      admin = await connected({ connectionString: url("postgres") });
    },
    stop: async () => {
      await admin.end();
      await stop(server, place);
    },
  };
}

export interface HospitalPostgres {
  readonly port: number;
  /** Account that the tests connect as; its password stands in `passFile`. */
  readonly user: string;
  readonly passFile: string;
  /** The certificate that the server shows, which is its own authority; for `localhost`. */
  readonly certificate: string;
  /** A folder that the server can read too. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** On a port of this machine, with passwords and TLS. */
export async function startHospitalPostgres(programs: string): Promise<HospitalPostgres> {
  const place = await makePlace();
  const { folder, account } = place;
  await chmod(folder, 0o755);
  const [passwords, passFile] = [join(folder, "password"), join(folder, "pgpass")];
  const [certificate, key] = [join(folder, "server.pem"), join(folder, "server.key")];
  await writeFile(passwords, PASSWORD, { mode: 0o600 });
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"];
  const made = ["-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate];
  execFileSync("openssl", ["req", "-x509", ...made, ...subject], { stdio: "ignore" });
  await chmod(key, 0o600);
  if (account !== null)
    for (const path of [passwords, key, certificate]) await chown(path, account.uid, account.gid);
  initialise(programs, place, [
    "-U",
    "steward",
    "-A",
    "scram-sha-256",
    `--pwfile=${passwords}`,
    "--locale=C",
  ]);
  const port = await freePort();
  await writeFile(passFile, `*:${port}:*:steward:${PASSWORD}\n`, { mode: 0o600 });
  const server = serve(programs, place, {
    port: String(port),
    listen_addresses: "localhost",
    unix_socket_directories: "",
    ssl: "on",
    ssl_cert_file: certificate,
    ssl_key_file: key,
  });
  const address = { host: "localhost", port, user: "steward", password: PASSWORD, database: "postgres" };
  await (await connected(address)).end();
  return { port, user: "steward", passFile, certificate, folder, stop: () => stop(server, place) };
}

interface Place {
  readonly folder: string;
  /** Whom the server runs as; PostgreSQL refuses to run as root. */
  readonly account: { readonly uid: number; readonly gid: number } | null;
}

async function makePlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), "longitude-pg-"));
  if (process.getuid?.() !== 0) return { folder, account: null };
  const idOf = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  const account = { uid: idOf("-u"), gid: idOf("-g") };
  await chown(folder, account.uid, account.gid);
  return { folder, account };
}

function initialise(programs: string, { folder, account }: Place, options: readonly string[]): void {
  const words = ["-D", join(folder, "data"), "-E", "UTF8", "--no-sync", ...options];
  execFileSync(join(programs, "initdb"), words, { ...account, stdio: "ignore", cwd: folder });
}

function serve(
  programs: string,
  { folder, account }: Place,
  settings: Readonly<Record<string, string>>,
): ChildProcess {
  const words = Object.entries({ fsync: "off", ...settings }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  return spawn(join(programs, "postgres"), ["-D", join(folder, "data"), ...words], {
    ...account,
    stdio: "ignore",
    cwd: folder,
  });
}

async function stop(server: ChildProcess, { folder }: Place): Promise<void> {
  server.kill("SIGINT"); // fast shutdown
  if (server.exitCode === null) await once(server, "exit");
  await rm(folder, { recursive: true, force: true });
}

async function connected(config: pg.ClientConfig): Promise<pg.Client> {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client(config);
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (attempt === 200) throw error;
      await setTimeout(50);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new TypeError("no port");
  return address.port;
}
