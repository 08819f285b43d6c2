/**
 * An MLLP listener: connections in, durable messages out.
 * Invariant: on one connection answers go out in the order of the messages; a sender that is slow, silent or hostile
 * costs bounded memory and nobody else's messages.
 */
import { readFileSync } from "node:fs";
import { BlockList, createServer, isIP, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { z } from "zod";
import type { Effects } from "../../effects/effects.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { LISTEN_ADDRESS, LISTEN_OPEN, LISTEN_TLS } from "../../errors/registry.ts";
import { type FeedCounts, FeedStore } from "./feed-store.ts";
import { MllpDecoder, mllpFrame } from "./mllp-frames.ts";

export const listenOptionsSchema = z.strictObject({
  /** Folder of the feed: its journal and its dead letters. */
  folder: z.string().min(1),
  /** 0 takes any free port. */
  port: z.number().int().min(0).max(65_535),
  host: z.string().min(1).default("127.0.0.1"),
  /** PEM files; both, for TLS. */
  tlsCert: z.string().optional(),
  tlsKey: z.string().optional(),
  /** PEM file of the authority whose client certificates are accepted; others are refused. */
  tlsClientAuthority: z.string().optional(),
  /** Addresses, or networks such as 10.1.0.0/16, that may connect; without any, every address. */
  allow: z.array(z.string()).default([]),
  maxMessageBytes: z
    .number()
    .int()
    .min(1024)
    .max(128 * 2 ** 20)
    .default(16 * 2 ** 20),
  /** A message that has begun must end within this time. */
  frameTimeoutMs: z.number().int().min(10).default(60_000),
  maxConnections: z.number().int().min(1).default(256),
});
export type ListenOptions = z.output<typeof listenOptionsSchema>;

export type ListenEvent =
  | { readonly kind: "listening"; readonly host: string; readonly port: number; readonly tls: boolean }
  | ({ readonly kind: "progress" | "stopped"; readonly connections: number } & FeedCounts);

const TELL_EVERY_MS = 500;
/** Messages of one connection that may wait to be stored before no more are read from it. */
const MAX_WAITING = 64;
const STOP_WAIT_MS = 2000;

/** Listens until the signal; leaving the loop stops it too. What has been accepted is on the disk either way. */
export async function* listen(
  input: z.input<typeof listenOptionsSchema>,
  effects: Effects,
  signal: AbortSignal,
): AsyncGenerator<ListenEvent> {
  const options = listenOptionsSchema.parse(input);
  const server = createListener(options);
  const store = await FeedStore.open(options.folder, effects);
  const connections = new Set<Connection>();
  server.maxConnections = options.maxConnections;
  const accept = (socket: Socket): void => {
    const connection = new Connection(socket, store, options, () => connections.delete(connection));
    connections.add(connection);
  };
  server.on("secureConnection", accept);
  if (options.tlsCert === undefined) server.on("connection", accept);
  try {
    const port = await started(server, options);
    yield { kind: "listening", host: options.host, port, tls: options.tlsCert !== undefined };
    while (!signal.aborted) {
      await pause(TELL_EVERY_MS, signal);
      yield { kind: "progress", connections: connections.size, ...store.counts() };
    }
  } finally {
    server.close();
    await Promise.all([...connections].map((connection) => connection.stop()));
    await store.close();
  }
  yield { kind: "stopped", connections: 0, ...store.counts() };
}

function createListener(options: ListenOptions): Server {
  const { tlsCert, tlsKey, tlsClientAuthority: authority } = options;
  const loopback = options.host === "localhost" || /^127\./.test(options.host) || options.host === "::1";
  if (!loopback && options.allow.length === 0 && authority === undefined) {
    throw new LongitudeError(LISTEN_OPEN, "the address is not loopback and nobody is named who may connect");
  }
  allowed(options.allow);
  if (
    (tlsCert === undefined) !== (tlsKey === undefined) ||
    (authority !== undefined && tlsCert === undefined)
  ) {
    throw new LongitudeError(LISTEN_TLS, "TLS needs a certificate and its key");
  }
  if (tlsCert === undefined || tlsKey === undefined) return createServer();
  try {
    return createTlsServer({
      cert: readFileSync(tlsCert),
      key: readFileSync(tlsKey),
      minVersion: "TLSv1.2",
      ...(authority === undefined
        ? {}
        : { ca: readFileSync(authority), requestCert: true, rejectUnauthorized: true }),
    }).on("tlsClientError", () => undefined);
  } catch (cause) {
    throw new LongitudeError(LISTEN_TLS, "the certificate, the key or the authority cannot be used", {
      cause,
    });
  }
}

/** Null = everybody. */
function allowed(rules: readonly string[]): BlockList | null {
  if (rules.length === 0) return null;
  const list = new BlockList();
  for (const rule of rules) {
    const [address = "", bits] = rule.split("/");
    const family = isIP(address);
    const longest = family === 6 ? 128 : 32;
    const length = bits === undefined ? longest : Number(bits);
    if (family === 0 || !Number.isInteger(length) || length < 0 || length > longest) {
      throw new LongitudeError(
        LISTEN_ADDRESS,
        `--allow takes addresses and networks; one of ${rules.length} is neither`,
      );
    }
    list.addSubnet(address, length, family === 6 ? "ipv6" : "ipv4");
  }
  return list;
}

function started(server: Server, { port, host }: ListenOptions): Promise<number> {
  return new Promise((done, failed) => {
    server.once("error", (cause) =>
      failed(new LongitudeError(LISTEN_ADDRESS, `cannot listen on port ${port}`, { cause })),
    );
    server.listen(port, host, () => {
      const address = server.address();
      done(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}

class Connection {
  readonly #decoder: MllpDecoder;
  #work: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** The connection is closed, and all that it brought is stored. */
  readonly #closed: Promise<void>;
  #deadline: NodeJS.Timeout | null = null;

  constructor(
    private readonly socket: Socket,
    private readonly store: FeedStore,
    private readonly options: ListenOptions,
    closed: () => void,
  ) {
    this.#decoder = new MllpDecoder(options.maxMessageBytes);
    socket.on("error", () => socket.destroy());
    this.#closed = new Promise((resolve) => {
      socket.on("close", () => {
        if (this.#deadline !== null) clearTimeout(this.#deadline);
        for (const frame of this.#decoder.end()) this.#enqueue(frame);
        resolve(this.#work.finally(closed));
      });
    });
    const peer = socket.remoteAddress ?? "";
    const list = allowed(options.allow);
    const plain = peer.replace(/^::ffff:/, "");
    if (list !== null && !list.check(plain, isIP(plain) === 6 ? "ipv6" : "ipv4")) {
      socket.destroy();
      return;
    }
    socket.setNoDelay(true).setKeepAlive(true, 30_000);
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
  }

  /** Lets what has been read be stored and answered, then hangs up. */
  async stop(): Promise<void> {
    this.socket.pause();
    // A sender that does not read its answers cannot hold up the end.
    const enough = setTimeout(() => this.socket.destroy(), STOP_WAIT_MS);
    await this.#work;
    clearTimeout(enough);
    this.socket.destroy();
    // What had begun and not ended is kept among the dead letters.
    await this.#closed;
  }

  #receive(chunk: Buffer): void {
    for (const frame of this.#decoder.push(chunk)) this.#enqueue(frame);
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    this.#deadline = this.#decoder.midFrame
      ? setTimeout(() => this.socket.destroy(), this.options.frameTimeoutMs)
      : null;
    if (this.#waiting > MAX_WAITING) this.socket.pause();
  }

  /** Messages are stored side by side, so that they share a flush; answers go out in order. */
  #enqueue(frame: Parameters<FeedStore["take"]>[0]): void {
    this.#waiting += 1;
    const answers = this.store.take(frame).catch(() => null);
    this.#work = this.#work.then(async () => {
      const texts = await answers;
      // Not even the dead letters can be written: no answer, so that the sender keeps the message.
      if (texts === null) this.socket.destroy();
      for (const text of texts ?? []) {
        if (!this.socket.writable) break;
        if (!this.socket.write(mllpFrame(Buffer.from(text)))) await drained(this.socket);
      }
      this.#waiting -= 1;
      if (this.#waiting <= MAX_WAITING / 2 && this.socket.isPaused()) this.socket.resume();
    });
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off("drain", done);
      socket.off("close", done);
      resolve();
    };
    socket.on("drain", done);
    socket.on("close", done);
  });
}
