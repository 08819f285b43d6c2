/**
 * Learns a byte-level byte-pair vocabulary (Sennrich et al. 2016): starting from the 256 bytes, the most frequent pair
 * of neighbours inside words becomes a token, until the vocabulary is full. Deterministic: of equally frequent pairs
 * the one that is first in code-unit order is taken.
 */
import { BYTE_CHARACTERS, spelledInBytes, wordsOf } from "./split-words.ts";

export interface BytePairs {
  /** Spelled tokens by id: the bytes, then the merged pairs in the order learned. */
  readonly tokens: readonly string[];
  readonly merges: readonly (readonly [string, string])[];
}

interface Word {
  symbols: string[];
  readonly count: number;
}

/** Counts words over texts; texts may stream. */
export class WordCounter {
  private readonly counts = new Map<string, number>();
  bytes = 0;

  add(text: string): void {
    this.bytes += Buffer.byteLength(text);
    for (const word of wordsOf(text)) this.counts.set(word, (this.counts.get(word) ?? 0) + 1);
  }

  /**
   * @param size tokens in all, 256 at least
   * @param minimumCount a rarer pair is not merged: a name that occurs once gets no token of its own
   */
  learn(size: number, minimumCount: number): BytePairs {
    const words: Word[] = [...this.counts].map(([word, count]) => ({
      symbols: [...spelledInBytes(word)],
      count,
    }));
    const pairs = new PairCounts(words);
    const tokens = [...BYTE_CHARACTERS];
    const known = new Set(tokens);
    const merges: [string, string][] = [];
    while (tokens.length < size) {
      const best = pairs.mostFrequent(minimumCount);
      if (best === null) break;
      const [left, right] = best;
      merges.push([left, right]);
      if (!known.has(left + right)) {
        known.add(left + right);
        tokens.push(left + right);
      }
      pairs.merge(left, right);
    }
    return { tokens, merges };
  }
}

/** No spelled token holds it: it stands between the two halves of a pair's key. */
const BETWEEN = "\u0000";

class PairCounts {
  private readonly counts = new Map<string, number>();
  /** Words that hold a pair, or once did. */
  private readonly holders = new Map<string, Set<Word>>();
  private readonly queue = new PairQueue();

  constructor(words: readonly Word[]) {
    for (const word of words) this.change(word, 1);
    for (const [key, count] of this.counts) this.queue.push(key, count);
  }

  mostFrequent(minimumCount: number): readonly [string, string] | null {
    for (let top = this.queue.pop(); top !== null; top = this.queue.pop()) {
      const count = this.counts.get(top.key) ?? 0;
      if (count === top.count) {
        if (count < minimumCount) return null;
        return top.key.split(BETWEEN) as [string, string];
      }
      // The count fell since it was queued; one that rose was queued again.
      if (count > 0 && count < top.count) this.queue.push(top.key, count);
    }
    return null;
  }

  merge(left: string, right: string): void {
    const holders = this.holders.get(left + BETWEEN + right) ?? new Set<Word>();
    const touched = new Map<string, number>();
    for (const word of holders) {
      const before = word.symbols;
      const symbols = joined(before, left, right);
      if (symbols.length === before.length) continue;
      this.change(word, -1);
      word.symbols = symbols;
      this.change(word, 1, touched);
    }
    this.holders.delete(left + BETWEEN + right);
    for (const key of touched.keys()) this.queue.push(key, this.counts.get(key) ?? 0);
  }

  private change(word: Word, sign: 1 | -1, touched?: Map<string, number>): void {
    const { symbols, count } = word;
    for (let i = 0; i + 1 < symbols.length; i++) {
      const key = `${symbols[i]}${BETWEEN}${symbols[i + 1]}`;
      const total = (this.counts.get(key) ?? 0) + sign * count;
      if (total === 0) this.counts.delete(key);
      else this.counts.set(key, total);
      if (sign === -1) continue;
      touched?.set(key, total);
      const holders = this.holders.get(key);
      if (holders === undefined) this.holders.set(key, new Set([word]));
      else holders.add(word);
    }
  }
}

function joined(symbols: readonly string[], left: string, right: string): string[] {
  const result: string[] = [];
  for (let i = 0; i < symbols.length; i++) {
    if (symbols[i] === left && symbols[i + 1] === right) {
      result.push(left + right);
      i++;
    } else result.push(symbols[i] as string);
  }
  return result;
}

interface Queued {
  readonly key: string;
  readonly count: number;
}

/** A binary heap: highest count first, then the key that is first in code-unit order. */
class PairQueue {
  private readonly heap: Queued[] = [];

  push(key: string, count: number): void {
    const { heap } = this;
    heap.push({ key, count });
    for (let i = heap.length - 1; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!before(heap[i] as Queued, heap[parent] as Queued)) break;
      this.swap(i, parent);
      i = parent;
    }
  }

  pop(): Queued | null {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined) return null;
    if (heap.length > 0) heap[0] = last;
    for (let i = 0; ; ) {
      const [a, b] = [2 * i + 1, 2 * i + 2];
      let first = i;
      if (a < heap.length && before(heap[a] as Queued, heap[first] as Queued)) first = a;
      if (b < heap.length && before(heap[b] as Queued, heap[first] as Queued)) first = b;
      if (first === i) return top;
      this.swap(i, first);
      i = first;
    }
  }

  private swap(i: number, j: number): void {
    const { heap } = this;
    [heap[i], heap[j]] = [heap[j] as Queued, heap[i] as Queued];
  }
}

function before(a: Queued, b: Queued): boolean {
  return a.count > b.count || (a.count === b.count && a.key < b.key);
}
