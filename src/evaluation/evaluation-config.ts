/** The `evaluation:` section of longitude.yaml. */
import { z } from "zod";

export const evaluationConfigSchema = z.strictObject({
  /** Bootstrap resamples of persons behind each interval. */
  bootstrap: z.int().min(20).max(100_000).default(500),
  /** Of the resamples. */
  seed: z.int().default(1),
  /** Strata of record length inside which ranking is measured too; 5 are quintiles. */
  recordLengthStrata: z.int().min(1).max(100).default(5),
  /** Fewer onsets by the horizon, or fewer persons known to be free of one, and a task is not judged. */
  minimumEvents: z.int().min(1).default(10),
});
