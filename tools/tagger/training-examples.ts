/** Tokens of marked notes with their class, and batches of them for the training graph. */
import type { Random } from "../../src/effects/random.ts";
import type { MarkedNote } from "../../src/privacy/text/marked-note.ts";
import { Note } from "../../src/privacy/text/note.ts";
import { classOf } from "../../src/privacy/text/tagger/tagger-classes.ts";
import {
  FEATURES,
  featureKey,
  isCandidate,
  lineWords,
  POSITIONS,
  tokenFeatures,
  VARIANTS,
  variantOf,
  windowToken,
} from "../../src/privacy/text/tagger/token-features.ts";
import type { BatchShape } from "./tagger-graph.ts";

export interface Batch {
  readonly features: BigInt64Array;
  readonly windows: BigInt64Array;
  readonly targets: BigInt64Array;
  readonly targetWeights: Float32Array;
}

const ENOUGH = 1 << 16;

export class Examples {
  /** For each different token its features; row 0 stands for "no token". */
  private features = new Int32Array(FEATURES * ENOUGH);
  private readonly rowOf: Map<unknown, number>[] = Array.from({ length: VARIANTS }, () => new Map());
  private rows = 1;
  /** For each example the rows of its window. */
  private readonly windows: Int32Array[] = [];
  private readonly targets: number[] = [];

  get size(): number {
    return this.targets.length;
  }

  add({ text, marked }: MarkedNote): void {
    const note = new Note(text);
    const lines = lineWords(note);
    let at = 0;
    for (let token = 0; token < note.count; token++) {
      while (at < marked.length && marked[at]!.end <= note.start[token]!) at += 1;
      if (!isCandidate(note, token)) continue;
      const inside = at < marked.length && marked[at]!.start < note.end[token]!;
      const window = new Int32Array(POSITIONS);
      for (let position = 0; position < POSITIONS; position++) {
        const there = windowToken(note, lines, token, position);
        window[position] = there < 0 ? 0 : this.row(note, there);
      }
      this.windows.push(window);
      this.targets.push(inside ? classOf(marked[at]!.kind) : 0);
    }
  }

  private row(note: Note, token: number): number {
    const variant = variantOf(note, token);
    const key = featureKey(note, token);
    let row = this.rowOf[variant]!.get(key);
    if (row === undefined) {
      row = this.rows++;
      if (row * FEATURES >= this.features.length) {
        const grown = new Int32Array(this.features.length * 2);
        grown.set(this.features);
        this.features = grown;
      }
      tokenFeatures(key, variant, this.features, row * FEATURES);
      this.rowOf[variant]!.set(key, row);
    }
    return row;
  }

  /** Orders of all examples, cut into batches; the rest that fills no batch is left to the next epoch. */
  *epoch(random: Random, shape: BatchShape, dropped: number): Generator<Batch> {
    const order = random.shuffle(Int32Array.from({ length: this.size }, (_, i) => i));
    for (let from = 0; from + shape.examples <= order.length; from += shape.examples)
      yield this.batch(order.subarray(from, from + shape.examples), shape, random, dropped);
  }

  /** @param dropped share of features of a token that are left out, so that none is relied on alone */
  batch(picked: Int32Array, shape: BatchShape, random: Random, dropped: number): Batch {
    const features = new BigInt64Array(shape.rows * FEATURES);
    const windows = new BigInt64Array(shape.examples * POSITIONS);
    const targets = new BigInt64Array(shape.examples);
    const targetWeights = new Float32Array(shape.examples);
    const local = new Map<number, number>([[0, 0]]);
    let used = 0;
    for (const example of picked) {
      const window = this.windows[example]!;
      if (local.size + POSITIONS > shape.rows) break;
      for (let position = 0; position < POSITIONS; position++) {
        const row = window[position]!;
        let there = local.get(row);
        if (there === undefined) {
          there = local.size;
          local.set(row, there);
          for (let i = 0; i < FEATURES; i++)
            if (random.next() >= dropped)
              features[there * FEATURES + i] = BigInt(this.features[row * FEATURES + i]!);
        }
        windows[used * POSITIONS + position] = BigInt(there);
      }
      targets[used] = BigInt(this.targets[example]!);
      used += 1;
    }
    targetWeights.fill(1 / used, 0, used);
    return { features, windows, targets, targetWeights };
  }
}
