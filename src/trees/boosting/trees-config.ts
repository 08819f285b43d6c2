/** The `trees:` section of longitude.yaml: how boosted trees grow, in the tree head and in the baselines alike. */
import { z } from "zod";

export const treesSchema = z.strictObject({
  /** Share of each tree's step that is taken. Half of it takes about twice the trees and time; it pays where persons are few. */
  learningRate: z.number().min(0.001).max(1).default(0.08),
  /** Leaves of a tree, at most. */
  leaves: z.int().min(2).max(64).default(6),
  /** Splits above a leaf, at most. */
  depth: z.int().min(1).max(16).default(4),
  /** L2 penalty on leaf values. */
  penalty: z.number().min(0).default(20),
  /** Smallest sum of second derivatives in a leaf: about the events in it, where events are rare. */
  minimumLeafWeight: z.number().min(0).default(10),
  /** Share of the features that each tree may use. */
  featureShare: z.number().positive().max(1).default(0.5),
});

export type TreesConfig = z.output<typeof treesSchema>;
