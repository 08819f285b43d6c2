/**
 * The server as this client sees it: requests with the access token where it belongs, redirects followed by hand.
 * Invariant: a request that leaves the allowed origins, by address or by redirect, carries no token from then on.
 */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { PULL_REFUSED, PULL_REQUEST } from "../../errors/registry.ts";
import type { AccessTokens } from "./access-token.ts";
import { bodyText, type HttpAnswer, header } from "./http-exchange.ts";
import type { RetryingClient, TextAnswer } from "./retrying-client.ts";
import type { AddressRules } from "./web-address.ts";

const MAX_REDIRECTS = 5;
/** A manifest of some hundred thousand files. */
const MAX_DOCUMENT_BYTES = 64 * 2 ** 20;

export interface ServerRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: URL;
  /** Asked for again before each try. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  readonly body?: string;
  /** False for a file whose manifest says that no token is needed. */
  readonly token: boolean;
  /** What messages call it. */
  readonly what: string;
  /** 5xx may be a true answer: `use` sees it, and null from it asks for another try. */
  readonly judgesFailures?: boolean;
}

export class BulkServer {
  constructor(
    private readonly client: RetryingClient,
    private readonly tokens: AccessTokens | null,
    readonly rules: AddressRules,
  ) {}

  /** With its whole body; 401 and 403 are errors. */
  async text(request: ServerRequest): Promise<TextAnswer> {
    return this.send(request, async (answer) => ({
      status: answer.status,
      text: await bodyText(answer, MAX_DOCUMENT_BYTES),
      header: (name) => header(answer, name),
    }));
  }

  /** @param use reads the body, once for each try */
  async send<T>(request: ServerRequest, use: (answer: HttpAnswer) => Promise<T | null>): Promise<T> {
    const { method, what } = request;
    const body = request.body === undefined ? {} : { body: request.body };
    let url = request.url;
    let withToken = request.token && this.tokens !== null;
    let refused: string | undefined;
    if (withToken) this.rules.requireToken(url, what);
    for (let redirects = 0; ; ) {
      let shown: string | undefined;
      const outcome = await this.client.retried<{ done: T } | { again: true } | { location: string }>(
        async () => {
          shown = withToken ? await this.tokens!.get(refused) : undefined;
          const authorization = shown === undefined ? {} : { authorization: `Bearer ${shown}` };
          return { method, url, headers: { ...(await request.headers()), ...authorization }, ...body };
        },
        what,
        async (answer) => {
          const location = header(answer, "location");
          if ([301, 302, 303, 307, 308].includes(answer.status) && location !== null) {
            answer.body.destroy();
            return { location };
          }
          if (answer.status === 401 || answer.status === 403) {
            answer.body.destroy();
            if (answer.status === 401 && shown !== undefined && refused === undefined) return { again: true };
            throw new LongitudeError(
              PULL_REFUSED,
              `${what} was refused with ${answer.status} (${url.origin})`,
            );
          }
          const done = await use(answer);
          return done === null ? null : { done };
        },
        request.judgesFailures,
      );
      if ("done" in outcome) return outcome.done;
      if ("again" in outcome) {
        refused = shown;
        continue;
      }
      redirects += 1;
      if (method !== "GET" || redirects > MAX_REDIRECTS)
        throw new LongitudeError(
          PULL_REQUEST,
          `${what} was redirected${method === "GET" ? " without end" : ""}`,
        );
      url = this.rules.checked(outcome.location, `the redirect of ${what}`, url.href);
      withToken &&= this.rules.mayHaveToken(url);
    }
  }
}
