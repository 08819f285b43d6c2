/** Tables of the work queue: items, who has claimed them, and what was said. */
import { type Kysely, sql } from "kysely";
import type { StateArea } from "../../state/migrate.ts";
import type { StateTransaction } from "../../state/open-state.ts";

/** `open`: needs reviews; `disputed`: two reviews differ; `settled`: has its verdict. */
export type ItemState = "open" | "disputed" | "settled";

export type VettingTables = {
  vetting_sample: {
    id: string;
    outcome: string;
    content_hash: string;
    seed: string;
    drawn_by: string;
    drawn_at: string;
    /** `SampleStratum[]` as JSON. */
    strata: unknown;
  };
  vetting_item: {
    id: string;
    /** A `DefinitionKind` to be approved, or `label`: one person's chart to be read for an outcome. */
    kind: string;
    name: string;
    content_hash: string;
    content: unknown;
    guideline: string;
    state: string;
    verdict: string | null;
    sample_id: string | null;
    stratum: string | null;
    subject_key: string | null;
    proposed_by: string;
    proposed_at: string;
    settled_at: string | null;
  };
  vetting_claim: {
    item_id: string;
    reviewer: string;
    role: string;
    claimed_at: string;
    lease_until: string;
  };
  vetting_review: {
    /** Drawn by who decides, so that a repetition after a lost answer is recognised. */
    id: string;
    item_id: string;
    reviewer: string;
    role: string;
    verdict: string;
    confidence: number;
    reason: string;
    claimed_at: string;
    decided_at: string;
  };
};

export function vettingTables(tx: StateTransaction): Kysely<VettingTables> {
  return tx.withTables<VettingTables>() as unknown as Kysely<VettingTables>;
}

export const vettingArea: StateArea = {
  name: "vetting",
  migrations: [
    {
      name: "0001-queue",
      run: async (tx) => {
        await sql`
          create table vetting_sample (
            id text primary key,
            outcome text not null,
            content_hash text not null,
            seed text not null,
            drawn_by text not null,
            drawn_at timestamptz not null,
            strata jsonb not null
          )`.execute(tx);
        await sql`
          create table vetting_item (
            id text primary key,
            kind text not null,
            name text not null,
            content_hash text not null,
            content jsonb not null,
            guideline text not null,
            state text not null check (state in ('open', 'disputed', 'settled')),
            verdict text,
            sample_id text references vetting_sample,
            stratum text,
            subject_key text,
            proposed_by text not null,
            proposed_at timestamptz not null,
            settled_at timestamptz,
            check ((state = 'settled') = (verdict is not null and settled_at is not null)),
            unique (sample_id, subject_key)
          )`.execute(tx);
        await sql`
          create table vetting_claim (
            item_id text not null references vetting_item,
            reviewer text not null,
            role text not null check (role in ('review', 'adjudication')),
            claimed_at timestamptz not null,
            lease_until timestamptz not null,
            primary key (item_id, reviewer)
          )`.execute(tx);
        await sql`
          create table vetting_review (
            id text primary key,
            item_id text not null references vetting_item,
            reviewer text not null,
            role text not null check (role in ('review', 'adjudication')),
            verdict text not null,
            confidence integer not null check (confidence between 1 and 5),
            reason text not null,
            claimed_at timestamptz not null,
            decided_at timestamptz not null,
            unique (item_id, reviewer)
          )`.execute(tx);
        await sql`create index vetting_item_state on vetting_item (state, kind)`.execute(tx);
      },
    },
  ],
};
