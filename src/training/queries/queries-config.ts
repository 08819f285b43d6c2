/** The `queries:` section of longitude.yaml: the head that reads the risk of any set of events, and its evidence. */
import { z } from "zod";

export const queriesSchema = z.strictObject({
  /** Whether a query head is taught on the trained body; without one, what the model was not trained for is simulated. */
  head: z.boolean().default(true),
  /** Steps of its training. */
  steps: z.int().min(1).default(400),
  /** Inner size of the head. */
  hidden: z.int().min(8).default(96),
  /** Peak learning rate. */
  learningRate: z.number().positive().default(2e-3),
  /** Clock ticks of training persons that it learns from, at most. */
  ticks: z.int().min(1).default(40_000),
  /** Tuning persons on whom the query head is compared with simulation; 0 measures nothing. */
  evidencePersons: z.int().min(0).default(200),
  /** Sets of events drawn at random for that comparison, beside the site's outcomes. */
  evidenceSets: z.int().min(0).default(12),
  /** Of the training and of what is compared. */
  seed: z.int().default(1),
});
