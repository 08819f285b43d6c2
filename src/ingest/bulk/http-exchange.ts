/**
 * One HTTP request with its answer's body still to be read, as bytes as they came (no decoding, no redirect followed).
 * Node's own `http` and not `fetch`: the compressed bytes are what is stored, and what a range counts in.
 */
import { type IncomingHttpHeaders, type IncomingMessage, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { proxyFor, tunnel } from "./proxy.ts";

export interface HttpRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Without a byte for this long the exchange fails. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: IncomingMessage;
}

export async function exchange(asked: HttpRequest): Promise<HttpAnswer> {
  const { method, url, headers, body, idleMs, signal } = asked;
  const proxy = proxyFor(url, process.env);
  const through = proxy === null ? null : await tunnel(url, proxy, idleMs, signal);
  const connection = through === null ? {} : { createConnection: () => through };
  return new Promise((resolve, reject) => {
    const send = url.protocol === "https:" ? tlsRequest : plainRequest;
    const request = send(url, { method, headers, signal, timeout: idleMs, ...connection }, (answer) => {
      answer.on("error", () => undefined); // whoever reads the body sees it
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: answer });
    });
    request.on("timeout", () => request.destroy(new Error("the server fell silent")));
    request.on("error", reject);
    request.end(body);
  });
}

/** A header that may come once only. */
export function header({ headers }: HttpAnswer, name: string): string | null {
  const value = headers[name];
  return typeof value === "string" ? value : null;
}

export function isGzipped(answer: HttpAnswer): boolean {
  return /^(x-)?gzip$/i.test(header(answer, "content-encoding") ?? "");
}

/** The decoded body as text; null when it is longer than `limit` bytes, which is no document of this protocol. */
export async function bodyText(answer: HttpAnswer, limit: number): Promise<string | null> {
  const source: Readable = isGzipped(answer) ? answer.body.pipe(createGunzip()) : answer.body;
  answer.body.on("error", (error) => source.destroy(error));
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of source as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > limit) {
      answer.body.destroy();
      return null;
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
