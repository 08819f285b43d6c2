/** Records of development persons → boosted hazards of every outcome, as a stage of the site. Held-out persons are not read. */
import { fitTreeHead } from "../../trees/hazards/fit-tree-head.ts";
import { WITHOUT_TUNING_FILE, writeTreeHead } from "../../trees/hazards/tree-head.ts";
import type { Stage } from "../pipeline.ts";
import { readHistories } from "./read-histories.ts";

export const hazardsStage: Stage = {
  name: "hazards",
  schemaVersion: 1,
  module: import.meta.filename,
  inputs: ["records"],
  after: ["quality"],
  configuration: ({ configuration: { cohort, outcomes, splits, trees } }) => ({
    cohort,
    outcomes,
    trees,
    seed: splits.seed,
  }),
  async *run({ site, folder, input }) {
    const { cohort, outcomes, splits: shares, trees } = site.configuration;
    yield { step: "reading", done: 0, total: null, unit: "" };
    const { histories, splits } = await readHistories(input("records").folder, cohort, outcomes, [
      "train",
      "tuning",
    ]);
    const isTuning = Uint8Array.from(splits, (split) => (split === "tuning" ? 1 : 0));
    const fitting = fitTreeHead({ histories, isTuning, outcomes, trees, seed: shares.seed });
    for (;;) {
      const step = await fitting.next();
      if (step.done === true) {
        const { head, withoutTuning } = step.value;
        await writeTreeHead(folder, head);
        await writeTreeHead(folder, withoutTuning, WITHOUT_TUNING_FILE);
        const fitted = head.hazards.outcomes;
        const grown = fitted.reduce((sum, { model }) => sum + model.trees.length, 0);
        return {
          headline: `${fitted.length} outcomes, ${grown.toLocaleString("en-US")} trees on ${histories.length.toLocaleString("en-US")} development persons`,
          figures: { persons: histories.length, outcomes: fitted.length, trees: grown },
        };
      }
      const { outcome, done, total } = step.value;
      yield { step: "growing trees", done, total, unit: "outcomes", detail: outcome };
    }
  },
};
