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
  /** Risks at which decisions are measured: sensitivity, predictive values, alerts, net benefit. */
  thresholds: z.array(z.number().gt(0).lt(1)).default([0.1, 0.2]),
  /** Shares of persons flagged at which decisions are measured; subgroups are compared at the first of them. */
  alertShares: z.array(z.number().gt(0).lt(1)).min(1).default([0.1, 0.05]),
  /** Groups of fewer persons are taken together and have no figures. */
  minimumCell: z.int().min(2).default(11),
  /** Threads that resample; the figures do not depend on it. */
  threads: z.int().min(1).max(256).default(2),
});
