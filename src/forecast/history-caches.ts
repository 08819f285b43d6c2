/**
 * Keys and values of histories: kept once a patient, and laid out once a tile of futures as the step graph reads them,
 * keys turned so that the product with them runs along memory.
 */
import type { Architecture } from "../network/architecture.ts";
import { FILL_COLUMNS } from "../network/decoding-graph.ts";
import type { Feeds, TensorData } from "../network/session.ts";

/** What a history leaves behind for all of its futures. */
export interface Prefix {
  /** Tokens of the history. */
  readonly length: number;
  /** Of the token that follows the history, [vocabulary]. */
  readonly probabilities: Float32Array;
  /** Of each layer, [groups, head width, length]. */
  readonly keys: readonly Float32Array[];
  /** Of each layer, [groups, length, head width]. */
  readonly values: readonly Float32Array[];
}

/** Room is made in steps, so that histories of like length share it. */
const SLOTS_AT_ONCE = 8;

export class HistoryCaches {
  private readonly slots: number;
  private tiles = 0;
  private readonly laid = new Map<string, Float32Array>();

  constructor(
    private readonly architecture: Architecture,
    private readonly prefixes: readonly Prefix[],
  ) {
    const longest = Math.max(...prefixes.map((prefix) => prefix.length));
    this.slots = SLOTS_AT_ONCE * Math.ceil((longest + 1) / SLOTS_AT_ONCE);
  }

  /** @param outputs of the history graph, @param row and @param length of its rows, @param used tokens of the history */
  static prefixOf(
    { vocabulary, depth, headWidth: d, keyValueHeads: groups }: Architecture,
    outputs: Readonly<Record<string, TensorData>>,
    row: number,
    length: number,
    used: number,
  ): Prefix {
    const ofRow = (name: string) => {
      const all = outputs[name] as Float32Array;
      return all.subarray(row * groups * length * d, (row + 1) * groups * length * d);
    };
    const keys: Float32Array[] = [];
    const values: Float32Array[] = [];
    for (let layer = 0; layer < depth; layer++) {
      const allKeys = ofRow(`historyKeys.${layer}`);
      const allValues = ofRow(`historyValues.${layer}`);
      const turned = new Float32Array(groups * d * used);
      const kept = new Float32Array(groups * used * d);
      for (let g = 0; g < groups; g++) {
        const from = g * length * d;
        kept.set(allValues.subarray(from, from + used * d), g * used * d);
        for (let i = 0; i < used; i++)
          for (let c = 0; c < d; c++) turned[(g * d + c) * used + i] = allKeys[from + i * d + c] as number;
      }
      keys.push(turned);
      values.push(kept);
    }
    const all = outputs.probabilities as Float32Array;
    return {
      length: used,
      probabilities: all.slice(row * vocabulary, (row + 1) * vocabulary),
      keys,
      values,
    };
  }

  /** Lays out the histories of the tiles; `groups` names the prefix of each. */
  lay(groups: readonly number[]): void {
    this.tiles = groups.length;
    const { depth, headWidth: d, keyValueHeads } = this.architecture;
    for (let layer = 0; layer < depth; layer++) {
      const keys = this.buffer(`historyKeys.${layer}`, groups.length * keyValueHeads * d * this.slots);
      const columns = d + FILL_COLUMNS;
      const values = this.buffer(
        `historyValues.${layer}`,
        groups.length * keyValueHeads * this.slots * columns,
      );
      keys.fill(0);
      values.fill(0);
      groups.forEach((group, tile) => {
        const prefix = this.prefixes[group] as Prefix;
        const { length } = prefix;
        const turned = prefix.keys[layer] as Float32Array;
        const plain = prefix.values[layer] as Float32Array;
        for (let line = 0; line < keyValueHeads * d; line++)
          keys.set(
            turned.subarray(line * length, (line + 1) * length),
            (tile * keyValueHeads * d + line) * this.slots,
          );
        for (let g = 0; g < keyValueHeads; g++) {
          for (let i = 0; i < this.slots; i++) {
            const to = ((tile * keyValueHeads + g) * this.slots + i) * columns;
            if (i < length) {
              values.set(plain.subarray((g * length + i) * d, (g * length + i + 1) * d), to);
              values[to + d] = 1;
            } else values[to + d + 1] = 1 / (this.slots - length);
          }
        }
      });
    }
  }

  feeds(): Feeds {
    const { depth, headWidth: d, keyValueHeads } = this.architecture;
    const feeds: Record<string, Feeds[string]> = {};
    for (let layer = 0; layer < depth; layer++) {
      const [keys, values] = [`historyKeys.${layer}`, `historyValues.${layer}`];
      feeds[keys] = {
        data: this.laid.get(keys) as Float32Array,
        shape: [this.tiles, keyValueHeads, d, this.slots],
      };
      feeds[values] = {
        data: this.laid.get(values) as Float32Array,
        shape: [this.tiles, keyValueHeads, this.slots, d + FILL_COLUMNS],
      };
    }
    return feeds;
  }

  /** Of exactly that size; the buffer of a larger layout is used again. */
  private buffer(name: string, size: number): Float32Array {
    const before = this.laid.get(name);
    const buffer =
      before !== undefined && before.buffer.byteLength >= 4 * size
        ? new Float32Array(before.buffer, 0, size)
        : new Float32Array(size);
    this.laid.set(name, buffer);
    return buffer;
  }
}
