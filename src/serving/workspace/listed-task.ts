/** What is forecast, as the choices of a worklist's filter have it. */
import { z } from "zod";
import type { ServedTask } from "../answers/served-model.ts";

export const listedTaskSchema = z.strictObject({
  outcome: z.string(),
  title: z.string(),
  horizon: z.string(),
  /** Share of the persons measured to whom it happened; null where it was not measured. */
  usual: z.number().nullable(),
});

export type ListedTask = z.output<typeof listedTaskSchema>;

export function listedTask({ outcome, horizon, evidence }: ServedTask): ListedTask {
  return {
    outcome: outcome.name,
    title: outcome.title,
    horizon,
    usual: evidence?.observedIncidence?.value ?? null,
  };
}
