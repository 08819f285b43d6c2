/**
 * Fetches from servers that the site lists, as `fetch` does, and from nowhere else.
 * Invariant: no redirect is followed, plain http is spoken with this machine only, a listed name that resolves to this
 * machine or to a link-local address (where clouds keep their credentials) is not connected to, and the connection goes to
 * the very address that was judged, so that a name cannot change its address in between.
 */
import { type LookupAddress, lookup } from "node:dns";
import { type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ADDRESS_REFUSED } from "../../errors/registry.ts";
import { isLoopback } from "./web-address.ts";

export interface GuardOptions {
  /** Origins that may be asked. */
  readonly origins: readonly string[];
  readonly timeoutMs: number;
  readonly mostBytes: number;
  /** All addresses of a name; the system's resolver when left out. */
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>;
}

export interface GuardedInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const NEVER = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  NEVER.addSubnet(network, bits, "ipv4");
for (const [network, bits] of [
  ["::", 127],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  NEVER.addSubnet(network, bits, "ipv6");

/** Whether no name may lead to the address; an IPv4 address within an IPv6 one is judged as what it is. */
export function neverConnected(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  const family = isIP(mapped);
  return family === 0 || NEVER.check(mapped, family === 6 ? "ipv6" : "ipv4");
}

/** @throws LongitudeError ADDRESS_REFUSED */
export async function guardedFetch(
  address: string | URL,
  init: GuardedInit,
  options: GuardOptions,
): Promise<Response> {
  const url = new URL(address);
  if (!options.origins.includes(url.origin)) throw refused("its origin is none that the site lists");
  if (url.username !== "" || url.password !== "") throw refused("it has a user name or password in it");
  const loopback = isLoopback(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopback)) throw refused("it is not https");
  const found = loopback ? null : await judged(url.hostname, options);
  return send(url, init, options, found);
}

async function judged(host: string, options: GuardOptions): Promise<readonly LookupAddress[]> {
  const name = host.replace(/^\[|\]$/g, "");
  const family = isIP(name);
  const found = family > 0 ? [{ address: name, family }] : await (options.resolve ?? systemResolve)(name);
  if (found.length === 0 || found.some((one) => neverConnected(one.address)))
    throw refused("its name leads to this machine or to a link-local address");
  return found;
}

function systemResolve(host: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    lookup(host, { all: true }, (error, found) => (error === null ? resolve(found) : reject(error)));
  });
}

function send(
  url: URL,
  { method = "GET", headers = {}, body }: GuardedInit,
  { timeoutMs, mostBytes }: GuardOptions,
  found: readonly LookupAddress[] | null,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? requestTls : requestPlain)(
      url,
      {
        method,
        headers,
        agent: false,
        signal: AbortSignal.timeout(timeoutMs),
        ...(found === null ? {} : { lookup: pinned(found) }),
      },
      (response) => {
        responseOf(response, mostBytes).then(resolve, reject);
      },
    );
    request.on("error", reject);
    request.end(body === undefined || body === null ? undefined : String(body));
  });
}

function pinned(found: readonly LookupAddress[]): LookupFunction {
  return (_host, options, done) => {
    if (options.all === true) done(null, [...found]);
    else done(null, found[0]?.address ?? "", found[0]?.family ?? 4);
  };
}

async function responseOf(message: IncomingMessage, mostBytes: number): Promise<Response> {
  const status = message.statusCode ?? 502;
  if (status >= 300 && status < 400) {
    message.destroy();
    throw refused("the server sends elsewhere");
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += (chunk as Buffer).length;
    if (size > mostBytes) throw refused("the answer is too large");
    chunks.push(chunk as Buffer);
  }
  const headers = new Headers();
  const type = message.headers["content-type"];
  if (type !== undefined) headers.set("content-type", type);
  const empty = status === 204 || status < 200;
  return new Response(empty ? null : Buffer.concat(chunks), { status: Math.max(200, status), headers });
}

function refused(why: string): LongitudeError {
  return new LongitudeError(ADDRESS_REFUSED, `the server is not asked: ${why}`);
}
