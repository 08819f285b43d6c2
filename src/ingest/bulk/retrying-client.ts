/**
 * Requests that are tried again while it is worth it: 429, 5xx and broken connections, after what `Retry-After` says or
 * an exponential back-off.
 * Invariant: everything that is not worth another try is handed to the caller, never swallowed.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Effects } from "../../effects/effects.ts";
import type { Random } from "../../effects/random.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { PULL_INSECURE, PULL_UNAVAILABLE } from "../../errors/registry.ts";
import { bodyText, exchange, type HttpAnswer, type HttpRequest, header } from "./http-exchange.ts";
import { backOffMs, retryAfterMs } from "./retry-delay.ts";

export type Prepared = Omit<HttpRequest, "idleMs" | "signal">;

export interface TextAnswer {
  readonly status: number;
  /** Null = longer than any document of this protocol. */
  readonly text: string | null;
  readonly header: (name: string) => string | null;
}

export interface RetryRules {
  readonly tries: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  readonly idleMs: number;
}

export class RetryingClient {
  /** Waits because the server asked for them or failed, for the account. */
  waits = 0;

  constructor(
    private readonly rules: RetryRules,
    private readonly effects: Effects,
    private readonly random: Random,
    readonly signal: AbortSignal,
  ) {}

  /** A request whose whole body is wanted; what answers 4xx other than 429 is the caller's. */
  async text(prepare: () => Promise<Prepared>, what: string, limit: number): Promise<TextAnswer> {
    return this.retried(prepare, what, async (answer) => ({
      status: answer.status,
      text: await bodyText(answer, limit),
      header: (name) => header(answer, name),
    }));
  }

  /**
   * @param prepare called for each try, so that a token or an assertion is fresh
   * @param use reads the body; a body that breaks off is another try. With `judgesFailures` it sees 5xx too, and null
   *   from it is another try
   */
  async retried<T>(
    prepare: () => Promise<Prepared>,
    what: string,
    use: (answer: HttpAnswer) => Promise<T | null>,
    judgesFailures = false,
  ): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      this.signal.throwIfAborted();
      let asked: number | null = null;
      let failure: string;
      try {
        const answer = await exchange({
          ...(await prepare()),
          idleMs: this.rules.idleMs,
          signal: this.signal,
        });
        const failed = answer.status === 429 || answer.status >= 500;
        if (!failed || (judgesFailures && answer.status !== 429)) {
          const found = await use(answer);
          if (found !== null) return found;
        }
        asked = retryAfterMs(header(answer, "retry-after"), this.effects.now());
        failure = `answered ${answer.status}`;
        answer.body.destroy();
      } catch (error) {
        this.signal.throwIfAborted();
        failure = lineFailure(error);
      }
      if (attempt + 1 >= this.rules.tries)
        throw new LongitudeError(PULL_UNAVAILABLE, `${what} ${failure}, ${attempt + 1} times in a row`);
      const { firstWaitMs: firstMs, longestWaitMs: longestMs } = this.rules;
      this.waits += 1;
      await this.wait(
        Math.max(asked ?? backOffMs(attempt, { firstMs, longestMs }, this.random), firstMs / 2),
      );
    }
  }

  async wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.signal });
  }
}

const UNTRUSTED = /CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;
const BROKEN_LINE =
  /^(ECONN[A-Z]+|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPROTO|HPE_|Z_|ERR_STREAM_PREMATURE_CLOSE|ERR_SSL)/;

/** Says what broke; anything that is not a failure of the line goes on as it is. */
function lineFailure(error: unknown): string {
  if (error instanceof LongitudeError || !(error instanceof Error)) throw error;
  const code = String((error as { code?: unknown }).code ?? "");
  if (UNTRUSTED.test(code)) {
    throw new LongitudeError(PULL_INSECURE, `the server's certificate is not trusted (${code})`, {
      cause: error,
      remedy: "Name the authority that signed it (PEM) in the environment variable NODE_EXTRA_CA_CERTS.",
    });
  }
  if (BROKEN_LINE.test(code)) return `could not be reached or broke off (${code})`;
  if (/^aborted$|fell silent|socket hang up/.test(error.message)) return "broke off";
  throw error;
}
