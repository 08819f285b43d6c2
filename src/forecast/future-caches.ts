/**
 * Keys and values of the tokens that futures have been fed, [rows, groups, slots, head width] for each layer. The step
 * graph reads these buffers where they lie; new vectors are written into their slots, and rows leave and slots are added
 * in place, so that no step copies what is remembered.
 * Invariant: a slot that no token has filled yet holds zeros.
 */
import type { Architecture } from "../network/architecture.ts";
import type { CacheName } from "../network/decoding-graph.ts";
import type { Feeds, TensorData } from "../network/session.ts";

/** Slots that are added at once. */
const SLOTS_ADDED = 16;

export class FutureCaches {
  private rows = 0;
  private slots = 0;
  private readonly buffers: [CacheName, Float32Array][];
  private readonly groups: number;
  private readonly headWidth: number;

  constructor(architecture: Architecture) {
    this.groups = architecture.keyValueHeads;
    this.headWidth = architecture.headWidth;
    this.buffers = Array.from({ length: architecture.depth }, (_, l) => [
      [`keys.${l}`, new Float32Array(0)] as [CacheName, Float32Array],
      [`values.${l}`, new Float32Array(0)] as [CacheName, Float32Array],
    ]).flat();
  }

  get capacity(): number {
    return this.slots;
  }

  /** Empty caches of so many rows. */
  reset(rows: number): void {
    this.rows = rows;
    this.slots = SLOTS_ADDED;
    const size = this.size;
    for (const entry of this.buffers) {
      if (entry[1].length < size) entry[1] = new Float32Array(size);
      else entry[1].fill(0, 0, size);
    }
  }

  /** Keeps only rows `kept` (ascending; -1 for a row of padding), each of which moves towards the front or stays. */
  keep(kept: Int32Array): void {
    const size = this.groups * this.slots * this.headWidth;
    for (const [, buffer] of this.buffers) {
      kept.forEach((from, to) => {
        if (from < 0) buffer.fill(0, to * size, (to + 1) * size);
        else if (from !== to) buffer.copyWithin(to * size, from * size, (from + 1) * size);
      });
    }
    this.rows = kept.length;
  }

  /** Adds empty slots behind the filled ones. */
  addSlots(): void {
    const before = this.slots * this.headWidth;
    this.slots += SLOTS_ADDED;
    const after = this.slots * this.headWidth;
    for (const entry of this.buffers) {
      const old = entry[1];
      if (old.length < this.size) entry[1] = new Float32Array(Math.ceil(1.5 * this.size));
      const buffer = entry[1];
      for (let block = this.rows * this.groups - 1; block >= 0; block--) {
        if (buffer === old) buffer.copyWithin(block * after, block * before, (block + 1) * before);
        else buffer.set(old.subarray(block * before, (block + 1) * before), block * after);
        buffer.fill(0, block * after + before, (block + 1) * after);
      }
    }
  }

  /** Writes a step's new vectors, [rows, groups x head width] for each layer, into slot `at`. */
  remember(outputs: Readonly<Record<string, TensorData>>, at: number): void {
    const { groups, headWidth, slots } = this;
    for (const [name, buffer] of this.buffers) {
      const added = outputs[name.startsWith("keys") ? `newK${name.slice(1)}` : `newV${name.slice(1)}`];
      const vectors = added as Float32Array;
      for (let block = 0, from = 0; block < this.rows * groups; block++) {
        const to = (block * slots + at) * headWidth;
        for (let i = 0; i < headWidth; i++) buffer[to + i] = vectors[from++] as number;
      }
    }
  }

  /** Inputs of a step. */
  feeds(): Feeds {
    const shape = [this.rows, this.groups, this.slots, this.headWidth];
    return Object.fromEntries(
      this.buffers.map(([name, buffer]) => [name, { data: buffer.subarray(0, this.size), shape }]),
    );
  }

  private get size(): number {
    return this.rows * this.groups * this.slots * this.headWidth;
  }
}
