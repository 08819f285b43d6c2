/** A figure of vetting with its 95 % interval and the number of items behind it. */
import { z } from "zod";

export const intervalSchema = z.strictObject({
  value: z.number(),
  low: z.number(),
  high: z.number(),
  n: z.int(),
  method: z.string(),
});

export type Interval = z.output<typeof intervalSchema>;
