/**
 * Log-ins that have begun at another server and have not come back yet.
 * Invariant: each is taken once, within ten minutes, by the browser that began it.
 */
import { z } from "zod";
import type { Effects } from "../../effects/effects.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { LOGIN_REFUSED } from "../../errors/registry.ts";
import type { State } from "../../state/open-state.ts";
import { isoTime } from "../../state/value-parsers.ts";
import type { IdentityTables } from "./identity-tables.ts";
import { hashOf, Sealer } from "./sealed-text.ts";

const keptSchema = z.strictObject({
  verifier: z.string(),
  nonce: z.string(),
  purpose: z.string().nullable(),
});

/** What is needed once more when the browser comes back. */
export type KeptLogin = z.output<typeof keptSchema>;

const LOGIN_MS = 600_000;

export class PendingLogins {
  readonly #sealer: Sealer;

  constructor(
    private readonly state: State,
    private readonly effects: Effects,
    secret: Buffer,
  ) {
    this.#sealer = new Sealer(secret);
  }

  /** @param kind `oidc`, or the FHIR server's address @param browser what its cookie holds */
  async begin(kind: string, state: string, browser: string, kept: KeptLogin): Promise<void> {
    const now = this.effects.now();
    const id = hashOf(state);
    await this.state.transaction(async (tx) => {
      const tables = tx.withTables<IdentityTables>();
      await tables.deleteFrom("identity_login").where("ends", "<", isoTime(now)).execute();
      await tables
        .insertInto("identity_login")
        .values({
          id,
          kind,
          sealed: this.#sealer.seal(JSON.stringify(kept), id),
          browser: hashOf(browser),
          ends: isoTime(now + LOGIN_MS),
        })
        .execute();
    });
  }

  /** @throws LongitudeError LOGIN_REFUSED */
  async take(state: string, browser: string): Promise<KeptLogin & { readonly kind: string }> {
    const id = hashOf(state);
    const row = await this.state.transaction((tx) =>
      tx
        .withTables<IdentityTables>()
        .deleteFrom("identity_login")
        .where("id", "=", id)
        .where("browser", "=", hashOf(browser))
        .returningAll()
        .executeTakeFirst(),
    );
    if (row === undefined || Date.parse(row.ends) <= this.effects.now())
      throw new LongitudeError(LOGIN_REFUSED, "this browser has begun no such log-in, or it was used before");
    return { ...keptSchema.parse(JSON.parse(this.#sealer.open(row.sealed, id))), kind: row.kind };
  }
}
