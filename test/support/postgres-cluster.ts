/**
 * A real PostgreSQL of its own for a test: Debian's binaries, a temporary folder, a free port, passwords, TLS. The server
 * refuses to run as root, so that root lends it the account `postgres`.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = "/usr/lib/postgresql";
export const PASSWORD = "a-secret-of-the-test";
export const NO_POSTGRES = "PostgreSQL's server is not installed (Debian: apt-get install postgresql)";

/** Folder of initdb and postgres; null when they are not installed. */
export function postgresBinaries(): string | null {
  const versions = existsSync(ROOT) ? readdirSync(ROOT).sort((a, b) => Number(b) - Number(a)) : [];
  const folder = versions
    .map((version) => join(ROOT, version, "bin"))
    .find((bin) => existsSync(join(bin, "initdb")));
  return folder ?? null;
}

export interface PostgresCluster {
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

export async function startPostgres(): Promise<PostgresCluster> {
  const bin = postgresBinaries();
  if (bin === null) throw new Error(NO_POSTGRES);
  const account: Partial<Account> = process.getuid?.() === 0 ? accountOf("postgres") : {};
  const folder = await mkdtemp(join(tmpdir(), "longitude-postgres-"));
  await chmod(folder, 0o755);
  const data = join(folder, "data");
  const [passwords, passFile] = [join(folder, "password"), join(folder, "pgpass")];
  await writeFile(passwords, PASSWORD, { mode: 0o600 });
  const certificate = join(folder, "server.pem");
  const key = join(folder, "server.key");
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"],
      ...["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
    ],
    { stdio: "ignore" },
  );
  await chmod(key, 0o600);
  const { uid, gid } = account;
  if (uid !== undefined && gid !== undefined)
    for (const path of [folder, passwords, key, certificate]) chownSync(path, uid, gid);
  execFileSync(
    join(bin, "initdb"),
    [
      "-D",
      data,
      "-U",
      "steward",
      "-A",
      "scram-sha-256",
      `--pwfile=${passwords}`,
      "--no-sync",
      "-E",
      "UTF8",
      "--locale=C",
    ],
    { ...account, stdio: "ignore" },
  );
  const port = await freePort();
  await writeFile(passFile, `*:${port}:*:steward:${PASSWORD}\n`, { mode: 0o600 });
  const settings = {
    fsync: "off",
    ssl: "on",
    ssl_cert_file: certificate,
    ssl_key_file: key,
    unix_socket_directories: "",
  };
  const child = spawn(
    join(bin, "postgres"),
    [
      "-D",
      data,
      "-p",
      String(port),
      "-h",
      "localhost",
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    { ...account, stdio: ["ignore", "ignore", "pipe"] },
  );
  await started(child);
  return {
    port,
    user: "steward",
    passFile,
    certificate,
    folder,
    stop: async () => {
      child.kill("SIGINT");
      if (child.exitCode === null) await once(child, "exit");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

function accountOf(name: string): Account {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((text) => text.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (uid === undefined) throw new Error(`there is no account ${name} to run PostgreSQL as`);
  return { uid: Number(uid), gid: Number(gid) };
}

async function started(child: ChildProcess): Promise<void> {
  let said = "";
  for await (const part of child.stderr as AsyncIterable<Buffer>) {
    said += part.toString();
    if (said.includes("ready to accept connections")) break;
  }
  if (!said.includes("ready to accept connections"))
    throw new Error(`PostgreSQL did not start: ${said.slice(-500)}`);
  child.stderr?.resume();
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
