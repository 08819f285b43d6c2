/**
 * A small network that judges whether a token identifies somebody, from the tokens around it: each token's features
 * (token-features.ts) are added up to a vector of WIDTH numbers, the window's vectors go through one SwiGLU layer of
 * HIDDEN units (Shazeer 2020, eq. 6), and a last layer gives the classes. Trained by tools/train-tagger.ts with
 * Longitude's own engine on invented notes; run here without an engine, because text is read where none is at hand.
 * The first layer is linear in each token of the window, so what a token adds at a position is computed once and kept:
 * judging costs POSITIONS additions of vectors.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Note } from "../note.ts";
import { HIDDEN, TAGGER_CLASSES, WIDTH } from "./tagger-classes.ts";
import {
  BUCKETS,
  FEATURES,
  featureKey,
  lineWords,
  POSITIONS,
  tokenFeatures,
  VARIANTS,
  variantOf,
  windowToken,
} from "./token-features.ts";

const FILE = new URL("../data/tagger.gz", import.meta.url);
const CLASSES = TAGGER_CLASSES.length;
/** Rows of the two halves of the first layer: gates, then values. */
const ROWS = 2 * HIDDEN;
/** Tokens whose parts of the first layer are kept at once, 13 x 64 numbers each. */
const KEPT = 1 << 12;

/** The logistic function from -12 to 12 in steps of 1/256: its exponentials cost as much as all sums of a token. */
const REACH_OF_TABLE = 12;
const STEPS = 256;
const SIGMOID = Float32Array.from(
  { length: 2 * REACH_OF_TABLE * STEPS },
  (_, i) => 1 / (1 + Math.exp(REACH_OF_TABLE - (i + 0.5) / STEPS)),
);

/** Parts of the file in order, as they are in the training graph. */
export interface TaggerWeights {
  /** [BUCKETS, WIDTH]; row 0 is zero. */
  readonly table: Float32Array;
  /** [2 x HIDDEN, POSITIONS x WIDTH] */
  readonly first: Float32Array;
  /** [2 x HIDDEN] */
  readonly firstBias: Float32Array;
  /** [CLASSES, HIDDEN] */
  readonly last: Float32Array;
  /** [CLASSES] */
  readonly lastBias: Float32Array;
}

export const TAGGER_PARTS: readonly (readonly [keyof TaggerWeights, readonly number[]])[] = [
  ["table", [BUCKETS, WIDTH]],
  ["first", [ROWS, POSITIONS * WIDTH]],
  ["firstBias", [ROWS]],
  ["last", [CLASSES, HIDDEN]],
  ["lastBias", [CLASSES]],
];

/** The table as bytes with one factor a column, the rest as 32-bit floats (both little-endian), compressed. */
export function readTaggerWeights(file: Uint8Array): TaggerWeights {
  const bytes = new Uint8Array(gunzipSync(file));
  const floats = new Float32Array(bytes.buffer, 0, (bytes.length - BUCKETS * WIDTH) / 4);
  const packed = new Int8Array(bytes.buffer, floats.byteLength, BUCKETS * WIDTH);
  let at = WIDTH;
  const table = Float32Array.from(packed, (value, i) => value * floats[i % WIDTH]!);
  const rest = TAGGER_PARTS.slice(1).map(([name, shape]) => {
    const size = shape.reduce((product, n) => product * n, 1);
    at += size;
    return [name, floats.slice(at - size, at)] as const;
  });
  return { table, ...(Object.fromEntries(rest) as unknown as Omit<TaggerWeights, "table">) };
}

export function packTaggerWeights(weights: TaggerWeights): Uint8Array {
  const factors = new Float32Array(WIDTH);
  weights.table.forEach((value, i) => {
    factors[i % WIDTH] = Math.max(factors[i % WIDTH]!, Math.abs(value) / 127);
  });
  const packed = Int8Array.from(weights.table, (value, i) => Math.round(value / (factors[i % WIDTH]! || 1)));
  const rest = TAGGER_PARTS.slice(1).map(([name]) => weights[name]);
  return Buffer.concat(
    [factors, ...rest, packed].map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength)),
  );
}

const NO_PART = KEPT * POSITIONS * ROWS;

export class Tagger {
  /** For each variant, a token's key to its row in `kept`. */
  private readonly rows: Map<unknown, number>[] = [];
  /** The row behind the last one stays zero: what no token adds. */
  private readonly kept = new Float32Array((KEPT * POSITIONS + 1) * ROWS);
  private readonly parts = new Int32Array(POSITIONS);
  private readonly filled = new Uint16Array(KEPT);
  private readonly vectors = new Float32Array(KEPT * WIDTH);
  private count = 0;
  private readonly features = new Int32Array(FEATURES);
  private readonly sums = new Float32Array(ROWS);

  /** The last layer's weights of one unit side by side: [HIDDEN, CLASSES]. */
  private readonly last: Float32Array;

  constructor(private readonly weights: TaggerWeights) {
    this.last = Float32Array.from(
      weights.last,
      (_, i) => weights.last[(i % CLASSES) * HIDDEN + Math.floor(i / CLASSES)]!,
    );
    this.forget();
  }

  static read(): Tagger {
    return new Tagger(readTaggerWeights(readFileSync(FILE)));
  }

  /** Judges tokens of one note. The result of `classify` is overwritten by the next call. */
  of(note: Note): { classify(token: number): Float32Array } {
    const lines = lineWords(note);
    const output = new Float32Array(CLASSES);
    const rows = new Int32Array(note.count).fill(-1);
    let round = this.round;
    const rowAt = (token: number): number => {
      if (rows[token]! < 0) {
        const row = this.rowOf(note, token);
        if (round !== this.round) {
          // The store was emptied: rows of before are gone.
          rows.fill(-1);
          round = this.round;
        }
        rows[token] = row;
      }
      return rows[token]!;
    };
    return {
      classify: (token) => {
        for (let attempt = 0; ; attempt++) {
          const begun = this.round;
          for (let position = 0; position < POSITIONS; position++) {
            const there = windowToken(note, lines, token, position);
            this.parts[position] = there >= 0 ? this.part(rowAt(there), position) : NO_PART;
          }
          if (begun === this.round || attempt > 0) break;
        }
        this.addParts();
        this.finish(output);
        return output;
      },
    };
  }

  /** Grows each time the store is emptied. */
  private round = 0;

  private forget(): void {
    this.round += 1;
    this.count = 0;
    this.filled.fill(0);
    this.rows.length = 0;
    for (let i = 0; i < VARIANTS; i++) this.rows.push(new Map());
  }

  private rowOf(note: Note, token: number): number {
    const variant = variantOf(note, token);
    const key = featureKey(note, token);
    const known = this.rows[variant]!.get(key);
    if (known !== undefined) return known;
    if (this.count === KEPT) this.forget();
    const row = this.count++;
    this.rows[variant]!.set(key, row);
    tokenFeatures(key, variant, this.features, 0);
    const vector = this.vectors.subarray(row * WIDTH, (row + 1) * WIDTH).fill(0);
    const { table } = this.weights;
    for (const feature of this.features)
      if (feature !== 0) for (let i = 0; i < WIDTH; i++) vector[i]! += table[feature * WIDTH + i]!;
    return row;
  }

  /** Where what the token adds to the first layer at a position of the window stands in `kept`. */
  private part(row: number, position: number): number {
    const at = (row * POSITIONS + position) * ROWS;
    if ((this.filled[row]! & (1 << position)) === 0) this.fillPart(row, position, at);
    return at;
  }

  /** Sums of the window, four positions in one pass: fewer passes over the sums are what makes it fast. */
  private addParts(): void {
    const { sums, kept, parts } = this;
    sums.set(this.weights.firstBias);
    for (let position = 0; position < POSITIONS; position += 4) {
      const a = parts[position]!;
      const b = parts[position + 1] ?? NO_PART;
      const c = parts[position + 2] ?? NO_PART;
      const d = parts[position + 3] ?? NO_PART;
      for (let i = 0; i < ROWS; i++) sums[i]! += kept[a + i]! + kept[b + i]! + kept[c + i]! + kept[d + i]!;
    }
  }

  private fillPart(row: number, position: number, at: number): void {
    const { first } = this.weights;
    for (let i = 0; i < ROWS; i++) {
      let sum = 0;
      const from = (i * POSITIONS + position) * WIDTH;
      for (let k = 0; k < WIDTH; k++) sum += first[from + k]! * this.vectors[row * WIDTH + k]!;
      this.kept[at + i] = sum;
    }
    this.filled[row]! |= 1 << position;
  }

  /** SwiGLU, the last layer, softmax. */
  private finish(output: Float32Array): void {
    const { sums } = this;
    const { last } = this;
    output.set(this.weights.lastBias);
    for (let i = 0; i < HIDDEN; i++) {
      const gate = sums[i]!;
      const place = (gate + REACH_OF_TABLE) * STEPS;
      const share = place <= 0 ? 0 : place >= SIGMOID.length - 1 ? 1 : SIGMOID[place | 0]!;
      const unit = gate * share * sums[HIDDEN + i]!;
      if (unit === 0) continue;
      for (let c = 0, at = i * CLASSES; c < CLASSES; c++) output[c]! += last[at + c]! * unit;
    }
    let [top, total] = [Number.NEGATIVE_INFINITY, 0];
    for (const value of output) top = Math.max(top, value);
    for (let c = 0; c < CLASSES; c++) total += output[c] = Math.exp(output[c]! - top);
    for (let c = 0; c < CLASSES; c++) output[c]! /= total;
  }
}
