/** Puts the client of one server together: its rules of addresses, its key, its tokens. Nothing is asked yet. */
import type { Effects } from "../../effects/effects.ts";
import type { Random } from "../../effects/random.ts";
import { AccessTokens } from "./access-token.ts";
import { BulkServer } from "./bulk-server.ts";
import { readClientKey } from "./client-key.ts";
import type { PullOptions } from "./pull-options.ts";
import { RetryingClient } from "./retrying-client.ts";
import { AddressRules } from "./web-address.ts";

export async function connect(
  options: PullOptions,
  effects: Effects,
  random: Random,
  signal: AbortSignal,
): Promise<{ server: BulkServer; client: RetryingClient; base: URL }> {
  const rules = new AddressRules(options.server, options.allowOrigins);
  const base = rules.checked(`${options.server.replace(/\/+$/, "")}/`, "the server's address");
  const client = new RetryingClient(options, effects, random, signal);
  const { clientId, keyFile, scope, jwksUrl, tokenUrl } = options;
  if (clientId === undefined || keyFile === undefined)
    return { server: new BulkServer(client, null, rules), client, base };
  const key = await readClientKey(keyFile, options.keyId);
  const request = { clientId, key, scope, jwksUrl, tokenUrl };
  const tokens = new AccessTokens(request, base, client, rules, effects);
  return { server: new BulkServer(client, tokens, rules), client, base };
}
