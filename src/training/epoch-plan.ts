/**
 * The batches of one epoch, determined by seed and epoch alone, so that a run that resumes sees what it would have.
 * Each epoch every person's clock gets a new phase: half of the time a tick falls on the index date (where forecasts
 * are asked for), otherwise anywhere in its period. A share of the notes is hidden, each epoch others, so that the
 * model also knows records in which a note is not read: those of its own simulated futures.
 */
import type { Random } from "../effects/random.ts";
import type { WindowShape } from "../network/training-graph.ts";
import type { EncodedPatient } from "../tokens/encoded-patient.ts";
import { layOut, partsOf } from "../tokens/lay-out.ts";
import type { Vocabulary } from "../tokens/vocabulary.ts";
import { DAYS_PER_YEAR } from "../vetting/duration.ts";
import { type PatientPart, packRows, type RowPart } from "./window-batch.ts";

export interface PlannedBatch<P extends RowPart = RowPart> {
  readonly shape: WindowShape;
  readonly rows: readonly (readonly P[])[];
}

export interface EpochPlanOptions {
  readonly vocabulary: Vocabulary;
  /** Row lengths, ascending; the last is the context. A part goes to the shortest that holds it. */
  readonly rowLengths: readonly number[];
  readonly batchTokens: number;
  readonly threads: number;
  /** Days after the index date beyond which nothing is laid out; never when absent. */
  readonly learnUntilDays?: number;
}

/** Rows that a micro-batch works on: few enough that its activations stay near the core. */
const ROWS_IN_CACHE = 512;

const HIDDEN_NOTES = 0.15;

/** Row lengths for a context: short rows for the many short timelines, because attention grows with the square. */
export function rowLengthsFor(context: number): number[] {
  const lengths = [context];
  while ((lengths[0] as number) > 128) lengths.unshift(Math.ceil((lengths[0] as number) / 2));
  return lengths;
}

/**
 * A step's windows, cut into micro-batches so that every thread has as many, if there are windows enough.
 * @param reads whether the onset head is trained
 */
export function windowShapeFor(
  time: number,
  batchTokens: number,
  threads: number,
  reads = true,
): WindowShape {
  const windows = Math.max(1, Math.floor(batchTokens / time));
  const turns = Math.max(1, Math.round((windows * time) / ROWS_IN_CACHE / threads));
  const microBatches = Math.min(windows, turns * threads);
  const each = Math.floor(windows / microBatches);
  return {
    batch: each * microBatches,
    time,
    reads: reads ? microBatches * Math.max(1, Math.floor((each * time) / 2)) : 0,
    microBatches,
  };
}

/** @param random null for the fixed plan of an evaluation: every clock ticks on the index date, order kept */
export function planEpoch(
  patients: readonly EncodedPatient[],
  options: EpochPlanOptions,
  random: Random | null,
): PlannedBatch<PatientPart>[] {
  const context = options.rowLengths.at(-1) as number;
  const parts: PatientPart[] = [];
  for (const patient of patients) {
    const sequence = layOut(patient, options.vocabulary, {
      anchorDay: clockAnchor(patient, options.vocabulary.file.clockYears * DAYS_PER_YEAR, random),
      untilDay: lastTaughtDay(patient, options.learnUntilDays),
      hideNote: random === null ? undefined : () => random.next() < HIDDEN_NOTES,
    });
    for (const part of partsOf(sequence, context)) parts.push({ patient, part });
  }
  return planRows(parts, options, random);
}

/** Parts into rows and rows into batches. @param random null keeps the order */
export function planRows<P extends RowPart>(
  parts: readonly P[],
  options: Pick<EpochPlanOptions, "rowLengths" | "batchTokens" | "threads"> & { readonly reads?: boolean },
  random: Random | null,
): PlannedBatch<P>[] {
  const byLength = new Map<number, P[]>(options.rowLengths.map((time) => [time, []]));
  for (const part of parts) {
    const time = options.rowLengths.find((length) => length >= part.part.tokens.length) as number;
    byLength.get(time)?.push(part);
  }
  const planned: PlannedBatch<P>[] = [];
  for (const [time, ofLength] of byLength) {
    random?.shuffle(ofLength);
    const rows = packRows(ofLength, time);
    random?.shuffle(rows);
    const shape = windowShapeFor(time, options.batchTokens, options.threads, options.reads);
    for (let i = 0; i < rows.length; i += shape.batch)
      planned.push({ shape, rows: rows.slice(i, i + shape.batch) });
  }
  return random === null ? planned : random.shuffle(planned);
}

/** The last day of a record that is laid out; what comes later is known to the onset head as outcomes only. */
export function lastTaughtDay({ indexDay, lastDay }: EncodedPatient, learnUntilDays = Infinity): number {
  return Number.isFinite(indexDay) ? Math.min(lastDay, indexDay + learnUntilDays) : lastDay;
}

function clockAnchor(patient: EncodedPatient, periodDays: number, random: Random | null): number {
  const index = Number.isFinite(patient.indexDay) ? patient.indexDay : patient.lastDay;
  if (random === null || random.next() < 0.5) return index;
  return index + random.next() * periodDays;
}
