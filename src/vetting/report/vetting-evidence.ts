/**
 * What the queue knows about the work of its reviewers: agreement, accuracy of each definition, drift, time an item.
 * Invariant: every figure has its interval and n; items without a verdict are counted, not guessed.
 */
import type { Random } from "../../effects/random.ts";
import type { StateTransaction } from "../../state/open-state.ts";
import { type DefinitionAccuracy, definitionAccuracy } from "../agreement/definition-accuracy.ts";
import type { Interval } from "../agreement/interval.ts";
import { cohenKappa } from "../agreement/kappa.ts";
import { type ItemState, type VettingTables, vettingTables } from "../queue/vetting-tables.ts";
import type { SampleStratum } from "../sampling/draw-sample.ts";

type Item = VettingTables["vetting_item"];
type Review = VettingTables["vetting_review"];

export interface VettingEvidence {
  readonly items: Readonly<Record<ItemState, number>>;
  readonly agreement: readonly {
    readonly kind: string;
    readonly name: string;
    /** Items with two reviews. */
    readonly twice: number;
    readonly agreed: number;
    readonly kappa: Interval | null;
  }[];
  readonly definitions: readonly ({
    readonly outcome: string;
    readonly sample: string;
    readonly contentHash: string;
    /** The definition was changed since the sample was drawn. */
    readonly stale: boolean;
    readonly strata: readonly StratumCount[];
  } & DefinitionAccuracy)[];
  readonly reviewers: readonly ReviewerFigures[];
}

interface StratumCount {
  readonly name: string;
  readonly population: number;
  readonly drawn: number;
  readonly present: number;
  readonly absent: number;
  readonly uncertain: number;
  readonly waiting: number;
}

interface ReviewerFigures {
  readonly reviewer: string;
  readonly reviews: number;
  /** From claim to decision. */
  readonly medianMinutes: number;
  /** Agreement with the final verdict, later half minus earlier half of the reviewer's settled items. */
  readonly drift: Interval | null;
}

/** How the queue stands. */
export async function itemCounts(tx: StateTransaction): Promise<VettingEvidence["items"]> {
  const rows = await vettingTables(tx)
    .selectFrom("vetting_item")
    .select(({ fn }) => ["state", fn.countAll<number>().as("items")])
    .groupBy("state")
    .execute();
  const count = (state: ItemState) => Number(rows.find((row) => row.state === state)?.items ?? 0);
  return { open: count("open"), disputed: count("disputed"), settled: count("settled") };
}

/** @param current content hash of each outcome's definition as it is now */
export async function vettingEvidence(
  tx: StateTransaction,
  current: ReadonlyMap<string, string>,
  random: Random,
): Promise<VettingEvidence> {
  const tables = vettingTables(tx);
  const items = await tables.selectFrom("vetting_item").selectAll().orderBy("id").execute();
  const reviews = await tables
    .selectFrom("vetting_review")
    .selectAll()
    .where("role", "=", "review")
    .orderBy("decided_at")
    .orderBy("id")
    .execute();
  const samples = await tables.selectFrom("vetting_sample").selectAll().orderBy("id").execute();
  return {
    items: await itemCounts(tx),
    agreement: agreementOf(items, reviews),
    definitions: samples.map((sample) => {
      const strata = (sample.strata as SampleStratum[]).map((stratum) =>
        countStratum(stratum, sample.id, items),
      );
      return {
        outcome: sample.outcome,
        sample: sample.id,
        contentHash: sample.content_hash,
        stale: current.get(sample.outcome) !== sample.content_hash,
        strata,
        ...definitionAccuracy(
          strata.map(({ name, population, present, absent }) => ({
            found: name === "positive",
            population,
            reviewed: present + absent,
            present,
          })),
          random.fork(sample.id),
        ),
      };
    }),
    reviewers: [...new Set(reviews.map(({ reviewer }) => reviewer))].sort().map((reviewer) =>
      figuresOf(
        reviewer,
        reviews.filter((review) => review.reviewer === reviewer),
        items,
      ),
    ),
  };
}

function agreementOf(items: readonly Item[], reviews: readonly Review[]): VettingEvidence["agreement"] {
  const groups = new Map<string, { kind: string; name: string; pairs: [string, string][] }>();
  for (const item of items) {
    const [first, second] = reviews.filter((review) => review.item_id === item.id);
    if (first === undefined || second === undefined) continue;
    // Definitions of one kind are judged together: each of them is one item only.
    const name = item.kind === "label" ? item.name : "all";
    const group = groups.get(`${item.kind}/${name}`) ?? { kind: item.kind, name, pairs: [] };
    groups.set(`${item.kind}/${name}`, group);
    group.pairs.push([first.verdict, second.verdict]);
  }
  return [...groups.values()].map(({ kind, name, pairs }) => ({
    kind,
    name,
    twice: pairs.length,
    agreed: pairs.filter(([a, b]) => a === b).length,
    kappa: cohenKappa(pairs),
  }));
}

function countStratum(
  { name, population, drawn }: SampleStratum,
  sample: string,
  items: readonly Item[],
): StratumCount {
  const mine = items.filter((item) => item.sample_id === sample && item.stratum === name);
  const verdict = (value: string | null) => mine.filter((item) => item.verdict === value).length;
  return {
    name,
    population,
    drawn,
    present: verdict("present"),
    absent: verdict("absent"),
    uncertain: verdict("uncertain"),
    waiting: verdict(null),
  };
}

function figuresOf(reviewer: string, reviews: readonly Review[], items: readonly Item[]): ReviewerFigures {
  const minutes = reviews
    .map(({ claimed_at, decided_at }) => (Date.parse(decided_at) - Date.parse(claimed_at)) / 60_000)
    .sort((a, b) => a - b);
  const right = reviews.flatMap((review) => {
    const verdict = items.find(({ id }) => id === review.item_id)?.verdict ?? null;
    return verdict === null ? [] : [verdict === review.verdict];
  });
  const half = Math.floor(right.length / 2);
  return {
    reviewer,
    reviews: reviews.length,
    medianMinutes: minutes[Math.floor(minutes.length / 2)] ?? 0,
    drift: half < 2 ? null : shareDifference(right.slice(half), right.slice(0, half)),
  };
}

/** Difference of two shares, with the interval of Agresti & Caffo 2000 (one success and one failure added to each). */
function shareDifference(later: readonly boolean[], earlier: readonly boolean[]): Interval {
  const yes = (values: readonly boolean[]) => values.filter(Boolean).length;
  const value = yes(later) / later.length - yes(earlier) / earlier.length;
  const a = (yes(later) + 1) / (later.length + 2);
  const b = (yes(earlier) + 1) / (earlier.length + 2);
  const half =
    1.959964 * Math.sqrt((a * (1 - a)) / (later.length + 2) + (b * (1 - b)) / (earlier.length + 2));
  return {
    value,
    low: Math.max(-1, Math.min(value, a - b - half)),
    high: Math.min(1, Math.max(value, a - b + half)),
    n: later.length + earlier.length,
    method: "difference of shares, Agresti-Caffo interval",
  };
}
