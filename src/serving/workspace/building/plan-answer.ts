/** The site's training plan (`SITE/plan/plan.json`), with its law as lines to draw. */
import { join } from "node:path";
import { z } from "zod";
import { budgetLine, reachOf } from "../../../training/plan/budget-lines.ts";
import { planSchema } from "../../../training/plan/training-plan.ts";
import type { ServerContext } from "../../server-context.ts";
import { readJson } from "./read-json.ts";

export const planAnswerSchema = z.strictObject({
  /** Null: the site has none, or one of another version. */
  plan: planSchema
    .pick({ budgetHours: true, trials: true, check: true, recommended: true, rows: true, configured: true })
    .extend({
      relativeError: z.number(),
      /** Of each row, in their order: parameters and expected loss. */
      lines: z.array(z.array(z.tuple([z.number(), z.number()]).readonly())),
    })
    .nullable(),
});

export type PlanAnswer = z.output<typeof planAnswerSchema>;

export async function planAnswer({ folder }: ServerContext): Promise<PlanAnswer> {
  const plan = await readJson(join(folder, "plan", "plan.json"), planSchema);
  if (plan === null) return { plan: null };
  const { budgetHours, trials, check, recommended, rows, configured, law } = plan;
  const reach = reachOf(plan);
  return {
    plan: {
      budgetHours,
      trials,
      check,
      recommended,
      rows,
      configured,
      relativeError: law.relativeError,
      lines: rows.map((row) => budgetLine(plan, row.budgetHours ?? 0, reach)),
    },
  };
}
