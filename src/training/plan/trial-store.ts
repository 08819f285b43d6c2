/** Where a trial stands, on disk: replaced whole at each measured length, so that an interrupted plan goes on from there. */
import { existsSync } from "node:fs";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { TRAINING_STATE_MISMATCH } from "../../errors/registry.ts";
import type { ParameterLayout } from "../../network/parameters.ts";
import { readSafetensors, type Tensor, tensorData, writeSafetensors } from "../../tokens/safetensors.ts";
import { STATE_VECTORS, type StateVectors } from "../training-state.ts";
import type { TrialPoint } from "./training-plan.ts";

const SCHEMA = "longitude.plan-trial/1";

export interface TrialState {
  readonly step: number;
  readonly epoch: number;
  readonly batchInEpoch: number;
  readonly tokens: number;
  /** Of all training steps, those of cooling down included. */
  readonly seconds: number;
  readonly trainedTokens: number;
  readonly points: readonly TrialPoint[];
}

interface StoredTrial {
  readonly state: TrialState;
  readonly vectors: StateVectors;
}

export class TrialStore {
  constructor(private readonly path: string) {}

  /** Null when the trial has not been begun. */
  read(layout: ParameterLayout): StoredTrial | null {
    if (!existsSync(this.path)) return null;
    const file = readSafetensors(this.path);
    const vector = (name: string): Float32Array => {
      const data = tensorData(file, name, Float32Array);
      if (file.metadata.schema !== SCHEMA || data.length !== layout.size)
        throw new LongitudeError(TRAINING_STATE_MISMATCH, `the stored trial ${this.path} is of another plan`);
      return data;
    };
    return {
      state: JSON.parse(file.metadata.state ?? "{}") as TrialState,
      vectors: {
        parameters: vector("parameters"),
        momentum: vector("momentum"),
        variance: vector("variance"),
        average: vector("average"),
      },
    };
  }

  write({ state, vectors }: StoredTrial): void {
    const tensors = new Map<string, Tensor>();
    for (const name of STATE_VECTORS)
      tensors.set(name, { data: vectors[name], shape: [vectors[name].length] });
    writeSafetensors(this.path, tensors, { schema: SCHEMA, state: JSON.stringify(state) });
  }
}
