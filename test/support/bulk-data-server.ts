/**
 * A FHIR Bulk Data server with SMART Backend Services, run as a process of its own: it verifies assertions with jose
 * against the client's published keys, throttles, fails, pages, zips and expires as its configuration says, and writes
 * down every request for the test to read. It prints its two origins; each line of its input is a new configuration,
 * which makes it forget everything and is answered with a line.
 */
import { createHash, randomUUID } from "node:crypto";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createInterface } from "node:readline";
import { gzipSync } from "node:zlib";
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { systemEffects } from "../../src/effects/effects.ts";

export interface BulkServerConfiguration {
  /** File of the published key set. */
  readonly jwks: string;
  readonly clientId: string;
  /** Where each request is written down, one JSON object a line. */
  readonly log: string;
  readonly tokenSeconds: number;
  /** Resources as the files give them: name → lines. Names begin with the resource type. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  /** What an export with `_since` gives instead. */
  readonly changed: Readonly<Record<string, readonly string[]>>;
  readonly deleted: readonly string[];
  readonly errors: readonly string[];
  readonly transactionTimes: readonly string[];
  readonly pollsUntilReady: number;
  readonly retryAfter: "seconds" | "date" | "none";
  readonly gzip: boolean;
  readonly requiresAccessToken: boolean;
  /** Files on the second port, which is another origin. */
  readonly filesElsewhere: boolean;
  readonly filesPerPage: number;
  readonly partial: boolean;
  readonly shape: "stu2" | "stu3" | "stu4";
  /** Path prefix → statuses that its first requests are answered with. */
  readonly failures: Readonly<Record<string, readonly number[]>>;
  /** First requests of each file break off after this many bytes. */
  readonly breakOffAfter: number;
  readonly breakOffTimes: number;
  /** Bytes a second of a file; 0 = at once. */
  readonly bytesPerSecond: number;
  readonly wrongCount: boolean;
  readonly statusFails: boolean;
  /** Redirects each file to the second origin. */
  readonly redirectFiles: boolean;
  readonly separateStatus: boolean;
  /** Addresses of files are signed anew with each manifest, and each is good for this many requests; 0 = for ever. */
  readonly signedFor: number;
}

interface Job {
  readonly since: string | null;
  readonly transactionTime: string;
  polls: number;
}

let configuration: BulkServerConfiguration;
const tokens = new Map<string, number>();
const usedAssertions = new Set<string>();
const jobs = new Map<string, Job>();
const failuresLeft = new Map<string, number[]>();
const brokenOff = new Map<string, number>();
let kicked = 0;
let main = "";
let elsewhere = "";

const server = createServer((request, response) => void answer(request, response, false));
const second = createServer((request, response) => void answer(request, response, true));
createInterface({ input: process.stdin }).on("line", (line) => {
  configuration = JSON.parse(line) as BulkServerConfiguration;
  for (const known of [tokens, usedAssertions, jobs, failuresLeft, brokenOff]) known.clear();
  for (const [path, list] of Object.entries(configuration.failures)) failuresLeft.set(path, [...list]);
  kicked = 0;
  writeFileSync(configuration.log, "");
  process.stdout.write("ready\n");
});
server.listen(0, "127.0.0.1", () => {
  second.listen(0, "127.0.0.1", () => {
    main = originOf(server.address());
    elsewhere = originOf(second.address());
    process.stdout.write(`${main} ${elsewhere}\n`);
  });
});

function originOf(address: ReturnType<typeof server.address>): string {
  if (address === null || typeof address === "string") throw new TypeError("no port");
  return `http://127.0.0.1:${address.port}`;
}

async function answer(request: IncomingMessage, response: ServerResponse, other: boolean): Promise<void> {
  const url = new URL(request.url ?? "/", main);
  const body = await bodyOf(request);
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  const alive = bearer !== undefined && (tokens.get(bearer) ?? 0) > systemEffects.now();
  appendFileSync(
    configuration.log,
    `${JSON.stringify({ method: request.method, path: url.pathname, query: url.search, other, token: bearer !== undefined, alive, range: request.headers.range ?? null, body: url.pathname === "/token" ? "" : body })}\n`,
  );
  const failing = [...failuresLeft].find(([path, left]) => url.pathname.startsWith(path) && left.length > 0);
  if (failing !== undefined) {
    const status = failing[1].shift()!;
    response.writeHead(status, { ...(status === 429 ? { "retry-after": "0" } : {}) }).end("try later");
    return;
  }
  if (url.pathname === "/fhir/.well-known/smart-configuration")
    return json(response, 200, {
      token_endpoint: `${main}/token`,
      grant_types_supported: ["client_credentials"],
    });
  if (url.pathname === "/token") {
    giveToken(body, response).catch(() => response.destroy());
    return;
  }
  const isFile = url.pathname.startsWith("/files/");
  if (
    !alive &&
    (!isFile || configuration.requiresAccessToken) &&
    !(isFile && configuration.redirectFiles && other)
  ) {
    response.writeHead(401).end();
    return;
  }
  if (url.pathname.endsWith("$export")) {
    kickOff(url, request, body, response);
    return;
  }
  if (url.pathname.startsWith("/state/")) {
    state(url, request, response);
    return;
  }
  if (isFile) {
    file(url, request, response, other);
    return;
  }
  response.writeHead(404).end();
}

async function giveToken(body: string, response: ServerResponse): Promise<void> {
  const form = new URLSearchParams(body);
  try {
    const keys = JSON.parse(readFileSync(configuration.jwks, "utf8")) as JSONWebKeySet;
    if (keys.keys.some((key) => "d" in key)) throw new Error("a private key was published");
    const { payload, protectedHeader } = await jwtVerify(
      form.get("client_assertion") ?? "",
      createLocalJWKSet(keys),
      {
        issuer: configuration.clientId,
        subject: configuration.clientId,
        audience: `${main}/token`,
        algorithms: ["RS384", "ES384"],
        requiredClaims: ["jti", "exp"],
      },
    );
    const lifetime = payload.exp! - systemEffects.now() / 1000;
    if (lifetime > 300 || usedAssertions.has(payload.jti!) || protectedHeader.kid === undefined)
      throw new Error("assertion too long, used or without a key id");
    if (form.get("grant_type") !== "client_credentials") throw new Error("grant type");
    if (!form.get("client_assertion_type")?.endsWith(":jwt-bearer")) throw new Error("assertion type");
    usedAssertions.add(payload.jti!);
  } catch {
    json(response, 400, { error: "invalid_client", error_description: "nothing to repeat: John Doe" });
    return;
  }
  const token = randomUUID();
  tokens.set(token, systemEffects.now() + configuration.tokenSeconds * 1000);
  json(response, 200, {
    access_token: token,
    token_type: "bearer",
    expires_in: configuration.tokenSeconds,
    scope: form.get("scope"),
  });
}

function kickOff(url: URL, request: IncomingMessage, body: string, response: ServerResponse): void {
  if (request.headers.prefer !== "respond-async") {
    json(response, 400, outcome("required"));
    return;
  }
  if (configuration.shape === "stu4" && request.method !== "POST") {
    json(response, 405, outcome("not-supported"));
    return;
  }
  const posted =
    request.method === "POST"
      ? (JSON.parse(body) as { parameter: { name: string; valueInstant?: string }[] }).parameter
      : [];
  const since = posted.find(({ name }) => name === "_since")?.valueInstant ?? url.searchParams.get("_since");
  const id = randomUUID();
  const times = configuration.transactionTimes;
  jobs.set(id, { since, polls: 0, transactionTime: times[Math.min(kicked++, times.length - 1)]! });
  response.writeHead(202, { "content-location": `${main}/state/${id}` }).end();
}

function state(url: URL, request: IncomingMessage, response: ServerResponse): void {
  const [, , id, page = "0"] = url.pathname.split("/");
  const job = jobs.get(id!);
  if (job === undefined) {
    json(response, 404, outcome("not-found"));
    return;
  }
  if (request.method === "DELETE") {
    jobs.delete(id!);
    response.writeHead(202).end();
    return;
  }
  job.polls += 1;
  const ready = job.polls > configuration.pollsUntilReady;
  if (ready && configuration.statusFails) {
    json(response, 500, outcome("processing"));
    return;
  }
  const names = Object.keys(job.since === null ? configuration.files : configuration.changed);
  const pages = Math.max(1, Math.ceil(names.length / configuration.filesPerPage));
  const retry =
    configuration.retryAfter === "seconds"
      ? { "retry-after": "0" }
      : configuration.retryAfter === "date"
        ? { "retry-after": new Date(systemEffects.now()).toUTCString() }
        : {};
  const progress = { "x-progress": `${job.polls} of ${configuration.pollsUntilReady}`, ...retry };
  if (!ready && !configuration.partial) {
    if (configuration.separateStatus)
      response.writeHead(200, { "x-export-status": "202 Accepted", ...progress }).end();
    else response.writeHead(202, progress).end();
    return;
  }
  const at = Number(page);
  // While at work, a partial manifest shows one page more with each question.
  const shownPages = ready ? pages : Math.min(pages, job.polls);
  const manifest = manifestOf(id!, job, names, at, shownPages);
  const headers = {
    "content-type": "application/json",
    ...(configuration.separateStatus ? { "x-export-status": "200 OK" } : {}),
  };
  response.writeHead(ready ? 200 : 202, { ...headers, ...(ready ? {} : progress) });
  response.end(JSON.stringify(manifest));
}

function manifestOf(id: string, job: Job, names: string[], page: number, pages: number): object {
  const { filesPerPage, shape, filesElsewhere } = configuration;
  const origin = filesElsewhere ? elsewhere : main;
  const which = job.since === null ? "files" : "changed";
  const listed = names.slice(page * filesPerPage, (page + 1) * filesPerPage);
  const output = listed.map((name) => ({
    ...(name.startsWith("mixed") ? {} : { type: name.split(/[-.]/)[0] }),
    url: `${origin}/files/${which}/${name}${signature()}`,
    count: configuration[which][name]!.length + (configuration.wrongCount ? 1 : 0),
  }));
  const first = page === 0;
  const deleted = first && job.since !== null && configuration.deleted.length > 0;
  const errors =
    first && configuration.errors.length > 0
      ? [{ type: "OperationOutcome", url: `${origin}/files/errors/errors` }]
      : [];
  return {
    transactionTime: job.transactionTime,
    ...(shape === "stu4" ? {} : { request: `${main}/fhir/$export` }),
    requiresAccessToken: configuration.requiresAccessToken,
    ...(shape === "stu4"
      ? { outputFormat: "application/fhir+ndjson", outcome: errors, extension: [] }
      : { error: errors }),
    ...(names.some((name) => name.startsWith("mixed")) ? { outputOrganizedBy: "Patient" } : {}),
    output,
    ...(deleted ? { deleted: [{ type: "Bundle", url: `${origin}/files/deleted/deleted` }] } : {}),
    ...(page + 1 < pages ? { link: [{ relation: "next", url: `${main}/state/${id}/${page + 1}` }] } : {}),
  };
}

let signatures = 0;
const uses = new Map<string, number>();

function signature(): string {
  return configuration.signedFor === 0 ? "" : `?signature=${++signatures}`;
}

function hasEnded(url: URL): boolean {
  const key = url.searchParams.get("signature");
  if (key === null) return false;
  // One signature stands for all files of its manifest.
  const page = String(Math.ceil(Number(key) / Object.keys(configuration.files).length));
  uses.set(page, (uses.get(page) ?? 0) + 1);
  return uses.get(page)! > configuration.signedFor;
}

function file(url: URL, request: IncomingMessage, response: ServerResponse, other: boolean): void {
  if (configuration.redirectFiles && !other) {
    response.writeHead(307, { location: `${elsewhere}${url.pathname}` }).end();
    return;
  }
  if (hasEnded(url)) {
    response.writeHead(403).end();
    return;
  }
  const [, , which, name] = url.pathname.split("/") as [string, string, string, string];
  const lines =
    which === "deleted"
      ? configuration.deleted
      : which === "errors"
        ? configuration.errors
        : configuration[which as "files" | "changed"][name]!;
  const plain = Buffer.from(lines.map((line) => `${line}\n`).join(""));
  const zipped = configuration.gzip && /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
  const whole = zipped ? gzipSync(plain) : plain;
  const tag = `"${createHash("sha256").update(whole).digest("hex").slice(0, 16)}"`;
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const ranged = from > 0 && request.headers["if-range"] === tag;
  if (ranged && from >= whole.length) {
    response.writeHead(416).end();
    return;
  }
  const bytes = ranged ? whole.subarray(from) : whole;
  response.writeHead(ranged ? 206 : 200, {
    "content-type": "application/fhir+ndjson",
    "content-length": String(bytes.length),
    etag: tag,
    ...(zipped ? { "content-encoding": "gzip" } : {}),
    ...(ranged ? { "content-range": `bytes ${from}-${whole.length - 1}/${whole.length}` } : {}),
  });
  const times = brokenOff.get(name) ?? 0;
  if (times < configuration.breakOffTimes && bytes.length > configuration.breakOffAfter) {
    brokenOff.set(name, times + 1);
    response.write(bytes.subarray(0, configuration.breakOffAfter), () => {
      setTimeout(() => response.destroy(), 150);
    });
    return;
  }
  if (configuration.bytesPerSecond === 0) response.end(bytes);
  else trickle(bytes, response);
}

function trickle(bytes: Buffer, response: ServerResponse): void {
  const step = Math.max(1, Math.ceil(configuration.bytesPerSecond / 100));
  let at = 0;
  const timer = setInterval(() => {
    if (response.destroyed || at >= bytes.length) {
      clearInterval(timer);
      response.end();
      return;
    }
    response.write(bytes.subarray(at, at + step));
    at += step;
  }, 10);
}

function outcome(code: string): object {
  return {
    resourceType: "OperationOutcome",
    issue: [{ severity: "error", code, diagnostics: "patient John Doe, MRN 123456" }],
  };
}

function json(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}
