/** What every engine of the state must hold. */
import { type Generated, sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Migration, StateArea } from "../../src/state/migrate.ts";
import type { State } from "../../src/state/open-state.ts";

type PlanTables = {
  plan: { id: Generated<number>; name: string; done_at: string | null; details: unknown; taken: boolean };
};

const plans: Migration = {
  name: "0001-plans",
  run: async (tx) => {
    await sql`
      create table plan (
        id bigint generated always as identity primary key,
        name text not null unique,
        done_at timestamptz,
        details jsonb,
        taken boolean not null default false
      )`.execute(tx);
  },
};
const area = (...migrations: Migration[]): StateArea => ({ name: "plans", migrations });

/** @param place a fresh state, which can be opened again and again */
export function describeState(
  engine: string,
  place: () => Promise<{ open(areas: readonly StateArea[]): Promise<State>; remove(): Promise<void> }>,
): void {
  describe(`state in ${engine}`, () => {
    let at: Awaited<ReturnType<typeof place>>;
    let state: State;
    beforeAll(async () => {
      at = await place();
      state = await at.open([]);
    });
    afterAll(async () => {
      await state.close();
      await at.remove();
    });
    beforeEach(async () => {
      await state.transaction(async (tx) => {
        await sql`drop table if exists plan`.execute(tx);
        await sql`delete from state_migration where area = 'plans'`.execute(tx);
      });
      await reopen(plans);
    });

    const reopen = async (...migrations: Migration[]) => {
      await state.close();
      state = await at.open([area(...migrations)]);
    };
    const add = (name: string) =>
      state.transaction((tx) =>
        tx
          .withTables<PlanTables>()
          .insertInto("plan")
          .values({
            name,
            done_at: "2026-03-29T02:30:00.125Z",
            details: JSON.stringify([1, { a: "ö" }]),
            taken: true,
          })
          .execute(),
      );
    const names = () =>
      state.transaction(async (tx) => {
        const rows = await tx
          .withTables<PlanTables>()
          .selectFrom("plan")
          .select("name")
          .orderBy("id")
          .execute();
        return rows.map(({ name }) => name);
      });

    it("gives numbers, times, booleans and documents back as they were written", async () => {
      await add("first");
      const row = await state.transaction((tx) =>
        tx.withTables<PlanTables>().selectFrom("plan").selectAll().executeTakeFirstOrThrow(),
      );
      expect(row).toEqual({
        id: 1,
        name: "first",
        done_at: "2026-03-29T02:30:00.125Z",
        details: [1, { a: "ö" }],
        taken: true,
      });
    });

    it("records all of a transaction or nothing", async () => {
      await add("kept");
      const failing = state.transaction(async (tx) => {
        await sql`insert into plan (name) values ('half')`.execute(tx);
        throw new RangeError("changed my mind");
      });
      await expect(failing).rejects.toThrow("changed my mind");
      expect(await names()).toEqual(["kept"]);
    });

    it("keeps what was recorded when it is closed and opened again", async () => {
      await add("first");
      await reopen(plans);
      await add("second");
      expect(await names()).toEqual(["first", "second"]);
    });

    it("runs twenty transactions that read and write the same row without losing one", async () => {
      await add("counter");
      await Promise.all(
        Array.from({ length: 20 }, () =>
          state.transaction(async (tx) => {
            const { rows } = await sql<{ n: number }>`
              select coalesce((details->>'n')::int, 0) as n from plan where name = 'counter' for update`.execute(
              tx,
            );
            const details = JSON.stringify({ n: (rows[0]?.n ?? 0) + 1 });
            await sql`update plan set details = ${details} where name = 'counter'`.execute(tx);
          }),
        ),
      );
      const { rows } = await state.transaction((tx) =>
        sql<{ n: number }>`select (details->>'n')::int as n from plan`.execute(tx),
      );
      expect(rows[0]?.n).toBe(20);
    });

    it("runs a new migration once, on top of what is there", async () => {
      await add("old");
      const owners: Migration = {
        name: "0002-owner",
        run: async (tx) => {
          await sql`alter table plan add column owner text not null default 'nobody'`.execute(tx);
        },
      };
      for (let time = 0; time < 2; time++) {
        await reopen(plans, owners);
        const { rows } = await state.transaction((tx) => sql`select name, owner from plan`.execute(tx));
        expect(rows).toEqual([{ name: "old", owner: "nobody" }]);
      }
    });

    it("leaves nothing of a migration that fails", async () => {
      await state.close();
      const failing: Migration = {
        name: "0002-fails",
        run: async (tx) => {
          await sql`alter table plan add column half text`.execute(tx);
          throw new RangeError("cannot go on");
        },
      };
      await expect(at.open([area(plans, failing)])).rejects.toThrow("cannot go on");
      state = await at.open([area(plans)]);
      const { rows } = await state.transaction((tx) =>
        sql`select column_name from information_schema.columns where table_name = 'plan' and column_name = 'half'`.execute(
          tx,
        ),
      );
      expect(rows).toEqual([]);
    });

    it("refuses a state that a newer program has written", async () => {
      await state.close();
      const nothing: Migration = { name: "0002-from-the-future", run: async () => {} };
      await (await at.open([area(plans, nothing)])).close();
      await expect(at.open([area(plans)])).rejects.toMatchObject({ code: "STATE_NEWER" });
      state = await at.open([area(plans, nothing)]);
    });
  });
}
