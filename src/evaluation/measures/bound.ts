/** A bound that one end of an estimate has to keep: what gates and audits judge by. */
import { z } from "zod";
import type { Estimate } from "./estimate.ts";

export const boundSchema = z
  .strictObject({
    /** Which end of the estimate is compared. */
    on: z.enum(["value", "low", "high"]),
    /** Lowest value that passes. */
    atLeast: z.number().optional(),
    /** Highest value that passes. */
    atMost: z.number().optional(),
  })
  .refine(
    ({ atLeast, atMost }) => atLeast !== undefined || atMost !== undefined,
    "a bound has atLeast or atMost",
  );

export type Bound = z.output<typeof boundSchema>;

export function holds({ on, atLeast, atMost }: Bound, estimate: Estimate): boolean {
  const value = estimate[on];
  return (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);
}

/** `at least 0.7 and at most 1.4` */
export function boundsText({ atLeast, atMost }: Bound): string {
  return [
    ...(atLeast === undefined ? [] : [`at least ${atLeast}`]),
    ...(atMost === undefined ? [] : [`at most ${atMost}`]),
  ].join(" and ");
}
