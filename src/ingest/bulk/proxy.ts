/**
 * Requests by way of the hospital's proxy: a tunnel (CONNECT), so that the proxy sees the server's name and nothing else.
 * Plain http is spoken with this machine only and never goes through a proxy.
 */
import { request as plainRequest } from "node:http";
import type { Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { PULL_PROXY } from "../../errors/registry.ts";

/** What the environment says; names in capitals or not, as everywhere. */
export interface ProxyEnvironment {
  readonly [name: string]: string | undefined;
}

/** The proxy for an address; null = none. `NO_PROXY` lists hosts and domains that are asked directly, `*` all. */
export function proxyFor(url: URL, environment: ProxyEnvironment): URL | null {
  const written = environment.HTTPS_PROXY ?? environment.https_proxy ?? "";
  if (url.protocol !== "https:" || written === "") return null;
  const direct = (environment.NO_PROXY ?? environment.no_proxy ?? "")
    .split(/[\s,]+/)
    .filter((one) => one !== "");
  if (direct.some((one) => isAsked(url, one))) return null;
  const address = /^[a-z]+:\/\//i.test(written) ? written : `http://${written}`;
  const proxy = URL.canParse(address) ? new URL(address) : null;
  if (proxy === null || proxy.protocol !== "http:")
    throw new LongitudeError(PULL_PROXY, "HTTPS_PROXY is no http address");
  return proxy;
}

function isAsked({ hostname, port }: URL, rule: string): boolean {
  if (rule === "*") return true;
  const [, name = "", number] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(rule.toLowerCase()) ?? [];
  if (number !== undefined && number !== (port === "" ? "443" : port)) return false;
  return name !== "" && (hostname === name || hostname.endsWith(`.${name}`));
}

/** A TLS connection to the server of the address, through the proxy. */
export async function tunnel(url: URL, proxy: URL, idleMs: number, signal: AbortSignal): Promise<TLSSocket> {
  const target = `${url.hostname}:${url.port === "" ? "443" : url.port}`;
  const login = proxy.username === "" ? null : decodeURIComponent(`${proxy.username}:${proxy.password}`);
  const socket = await new Promise<Socket>((resolve, reject) => {
    const request = plainRequest({
      host: proxy.hostname.replace(/^\[|\]$/g, ""),
      port: proxy.port === "" ? 80 : Number(proxy.port),
      method: "CONNECT",
      path: target,
      headers: {
        host: target,
        ...(login === null
          ? {}
          : { "proxy-authorization": `Basic ${Buffer.from(login).toString("base64")}` }),
      },
      agent: false,
      timeout: idleMs,
      signal,
    });
    request.on("connect", ({ statusCode }, connected) => {
      if (statusCode === 200) resolve(connected);
      else {
        connected.destroy();
        reject(new LongitudeError(PULL_PROXY, `the proxy answered ${statusCode ?? 0}`));
      }
    });
    request.on("response", (answer) => {
      answer.destroy();
      reject(new LongitudeError(PULL_PROXY, `the proxy answered ${answer.statusCode ?? 0}`));
    });
    request.on("timeout", () => request.destroy(new Error("the server fell silent")));
    request.on("error", reject);
    request.end();
  });
  return new Promise((resolve, reject) => {
    const name = url.hostname.replace(/^\[|\]$/g, "");
    const secure = connectTls({ socket, servername: name, ALPNProtocols: ["http/1.1"] }, () =>
      resolve(secure),
    );
    secure.on("error", reject);
  });
}
