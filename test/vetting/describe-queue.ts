/** What the work queue must hold on every engine of the state. */

import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { verifyAudit } from "../../src/state/audit/verify-audit.ts";
import type { StateArea } from "../../src/state/migrate.ts";
import type { State } from "../../src/state/open-state.ts";
import { claimNext, LEASE_MS } from "../../src/vetting/queue/claim-next.ts";
import { type Decision, decide } from "../../src/vetting/queue/decide.ts";
import { propose, proposeSample } from "../../src/vetting/queue/propose.ts";
import { settledDefinitions } from "../../src/vetting/queue/settled-definitions.ts";
import { vettingArea } from "../../src/vetting/queue/vetting-tables.ts";
import { vettingEvidence } from "../../src/vetting/report/vetting-evidence.ts";

const NOW = Date.UTC(2026, 10, 25, 9);

export function describeQueue(
  engine: string,
  place: () => Promise<{ open(areas: readonly StateArea[]): Promise<State>; remove(): Promise<void> }>,
): void {
  describe(`vetting queue in ${engine}`, () => {
    let at: Awaited<ReturnType<typeof place>>;
    let state: State;
    beforeAll(async () => {
      at = await place();
      state = await at.open([vettingArea]);
    });
    afterAll(async () => {
      await state.close();
      await at.remove();
    });
    beforeEach(async () => {
      await state.transaction(async (tx) => {
        await sql`truncate vetting_review, vetting_claim, vetting_item, vetting_sample`.execute(tx);
      });
    });

    const add = (...names: string[]) =>
      state.transaction((tx) =>
        propose(
          tx,
          names.map((name) => ({ kind: "outcome", name, content: { name }, guideline: "Compare." })),
          "steward",
          NOW,
        ),
      );
    const next = (reviewer: string, now = NOW, role: "review" | "adjudication" = "review") =>
      state.transaction((tx) => claimNext(tx, role, reviewer, now));
    const say = (
      reviewer: string,
      itemId: string,
      verdict: string,
      change: Partial<Decision> = {},
      now = NOW,
    ) =>
      state.transaction((tx) =>
        decide(
          tx,
          {
            id: `${reviewer}/${itemId}`,
            itemId,
            reviewer,
            role: "review",
            verdict,
            confidence: 4,
            reason: "because",
            ...change,
          },
          now,
        ),
      );
    const claimed = async (reviewer: string, now = NOW) => (await next(reviewer, now))?.id ?? "nothing";

    it("gives an item to two reviewers and to no third", async () => {
      const [id] = await add("stroke");
      expect(await claimed("ann")).toBe(id);
      expect(await claimed("bob")).toBe(id);
      expect(await next("cem")).toBeNull();
    });

    it("gives a reviewer who asks again the item that they have", async () => {
      await add("stroke", "diabetes");
      const first = await claimed("ann");
      expect(await claimed("ann")).toBe(first);
    });

    it("gives each place to one person when many ask at the same moment", async () => {
      await add("a", "b", "c", "d");
      const reviewers = Array.from({ length: 12 }, (_, i) => `reviewer-${i}`);
      const given = await Promise.all(reviewers.map((reviewer) => next(reviewer)));
      const counts = new Map<string, number>();
      for (const item of given) if (item !== null) counts.set(item.id, (counts.get(item.id) ?? 0) + 1);
      expect(Math.max(...counts.values())).toBeLessThanOrEqual(2);
      // A place may be passed over while its row is locked; whoever asks again is given what is left.
      for (const reviewer of reviewers) await next(reviewer);
      const { rows } = await state.transaction((tx) =>
        sql<{ n: number }>`select count(*) as n from vetting_claim group by item_id`.execute(tx),
      );
      expect(rows).toEqual([{ n: 2 }, { n: 2 }, { n: 2 }, { n: 2 }]);
    });

    it("gives a place on when its lease has run out, and refuses who held it before", async () => {
      const [id = ""] = await add("stroke");
      await next("ann");
      await next("bob");
      const later = NOW + LEASE_MS + 1;
      expect(await claimed("cem", later)).toBe(id);
      expect(await claimed("dee", later)).toBe(id);
      await expect(say("ann", id, "approve", {}, later)).rejects.toMatchObject({
        code: "VETTING_CLAIM_LOST",
      });
    });

    it("takes a late decision as long as nobody else was given the place", async () => {
      const [id = ""] = await add("stroke");
      await next("ann");
      expect(await say("ann", id, "approve", {}, NOW + 2 * LEASE_MS)).toMatchObject({ state: "open" });
    });

    it("settles when two agree, and says who", async () => {
      const [id = ""] = await add("stroke");
      for (const reviewer of ["ann", "bob"]) {
        await next(reviewer);
        await say(reviewer, id, "approve");
      }
      const settled = await state.transaction((tx) => settledDefinitions(tx));
      expect(settled).toMatchObject([
        { name: "stroke", verdict: "approved", reviewers: ["ann", "bob"], adjudicator: null },
      ]);
    });

    it("shows a reviewer nothing of the other review, and an adjudicator both without names", async () => {
      const [id = ""] = await add("stroke");
      await next("ann");
      await say("ann", id, "approve", { reason: "I63 is stroke" });
      const blind = await next("bob");
      expect(blind?.reviews).toEqual([]);
      expect(JSON.stringify(blind)).not.toMatch(/ann|I63/);
      await say("bob", id, "reject", { reason: "I61 is missing" });
      const seen = await next("cem", NOW, "adjudication");
      expect(seen?.reviews).toHaveLength(2);
      expect(JSON.stringify(seen)).not.toMatch(/ann|bob/);
    });

    it("refuses a reviewer who reviews twice", async () => {
      const [id = ""] = await add("stroke");
      await next("ann");
      await say("ann", id, "approve");
      expect(await next("ann")).toBeNull();
      await expect(say("ann", id, "reject", { id: "another" })).rejects.toMatchObject({
        code: "VETTING_REVIEWED_TWICE",
      });
    });

    it("records a decision that is sent twice, after a lost answer, once", async () => {
      const [id = ""] = await add("stroke");
      await next("ann");
      const first = await say("ann", id, "approve");
      expect(await say("ann", id, "approve")).toEqual(first);
      const { rows } = await state.transaction((tx) => sql`select 1 from vetting_review`.execute(tx));
      expect(rows).toHaveLength(1);
    });

    it("lets a third person decide where two differ, and neither of the two", async () => {
      const [id = ""] = await add("stroke");
      for (const [reviewer, verdict] of [
        ["ann", "approve"],
        ["bob", "reject"],
      ] as const) {
        await next(reviewer);
        await say(reviewer, id, verdict);
      }
      expect(await next("ann", NOW, "adjudication")).toBeNull();
      const role = "adjudication";
      await expect(say("ann", id, "approve", { role, id: "x" })).rejects.toMatchObject({
        code: "VETTING_ADJUDICATOR",
      });
      await next("cem", NOW, role);
      expect(await say("cem", id, "reject", { role })).toEqual({
        itemId: id,
        state: "settled",
        verdict: "reject",
      });
    });

    it.each([
      ["an item that is not claimed", "approve", "VETTING_CLAIM_LOST"],
      ["a verdict that the item does not know", "present", "VETTING_ITEM"],
    ])("refuses %s", async (what, verdict, code) => {
      const [id = ""] = await add("stroke");
      if (what.startsWith("a verdict")) await next("ann");
      await expect(say("ann", id, verdict)).rejects.toMatchObject({ code });
    });

    it("does not propose twice what is waiting, and starts a new round after it was settled", async () => {
      const [id = ""] = await add("stroke");
      expect(await add("stroke")).toEqual([]);
      for (const reviewer of ["ann", "bob"]) {
        await next(reviewer);
        await say(reviewer, id, "approve");
      }
      expect(await add("stroke")).toEqual([id.replace(/1$/, "2")]);
    });

    it("estimates a definition's accuracy from settled charts and counts those that wait", async () => {
      const strata = [
        { name: "positive", population: 100, drawn: 2 },
        { name: "near miss", population: 50, drawn: 1 },
        { name: "negative", population: 850, drawn: 2 },
      ] as const;
      const drawn = [
        { subjectKey: "1", stratum: "positive", truth: "present" },
        { subjectKey: "2", stratum: "positive", truth: "absent" },
        { subjectKey: "3", stratum: "near miss", truth: "present" },
        { subjectKey: "4", stratum: "negative", truth: "absent" },
        { subjectKey: "5", stratum: "negative", truth: null },
      ] as const;
      const sample = { id: "label-s-1", outcome: "stroke", contentHash: "old", seed: "1", strata, drawn };
      await state.transaction((tx) => proposeSample(tx, sample, "Read.", "steward", NOW));
      expect(await state.transaction((tx) => proposeSample(tx, sample, "Read.", "steward", NOW))).toBe(false);
      for (const reviewer of ["ann", "bob"]) {
        for (let item = await next(reviewer); item !== null; item = await next(reviewer)) {
          const truth = drawn.find(({ subjectKey }) => subjectKey === item?.subjectKey)?.truth;
          if (truth === null) break;
          await say(reviewer, item.id, truth ?? "uncertain");
        }
      }
      const { definitions, agreement } = await state.transaction((tx) =>
        vettingEvidence(tx, new Map([["stroke", "new"]]), createRandom(1)),
      );
      expect(agreement).toMatchObject([{ kind: "label", name: "stroke", twice: 4, agreed: 4 }]);
      // 50 of 100 found have it, 50 of 50 near misses, none of 850: 50 of 100 people with it are found.
      expect(definitions).toMatchObject([
        { stale: true, positivePredictiveValue: { value: 0.5, n: 2 }, sensitivity: { value: 0.5, n: 4 } },
      ]);
      expect(definitions[0]?.strata[2]).toMatchObject({ absent: 1, waiting: 1 });
    });

    it("leaves an unbroken audit log of all of this", async () => {
      expect((await state.transaction((tx) => verifyAudit(tx, "now"))).faults).toEqual([]);
    });
  });
}
