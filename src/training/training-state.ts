/**
 * Everything that a run needs to go on exactly where it was: weights, optimiser, average, best so far, position.
 * Invariant: a state on disk is complete; the one before stays until the next is whole.
 */
import { existsSync } from "node:fs";
import { LongitudeError } from "../errors/longitude-error.ts";
import { TRAINING_DATA_CHANGED, TRAINING_STATE_MISMATCH } from "../errors/registry.ts";
import type { ParameterLayout } from "../network/parameters.ts";
import { readSafetensors, type Tensor, tensorData, writeSafetensors } from "../tokens/safetensors.ts";

export const STATE_VECTORS = ["parameters", "momentum", "variance", "average"] as const;
export type StateVectors = Record<(typeof STATE_VECTORS)[number], Float32Array>;

export interface TuningPoint {
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly nextEventLoss: number;
  readonly onsetLoss: number;
  /** Mean training losses of the epoch. */
  readonly trainingNextEventLoss: number;
  readonly trainingOnsetLoss: number;
}

export interface TrainingPosition {
  /** Optimiser steps done. */
  readonly step: number;
  readonly epoch: number;
  /** Batches of this epoch already used. */
  readonly batchInEpoch: number;
  /** Sums of the running epoch's training losses. */
  readonly nextEventSum: number;
  readonly onsetSum: number;
  readonly curve: readonly TuningPoint[];
  readonly finished: boolean;
}

export interface TrainingState {
  readonly position: TrainingPosition;
  readonly vectors: StateVectors;
  /** Averaged weights at the best tuning loss. */
  readonly best: Float32Array;
}

const SCHEMA = "longitude.training-state/2";

/** Zeros, in memory that threads can share. */
export function emptyVectors(layout: ParameterLayout): StateVectors {
  const vector = () => new Float32Array(new SharedArrayBuffer(Float32Array.BYTES_PER_ELEMENT * layout.size));
  return { parameters: vector(), momentum: vector(), variance: vector(), average: vector() };
}

/** What a state belongs to. */
export interface RunIdentity {
  /** Identifies configuration, tokens and code: a state of another run is never continued. */
  readonly run: string;
  /** Fingerprint of the token files as they were read. */
  readonly data: string;
}

export function writeTrainingState(path: string, state: TrainingState, { run, data }: RunIdentity): void {
  const tensors = new Map<string, Tensor>();
  for (const name of STATE_VECTORS)
    tensors.set(name, { data: state.vectors[name], shape: [state.vectors[name].length] });
  tensors.set("best", { data: state.best, shape: [state.best.length] });
  writeSafetensors(path, tensors, { schema: SCHEMA, run, data, position: JSON.stringify(state.position) });
}

/** The stored state, or null when there is none. */
export function readTrainingState(
  path: string,
  { run, data }: RunIdentity,
  layout: ParameterLayout,
): TrainingState | null {
  if (!existsSync(path)) return null;
  const file = readSafetensors(path);
  if (file.metadata.schema !== SCHEMA)
    throw new LongitudeError(TRAINING_STATE_MISMATCH, `the stored training state ${path} has another schema`);
  if (file.metadata.run !== run)
    throw new LongitudeError(
      TRAINING_STATE_MISMATCH,
      `the stored training state ${path} belongs to another run`,
    );
  if (file.metadata.data !== data)
    throw new LongitudeError(
      TRAINING_DATA_CHANGED,
      `the token files are not those of the stored training state ${path}`,
    );
  const vector = (name: string): Float32Array => {
    const data = tensorData(file, name, Float32Array);
    if (data.length !== layout.size)
      throw new LongitudeError(TRAINING_STATE_MISMATCH, `the stored training state ${path} has another size`);
    return data;
  };
  return {
    position: JSON.parse(file.metadata.position ?? "{}") as TrainingPosition,
    vectors: {
      parameters: vector("parameters"),
      momentum: vector("momentum"),
      variance: vector("variance"),
      average: vector("average"),
    },
    best: vector("best"),
  };
}
