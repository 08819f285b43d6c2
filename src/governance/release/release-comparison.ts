/** Two releases on the same persons, as it is told: paired differences with intervals, and what could not be compared and why. */
import { z } from "zod";
import { evaluationSchema } from "../../evaluation/design/evaluation-schema.ts";

const evaluationTask = evaluationSchema.shape.tasks.element;
const task = evaluationTask.pick({ outcome: true, landmark: true, horizon: true });

export const comparedTaskSchema = task.extend({
  n: z.int(),
  /** Onsets by the horizon. */
  events: z.int(),
  /** The first release minus the other; null where the task cannot be judged. */
  differences: evaluationTask.shape.differences.valueType.nullable(),
});

export const releaseComparisonSchema = z.strictObject({
  schema: z.literal("longitude.release-comparison/1"),
  release: z.string(),
  with: z.string(),
  /** Held out by both, and forecast by both. */
  persons: z.int(),
  tasks: z.array(comparedTaskSchema),
  /** Tasks that only one of them has forecast, or both for no person alike. */
  notCompared: z.array(
    task.extend({ because: z.enum(["only the first", "only the second", "no person alike"]) }),
  ),
  /** Outcomes that the second defines otherwise: they are measured as the first defines them. */
  redefined: z.array(z.string()),
});

export type ReleaseComparison = z.output<typeof releaseComparisonSchema>;
