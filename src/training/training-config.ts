/** The `training:` section of longitude.yaml. One dial, `depth`; the rest is derived unless stated. */
import { z } from "zod";
import { DAYS_PER_YEAR, parseDurationDays } from "../vetting/duration.ts";
import type { OutcomeDefinition } from "../vetting/outcome-definition.ts";

const duration = z.string().refine((text) => parseDurationDays(text) !== null, {
  message: 'a duration is a number and a unit, e.g. "12h", "1y"',
});

export const trainingSchema = z.strictObject({
  /** Of the weights' start, the order of persons and dropout. */
  seed: z.int().default(1),
  /** Layers of the decoder; width, heads and feed-forward follow from it. */
  depth: z.int().min(1).max(48).default(4),
  /** Size of the state at each token; derived from `depth` when absent. */
  width: z.int().min(8).optional(),
  /** Attention heads; derived from the width when absent. */
  heads: z.int().min(1).optional(),
  /** Inner size of the feed-forward part; derived from the width when absent. */
  feedForward: z.int().min(8).optional(),
  /** Longest part of a timeline read at once, tokens. */
  context: z.int().min(32).max(8192).default(256),
  /** Tokens in one step, padding of the last row included. */
  batchTokens: z.int().min(64).default(1024),
  /** Passes over the training persons, at most. */
  epochs: z.int().min(1).default(10),
  /** Epochs without a better tuning loss before training stops. */
  patience: z.int().min(1).default(2),
  /** Peak learning rate; derived from the width when absent. */
  learningRate: z.number().positive().optional(),
  /** Share of the steps over which the learning rate rises. */
  warmupShare: z.number().min(0).max(0.5).default(0.05),
  /** Decoupled weight decay of AdamW, on matrices only. */
  weightDecay: z.number().min(0).default(0.1),
  /** Share of activations that are dropped while training. */
  dropout: z.number().min(0).max(0.9).default(0.15),
  /** A larger norm of the whole gradient is scaled down to it. */
  clipNorm: z.number().positive().default(1),
  /** Decay a step of the running average of the weights, which is what is kept. */
  averageDecay: z.number().min(0).max(0.99999).default(0.99),
  /** Weight of the onset loss beside the next-event loss. */
  onsetWeight: z.number().positive().default(1),
  /** Weight of a clock tick before the index date, against 1 from the index date on. */
  beforeIndexWeight: z.number().min(0).max(1).default(0.3),
  /** Inner edges of the pieces of the onset hazards; 0.1 to 1.5 of the longest horizon asked when absent. */
  hazardEdges: z.array(duration).min(1).optional(),
  /** Time after the index date beyond which a record teaches outcomes only, not the events themselves; never when absent. */
  learnUntil: duration.optional(),
  /** Whether boosted hazards on features of the record have a say in risks read directly; how much, tuning persons decide. */
  treeHead: z.boolean().default(true),
  /** Made-up records among those learned from, by which the privacy audit tells whether the model learns by heart; one for 500 persons, 4 to 32, when absent. */
  plantedRecords: z.int().min(0).max(1000).optional(),
  /** Threads that work side by side; part of the recipe, because sums in another order round differently. */
  threads: z.int().min(1).max(256).default(2),
  /** Checkpoint folder to go on from, for example one that `longitude import` wrote; relative to longitude.yaml. */
  from: z.string().min(1).optional(),
  /** What trains: ONNX Runtime in this process, or PyTorch under torchrun (`trainers/torch`). */
  engine: z.enum(["embedded", "torch"]).default("embedded"),
  /** Processes of the torch engine on this machine. */
  processes: z.int().min(1).default(1),
  /** How the torch engine spreads the model: a copy in each process, or parameters sharded (FSDP2). */
  sharding: z.enum(["ddp", "fsdp"]).default("ddp"),
});

export type TrainingConfig = z.output<typeof trainingSchema>;

/** Of the longest horizon: fine where most onsets that are asked for lie, and somewhat beyond it. */
const SHARES_OF_HORIZON = [0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5];

/** Inner edges of the hazard pieces, years, ascending. */
export function hazardEdgesYears(config: TrainingConfig, outcomes: readonly OutcomeDefinition[]): number[] {
  const given = config.hazardEdges?.map((text) => (parseDurationDays(text) as number) / DAYS_PER_YEAR);
  if (given !== undefined) return [...new Set(given)].sort((a, b) => a - b);
  const horizons = outcomes.flatMap(({ predictionTimes }) => predictionTimes.flatMap((at) => at.horizons));
  const longest = Math.max(...horizons.map(({ days }) => days)) / DAYS_PER_YEAR;
  return SHARES_OF_HORIZON.map((share) => share * longest);
}

/** 1e-3 at width 128, falling with the square root of the width. */
export function derivedLearningRate(width: number): number {
  return 1e-3 * Math.sqrt(128 / width);
}
