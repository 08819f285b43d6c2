/**
 * The account of an ingest: every candidate event ends in exactly one of four ways, with a reason and a count.
 * Invariant: in = kept + rejected + dropped + not an event.
 */
import type { ErrorDefinition } from "../errors/registry.ts";

/**
 * kept: an event of the dataset. rejected: it cannot be right. dropped: the configuration leaves it out.
 * not an event: the source itself says that it did not happen, or repeats what stands elsewhere.
 */
export type Fate = "kept" | "rejected" | "dropped" | "not an event";

export interface TallyRow {
  readonly fate: Fate;
  /** Error code of a rejection; a fixed phrase otherwise; empty for kept. */
  readonly reason: string;
  /** Resource type or table. */
  readonly source: string;
  readonly count: number;
}

const SEPARATOR = "\u0000";

export class Tally {
  readonly #counts = new Map<string, number>();

  reject(reason: ErrorDefinition, source: string, count = 1): void {
    this.add("rejected", reason.code, source, count);
  }

  add(fate: Fate, reason: string, source: string, count = 1): void {
    if (count === 0) return;
    const key = [fate, reason, source].join(SEPARATOR);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
  }

  total(fate?: Fate): number {
    let sum = 0;
    for (const [key, count] of this.#counts) {
      if (fate === undefined || key.startsWith(fate + SEPARATOR)) sum += count;
    }
    return sum;
  }

  /** Kept first, then by fate, most frequent first. */
  rows(): TallyRow[] {
    const order: readonly Fate[] = ["kept", "rejected", "dropped", "not an event"];
    return [...this.#counts]
      .map(([key, count]) => {
        const [fate, reason, source] = key.split(SEPARATOR) as [Fate, string, string];
        return { fate, reason, source, count };
      })
      .sort(
        (a, b) =>
          order.indexOf(a.fate) - order.indexOf(b.fate) ||
          b.count - a.count ||
          compare(a.reason, b.reason) ||
          compare(a.source, b.source),
      );
  }
}

/** Counts of what was kept but deserves a look, and of what was not read at all. */
export class Counter {
  readonly #counts = new Map<string, number>();

  add(key: string, count = 1): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
  }

  rows(): { readonly what: string; readonly count: number }[] {
    return [...this.#counts]
      .map(([what, count]) => ({ what, count }))
      .sort((a, b) => b.count - a.count || compare(a.what, b.what));
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
