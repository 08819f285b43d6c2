/** The `forecast:` section of longitude.yaml. */
import { z } from "zod";

export const forecastSchema = z.strictObject({
  /** Futures simulated for each history. */
  futures: z.int().min(1).max(4096).default(16),
  /** Held-out persons of whom futures are simulated for the evidence (simulation costs far more than direct reading). */
  simulatedPersons: z.int().min(0).default(200),
  /** Most tokens of one future. */
  longestFuture: z.int().min(1).max(4096).default(160),
  /** Of the simulated futures. */
  seed: z.int().default(1),
  /** Threads of one operation. */
  threads: z.int().min(1).max(256).default(2),
});

export type ForecastConfig = z.output<typeof forecastSchema>;
