/**
 * Packs timeline parts into rows of fixed length and rows into batches, as the buffers that the graph takes.
 * Parts of one row are separate segments that cannot see each other, and positions restart with each.
 * Invariant: a person's tokens meet no other person's.
 */
import type { WindowShape } from "../network/training-graph.ts";
import type { EncodedPatient } from "../tokens/encoded-patient.ts";
import type { SequencePart } from "../tokens/lay-out.ts";
import { addOnsetTarget, type OnsetShape, piecesOf } from "./onset-target.ts";

export interface RowPart {
  /** Whose outcomes the ticks of the part are about; null for a text, which has no ticks. */
  readonly patient: EncodedPatient | null;
  readonly part: SequencePart;
}

export interface PatientPart extends RowPart {
  readonly patient: EncodedPatient;
}

export interface WindowBatch {
  readonly shape: WindowShape;
  readonly tokens: BigInt64Array;
  readonly positions: BigInt64Array;
  readonly segments: BigInt64Array;
  readonly targets: BigInt64Array;
  readonly targetWeights: Float32Array;
  readonly reads: BigInt64Array;
  readonly exposure: Float32Array;
  readonly events: Float32Array;
  /** Tokens that are not padding. */
  readonly realTokens: number;
  /** Sum of the weights by which each loss was divided, for exact means over several batches. */
  readonly targetTotal: number;
  readonly readTotal: number;
}

/** Rows of parts whose lengths sum to at most `time`: best fit, longest first; deterministic. */
export function packRows<P extends RowPart>(parts: readonly P[], time: number): P[][] {
  const order = parts.map((_, i) => i);
  order.sort((a, b) => length(parts, b) - length(parts, a) || a - b);
  const rows: P[][] = [];
  const byRoom: number[][] = Array.from({ length: time + 1 }, () => []);
  for (const i of order) {
    const needed = length(parts, i);
    if (needed > time) throw new RangeError("a part is longer than its row");
    let room = needed;
    while (room <= time && byRoom[room]?.length === 0) room++;
    let row: number;
    if (room > time) {
      row = rows.push([]) - 1;
      room = time;
    } else {
      row = byRoom[room]?.pop() as number;
    }
    rows[row]?.push(parts[i] as P);
    byRoom[room - needed]?.push(row);
  }
  return rows;
}

function length(parts: readonly RowPart[], i: number): number {
  return parts[i]?.part.tokens.length ?? 0;
}

/** @param beforeIndexWeight weight of ticks before the index date */
export function buildBatch(
  rows: readonly (readonly RowPart[])[],
  shape: WindowShape,
  onset: OnsetShape,
  beforeIndexWeight: number,
): WindowBatch {
  const { batch, time, reads: capacity } = shape;
  const size = batch * time;
  const columns = onset.outcomes * piecesOf(onset);
  const result = {
    shape,
    tokens: new BigInt64Array(size),
    positions: new BigInt64Array(size),
    segments: new BigInt64Array(size),
    targets: new BigInt64Array(size),
    targetWeights: new Float32Array(size),
    reads: new BigInt64Array(capacity),
    exposure: new Float32Array(capacity * columns),
    events: new Float32Array(capacity * columns),
  };
  let realTokens = 0;
  let targetTotal = 0;
  const ticks: { patient: EncodedPatient; day: number; row: number }[] = [];

  rows.forEach((parts, rowIndex) => {
    let at = rowIndex * time;
    parts.forEach(({ patient, part }, segment) => {
      const count = part.tokens.length;
      for (let i = 0; i < count; i++) {
        result.tokens[at + i] = BigInt(part.tokens[i] as number);
        result.positions[at + i] = BigInt(i);
        result.segments[at + i] = BigInt(segment + 1);
        if (i + 1 < count && i >= part.learnFrom) {
          result.targets[at + i] = BigInt(part.tokens[i + 1] as number);
          result.targetWeights[at + i] = 1;
          targetTotal++;
        }
      }
      for (const tick of part.ticks) {
        const day = part.days[tick] as number;
        if (patient !== null && day < patient.lastDay) ticks.push({ patient, day, row: at + tick });
      }
      at += count;
      realTokens += count;
    });
  });

  let readTotal = 0;
  const rowsInPart = size / shape.microBatches;
  const roomInPart = capacity / shape.microBatches;
  for (let part = 0; part < shape.microBatches; part++) {
    const first = part * roomInPart;
    const own = thin(
      ticks.filter(({ row }) => Math.floor(row / rowsInPart) === part),
      roomInPart,
    );
    own.forEach(({ patient, day, row }, i) => {
      const weight = patient.indexDay > day ? beforeIndexWeight : 1;
      result.reads[first + i] = BigInt(row % rowsInPart);
      addOnsetTarget(patient, day, weight, onset, {
        exposure: result.exposure,
        events: result.events,
        offset: (first + i) * columns,
      });
      readTotal += weight;
    });
    fillUnusedReads(result.reads.subarray(first, first + roomInPart), own.length, rowsInPart);
  }
  scale(result.targetWeights, targetTotal);
  scale(result.exposure, readTotal);
  scale(result.events, readTotal);
  return { ...result, realTokens, targetTotal, readTotal };
}

/** At most `capacity` items, evenly spread. */
function thin<T>(items: readonly T[], capacity: number): readonly T[] {
  if (items.length <= capacity) return items;
  return Array.from({ length: capacity }, (_, i) => items[Math.floor((i * items.length) / capacity)] as T);
}

/** Read positions must be distinct; the unused ones get rows that no tick uses (their targets are zero). */
function fillUnusedReads(reads: BigInt64Array, used: number, size: number): void {
  const taken = new Set(reads.subarray(0, used));
  let free = 0n;
  for (let i = used; i < reads.length; i++) {
    while (taken.has(free)) free++;
    if (free >= BigInt(size)) throw new RangeError("more reads than rows");
    reads[i] = free++;
  }
}

function scale(values: Float32Array, total: number): void {
  if (total === 0) return;
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / total;
}
