/**
 * Which split a person belongs to: a seeded hash of the group key, so that a group is always whole in one split
 * and a person keeps the split when others come or go.
 */
import { z } from "zod";
import type { Split } from "../timeline/patient-event.ts";
import { holdOutSchema } from "./hold-out.ts";
import { hash53 } from "./subject-key.ts";

export const splitsSchema = z
  .strictObject({
    /** Another seed draws other groups for each split. */
    seed: z.number().int().default(1),
    /** Share of the groups that the model learns from; the three shares sum to 1. */
    train: z.number().min(0).max(1).default(0.7),
    /** Share for early stopping and for tuning the baselines. */
    tuning: z.number().min(0).max(1).default(0.1),
    /** Share that only the evaluation sees. */
    heldOut: z.number().min(0).max(1).default(0.2),
    /** Holds out by time or by site instead of by chance; `train` and `tuning` then share everybody else. */
    holdOut: holdOutSchema.optional(),
  })
  .refine((shares) => Math.abs(shares.train + shares.tuning + shares.heldOut - 1) < 1e-9, {
    message: "train, tuning and heldOut must sum to 1",
  });
export type SplitShares = z.output<typeof splitsSchema>;

/** Shares of those who are learned from, where it is not chance that holds out. */
export function learningShares(shares: SplitShares): SplitShares {
  const learned = shares.train + shares.tuning;
  return { ...shares, train: shares.train / learned, tuning: shares.tuning / learned, heldOut: 0 };
}

export function assignSplit(groupKey: string, shares: SplitShares): Split {
  const position = hash53(`longitude.split/1\0${shares.seed}\0${groupKey}`) / 2 ** 53;
  if (position < shares.train) return "train";
  return position < shares.train + shares.tuning ? "tuning" : "held_out";
}
