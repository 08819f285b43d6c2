/**
 * How many requests a tenant may still send this minute, over all processes of the server.
 * A process takes requests from the state a few at a time and answers from what it has taken.
 * Invariant: never are more requests let through in a minute than the tenant may send; what a process has taken and not
 * used (at most a twentieth of the limit) is lost to the others for that minute.
 */
import { sql } from "kysely";
import type { State } from "../../state/open-state.ts";
import type { ServingTables } from "../answers/serving-tables.ts";

const MINUTE_MS = 60_000;
const TAKES_PER_MINUTE = 20;
const KEPT_MINUTES = 10;

interface Taken {
  readonly minute: number;
  left: number;
  /** The state has no more for this minute. */
  spent: boolean;
}

export class MinuteQuota {
  readonly #taken = new Map<string, Taken>();
  /** One look into the state at a time for each tenant. */
  readonly #looking = new Map<string, Promise<unknown>>();

  constructor(private readonly state: State) {}

  /** @param now ms since 1970 @returns whether this request is within the limit of its minute */
  async take(tenant: string, limit: number, now: number): Promise<boolean> {
    const minute = Math.floor(now / MINUTE_MS);
    for (;;) {
      const taken = this.#taken.get(tenant);
      if (taken?.minute === minute && taken.left > 0) {
        taken.left -= 1;
        return true;
      }
      if (taken?.minute === minute && taken.spent) return false;
      await this.#more(tenant, limit, minute);
    }
  }

  #more(tenant: string, limit: number, minute: number): Promise<unknown> {
    const looking =
      this.#looking.get(tenant) ??
      this.#ask(tenant, limit, minute).finally(() => this.#looking.delete(tenant));
    this.#looking.set(tenant, looking);
    return looking;
  }

  async #ask(tenant: string, limit: number, minute: number): Promise<void> {
    const asked = Math.max(1, Math.floor(limit / TAKES_PER_MINUTE));
    const { taken } = await this.state.transaction(async (tx) => {
      const tables = tx.withTables<ServingTables>();
      await tables
        .deleteFrom("serving_minute")
        .where("tenant", "=", tenant)
        .where("minute", "<", minute - KEPT_MINUTES)
        .execute();
      return tables
        .insertInto("serving_minute")
        .values({ tenant, minute, taken: asked })
        .onConflict((row) =>
          row
            .columns(["tenant", "minute"])
            .doUpdateSet({ taken: sql<number>`serving_minute.taken + excluded.taken` }),
        )
        .returning("taken")
        .executeTakeFirstOrThrow();
    });
    const before = taken - asked;
    const left = Math.max(0, Math.min(asked, limit - before));
    this.#taken.set(tenant, { minute, left, spent: left === 0 });
  }
}
