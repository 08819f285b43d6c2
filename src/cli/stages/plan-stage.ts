/** Token sequences → a training plan (plan.json and plan.html), as a stage of its own beside the river. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { planPage } from "../../training/plan/plan-page.ts";
import { type PlanEvent, planTraining } from "../../training/plan/plan-training.ts";
import type { Assumptions } from "../../training/plan/training-plan.ts";
import { resolveOutcomes } from "../../vetting/outcome-definition.ts";
import type { Stage } from "../pipeline.ts";
import type { Progress } from "../progress.ts";

export const PLAN_FILE = "plan.json";
export const PLAN_PAGE = "plan.html";

export interface PlanQuestion {
  readonly budgetSeconds: number;
  readonly trialShare: number;
  readonly assumptions: Assumptions;
}

export function planStage(question: PlanQuestion): Stage {
  return {
    name: "plan",
    schemaVersion: 1,
    module: import.meta.filename,
    inputs: ["tokens"],
    configuration: ({ configuration: { training, outcomes } }) => ({ training, outcomes, question }),
    async *run({ site, folder, scratch, input, effects }) {
      const { training, outcomes, name } = site.configuration;
      const options = {
        tokens: input("tokens").folder,
        outcomes: resolveOutcomes(outcomes),
        config: training,
        work: scratch,
        ...question,
      };
      for await (const event of planTraining(options, effects)) {
        if (event.kind !== "done") {
          yield progressOf(event);
          continue;
        }
        const { plan } = event;
        await writeFile(join(folder, PLAN_FILE), `${JSON.stringify(plan, null, 2)}\n`);
        await writeFile(join(folder, PLAN_PAGE), planPage(name, plan));
        const { depth, epochs, loss } = plan.recommended;
        const headline = `depth ${depth}, ${epochs.toFixed(1)} epochs, expected tuning loss ${loss.value.toFixed(3)} (${loss.low.toFixed(3)} to ${loss.high.toFixed(3)}), from ${plan.trials.length} trials`;
        return { headline, figures: { depth, epochs, loss } };
      }
      throw new TypeError("planning ended without its result");
    },
  };
}

function progressOf(event: Exclude<PlanEvent, { kind: "done" }>): Progress {
  if (event.kind === "sizing")
    return { step: `measuring the speed of depth ${event.depth}`, done: 0, total: null, unit: "" };
  return {
    step: `trial ${event.trial} of ${event.of}, ${event.parameters.toLocaleString("en-US")} parameters`,
    done: Math.round(event.tokens),
    total: Math.round(event.total),
    unit: "tokens",
    detail: `loss ${event.loss.toFixed(3)}`,
  };
}
