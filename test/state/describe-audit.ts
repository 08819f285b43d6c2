/** What the audit log must hold on every engine. */
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AuditFacts } from "../../src/state/audit/audit-entry.ts";
import { appendAudit, readAudit } from "../../src/state/audit/audit-log.ts";
import { type AuditAnchor, verifyAudit } from "../../src/state/audit/verify-audit.ts";
import type { State, StateTransaction } from "../../src/state/open-state.ts";

const NOW = Date.UTC(2026, 10, 25, 12);
const facts: AuditFacts = {
  actor: "steward@example.org",
  action: "privacy.reidentify",
  object: "request-17",
  patientKey: "P4711",
  reason: "Treating physician asked; recall of a device",
  outcome: "done",
};

export function describeAudit(
  engine: string,
  place: () => Promise<{ open(areas: readonly []): Promise<State>; remove(): Promise<void> }>,
): void {
  describe(`audit log in ${engine}`, () => {
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
      await tamper((tx) => sql`truncate audit_entry`.execute(tx));
      for (let i = 0; i < 5; i++) await append({ object: `request-${i}` }, NOW + i);
    });
    const append = (change: Partial<AuditFacts>, now: number) =>
      state.transaction((tx) => appendAudit(tx, { ...facts, ...change }, now));
    const verify = (anchors: readonly AuditAnchor[] = []) =>
      state.transaction((tx) => verifyAudit(tx, "2026-11-25T13:00:00.000Z", anchors));
    /** As somebody who owns the database would: past the triggers. */
    const tamper = (work: (tx: StateTransaction) => Promise<unknown>) =>
      state.transaction(async (tx) => {
        await sql`alter table audit_entry disable trigger all`.execute(tx);
        await work(tx);
        await sql`alter table audit_entry enable trigger all`.execute(tx);
      });

    it("is whole as written", async () => {
      const { entries, faults, anchor } = await verify();
      expect({ entries, faults, last: anchor.sequence }).toEqual({ entries: 5, faults: [], last: 5 });
      const read: unknown[] = [];
      await state.transaction(async (tx) => {
        for await (const { sequence, object, at } of readAudit(tx, 3)) read.push([sequence, object, at]);
      });
      expect(read).toEqual([
        [4, "request-3", "2026-11-25T12:00:00.003Z"],
        [5, "request-4", "2026-11-25T12:00:00.004Z"],
      ]);
    });

    it.each([
      ["change", sql`update audit_entry set outcome = 'refused' where sequence = 2`],
      ["removal", sql`delete from audit_entry where sequence = 2`],
      ["emptying", sql`truncate audit_entry`],
    ])("refuses the %s of an entry", async (_what, statement) => {
      await expect(state.transaction((tx) => statement.execute(tx))).rejects.toThrow("append-only");
      expect((await verify()).entries).toBe(5);
    });

    it.each([
      ["actor", "nobody"],
      ["action", "privacy.look"],
      ["object", "request-99"],
      ["patient_key", "P1"],
      ["reason", ""],
      ["outcome", "failed"],
      ["at", "2026-11-25T12:00:00.999Z"],
      ["clock_set_back_ms", "7"],
    ])("shows where somebody changed the %s", async (column, value) => {
      await tamper((tx) =>
        sql`update audit_entry set ${sql.id(column)} = ${sql.lit(value)} where sequence = 3`.execute(tx),
      );
      expect((await verify()).faults).toEqual([{ sequence: 3, kind: "changed" }]);
    });

    it("shows where an entry was removed", async () => {
      await tamper((tx) => sql`delete from audit_entry where sequence = 3`.execute(tx));
      expect((await verify()).faults).toContainEqual({ sequence: 3, kind: "missing" });
    });

    it("shows where a removed entry was hidden by counting anew", async () => {
      await tamper(async (tx) => {
        await sql`delete from audit_entry where sequence = 3`.execute(tx);
        await sql`update audit_entry set sequence = sequence - 1 where sequence > 3`.execute(tx);
      });
      expect((await verify()).faults).toContainEqual({ sequence: 3, kind: "chain broken" });
    });

    it("shows where two entries changed places", async () => {
      await tamper(async (tx) => {
        await sql`update audit_entry set sequence = 99 where sequence = 2`.execute(tx);
        await sql`update audit_entry set sequence = 2 where sequence = 3`.execute(tx);
        await sql`update audit_entry set sequence = 3 where sequence = 99`.execute(tx);
      });
      expect((await verify()).faults.map(({ sequence }) => sequence)).toEqual(
        expect.arrayContaining([2, 3, 4]),
      );
    });

    it("shows a cut-off end by the anchor that was exported before", async () => {
      const { anchor } = await verify();
      await tamper((tx) => sql`delete from audit_entry where sequence > 3`.execute(tx));
      expect((await verify()).faults).toEqual([]);
      expect((await verify([anchor])).faults).toEqual([{ sequence: 4, kind: "cut off" }]);
    });

    it("shows a chain that was cut and grown again by the anchor", async () => {
      const { anchor } = await verify();
      await tamper((tx) => sql`delete from audit_entry where sequence > 3`.execute(tx));
      await append({ object: "other-4" }, NOW + 10);
      await append({ object: "other-5" }, NOW + 11);
      expect((await verify()).faults).toEqual([]);
      expect((await verify([anchor])).faults).toEqual([{ sequence: 5, kind: "not the anchored log" }]);
    });

    it("records that the clock was set back, and keeps the order", async () => {
      const entry = await append({ object: "late" }, NOW - 3_600_000);
      expect(entry).toMatchObject({ sequence: 6, at: "2026-11-25T11:00:00.000Z", clockSetBackMs: 3_600_004 });
      expect(await verify()).toMatchObject({ faults: [], clockSetBack: 1 });
    });

    it("chains entries of writers that write at the same moment, without a gap", async () => {
      await Promise.all(Array.from({ length: 12 }, (_, i) => append({ object: `at-once-${i}` }, NOW + 20)));
      expect(await verify()).toMatchObject({ entries: 17, faults: [] });
    });

    it("is undone with the transaction that it tells about", async () => {
      const failing = state.transaction(async (tx) => {
        await appendAudit(tx, facts, NOW);
        throw new RangeError("the act failed");
      });
      await expect(failing).rejects.toThrow("the act failed");
      expect(await verify()).toMatchObject({ entries: 5, faults: [] });
    });

    it.each([
      ["a sentence as the object", { object: "patient has diabetes" }],
      ["a sentence as the actor", { actor: "Dr Smith saw HbA1c 9.1" }],
      ["a reason of many lines", { reason: "first\nsecond" }],
      ["a long reason", { reason: "x".repeat(201) }],
    ])("takes no %s", async (_what, change) => {
      const error: unknown = await append(change, NOW).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "AUDIT_ENTRY_INVALID" });
      expect(String(error)).not.toMatch(/diabetes|HbA1c/);
    });
  });
}
