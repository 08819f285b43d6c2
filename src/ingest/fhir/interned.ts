/**
 * Parts of resources that come again and again, byte for byte: a code, a category, a reference to the same patient.
 * They are parsed once and shared, and what was understood of them is remembered beside them.
 * Invariant: equal bytes give equal values; memory is bounded by the number of slots.
 */
import type { Source } from "./skip-json.ts";

const SLOTS = 1 << 14;
/** Longer parts do not come again. */
const MAX_BYTES = 2048;
const [QUOTE, BACKSLASH, OPEN_LIST, OPEN] = [34, 92, 91, 123];

/** A value with the bytes that it was written in. */
export interface Part {
  readonly hash: number;
  readonly length: number;
  readonly view: DataView;
  readonly value: unknown;
  /** The part that came in its field after it the last time: panels and vital signs come in the same order. */
  follower: Part | null;
  /** It has a slot: others may lead to it and it to others, so that memory stays bounded. */
  kept: boolean;
}

/** What was understood of a shared part, for one order of code systems. */
export interface Understood {
  order?: readonly string[];
  concept?: { readonly code: string; readonly display: string | null } | null;
}

const understood = new WeakMap<object, Understood>();

/** Where to remember what a part means; undefined for a part that is not shared. */
export function understoodOf(part: unknown): Understood | undefined {
  return typeof part === "object" && part !== null ? understood.get(part) : undefined;
}

export class InternedParts {
  readonly #slots: (Part | undefined)[] = new Array<Part | undefined>(SLOTS).fill(undefined);
  /** The last hash that was missed in a slot: what comes a second time is kept. */
  readonly #missed = new Int32Array(SLOTS);

  /** The well-formed JSON between two positions: a shared part, or a value of its own. */
  find({ bytes, view }: Source, from: number, to: number): Part | { readonly value: unknown } {
    const length = to - from;
    if (length > MAX_BYTES) return { value: parsed(bytes, from, to) };
    const hash = hashOf(view, from, to);
    const place = hash & (SLOTS - 1);
    const known = this.#slots[place];
    if (known !== undefined && known.hash === hash && known.length === length && isAt(known, view, from)) {
      return known;
    }
    const value = parsed(bytes, from, to);
    if (this.#missed[place] !== hash) {
      this.#missed[place] = hash;
      return { value };
    }
    const copy = new Uint8Array(length);
    copy.set(bytes.subarray(from, to));
    const part: Part = { hash, length, view: new DataView(copy.buffer), value, follower: null, kept: true };
    if (known !== undefined) {
      known.follower = null;
      known.kept = false;
    }
    this.#slots[place] = part;
    if (typeof value === "object" && value !== null) understood.set(value, {});
    return part;
  }
}

function hashOf(view: DataView, from: number, to: number): number {
  let hash = to - from;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  for (; at < to; at++) hash = Math.imul(hash ^ view.getUint8(at), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

/** Whether the bytes at a position begin with those of the part. */
export function isAt(part: Part, view: DataView, from: number): boolean {
  const { length } = part;
  if (from + length > view.byteLength) return false;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    if (part.view.getInt32(i, true) !== view.getInt32(from + i, true)) return false;
  }
  for (; i < length; i++) if (part.view.getUint8(i) !== view.getUint8(from + i)) return false;
  return true;
}

function parsed(buffer: Buffer, from: number, to: number): unknown {
  const first = buffer[from];
  if (first === QUOTE) return textOf(buffer, from, to);
  return first === OPEN || first === OPEN_LIST
    ? JSON.parse(buffer.toString("utf8", from, to))
    : JSON.parse(buffer.toString("latin1", from, to));
}

/** @param from the opening quote; @param to after the closing one */
export function textOf(buffer: Buffer, from: number, to: number): string {
  let bits = 0;
  for (let at = from + 1; at < to - 1; at++) {
    if (buffer[at] === BACKSLASH) return String(JSON.parse(buffer.toString("utf8", from, to)));
    bits |= buffer[at]!;
  }
  return bits < 128 ? buffer.toString("latin1", from + 1, to - 1) : buffer.toString("utf8", from + 1, to - 1);
}
