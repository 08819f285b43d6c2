/** The trained body's state at many clock ticks of many persons: computed once, because the body stays as it is. */
import type { Random } from "../../effects/random.ts";
import { GraphSession } from "../../network/session.ts";
import { stateGraph } from "../../network/state-graph.ts";
import type { EncodedPatient } from "../../tokens/encoded-patient.ts";
import type { Checkpoint } from "../checkpoint.ts";
import { type PlannedBatch, planEpoch, rowLengthsFor } from "../epoch-plan.ts";
import type { PatientPart } from "../window-batch.ts";
import type { Tick } from "./query-pairs.ts";

export interface TickStates {
  readonly ticks: readonly Tick[];
  /** [ticks x width] */
  readonly states: Float32Array;
  /** [ticks], log of the sum of exp(logit) over the vocabulary. */
  readonly logTotals: Float32Array;
}

const TOKENS_AT_ONCE = 2048;

export interface TickStateOptions {
  readonly context: number;
  readonly learnUntilDays: number;
  /** Ticks before the index date are taken with this probability. */
  readonly beforeIndexShare: number;
  /** Ticks wanted; persons are taken in an order drawn by `random` until there are so many. */
  readonly most: number;
  readonly threads: number;
  readonly random: Random;
}

export async function tickStates(
  checkpoint: Checkpoint,
  patients: readonly EncodedPatient[],
  options: TickStateOptions,
): Promise<TickStates> {
  const { architecture, weights, vocabulary } = checkpoint;
  const { random, threads } = options;
  const context = Math.min(options.context, architecture.context);
  const planned = planEpoch(
    patients,
    {
      vocabulary,
      rowLengths: rowLengthsFor(context),
      batchTokens: TOKENS_AT_ONCE,
      threads: 1,
      learnUntilDays: options.learnUntilDays,
    },
    random.fork("clock"),
  );
  const sessions = new Map<number, GraphSession>();
  const thinning = random.fork("ticks before the index date");
  const ticks: Tick[] = [];
  const states: Float32Array[] = [];
  const logTotals: Float32Array[] = [];
  try {
    for (const batch of planned) {
      const { feeds, found } = rowsOf(batch, options.beforeIndexShare, thinning);
      if (found.length === 0) continue;
      const { time } = batch.shape;
      let session = sessions.get(time);
      if (session === undefined) {
        const shape = { batch: batch.shape.batch, time, reads: feeds.reads.length };
        session = await GraphSession.open(stateGraph(architecture, shape), threads);
        sessions.set(time, session);
      }
      const results = await session.run({ parameters: weights, ...feeds });
      const used = found.length * architecture.width;
      states.push((results.states as Float32Array).slice(0, used));
      logTotals.push((results.logTotals as Float32Array).slice(0, found.length));
      ticks.push(...found);
      if (ticks.length >= options.most) break;
    }
  } finally {
    for (const session of sessions.values()) await session.close();
  }
  return { ticks, states: joined(states), logTotals: joined(logTotals) };
}

function rowsOf({ rows, shape }: PlannedBatch<PatientPart>, beforeIndexShare: number, random: Random) {
  const { batch, time, reads: room } = shape;
  const feeds = {
    tokens: new BigInt64Array(batch * time),
    positions: new BigInt64Array(batch * time),
    segments: new BigInt64Array(batch * time),
    reads: new BigInt64Array(room),
  };
  const found: Tick[] = [];
  for (const [row, parts] of rows.entries()) {
    let at = row * time;
    for (const [segment, { patient, part }] of parts.entries()) {
      part.tokens.forEach((token, i) => {
        feeds.tokens[at + i] = BigInt(token);
        feeds.positions[at + i] = BigInt(i);
        feeds.segments[at + i] = BigInt(segment + 1);
      });
      for (const tick of part.ticks) {
        const day = part.days[tick] as number;
        const taken = !(patient.indexDay > day) || random.next() < beforeIndexShare;
        if (day >= patient.lastDay || !taken || found.length === room) continue;
        feeds.reads[found.length] = BigInt(at + tick);
        found.push({ patient, day });
      }
      at += part.tokens.length;
    }
  }
  return { feeds, found };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
