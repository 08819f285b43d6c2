/** Records of development persons → fitted baselines, as a stage of the site. Held-out persons are not read. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ARTEFACT_DAMAGED } from "../../errors/registry.ts";
import { fitBaselines } from "../../evaluation/baselines/fit-baselines.ts";
import { readTreeHead } from "../../trees/hazards/tree-head.ts";
import type { Stage } from "../pipeline.ts";
import { readHistories } from "./read-histories.ts";

export const BASELINES_FILE = "baselines.json";

export const baselinesStage: Stage = {
  name: "baselines",
  schemaVersion: 1,
  module: import.meta.filename,
  inputs: ["records", "hazards"],
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
    const treeHead = await readTreeHead(input("hazards").folder);
    if (treeHead === null) throw new LongitudeError(ARTEFACT_DAMAGED, "the boosted hazards are missing");
    const fitting = fitBaselines({ histories, isTuning, outcomes, treeHead, trees, seed: shares.seed });
    for (;;) {
      const step = await fitting.next();
      if (step.done === true) {
        const models = step.value;
        await writeFile(join(folder, BASELINES_FILE), JSON.stringify(models));
        const { tasks, unfitted } = models;
        return {
          headline: `${tasks.length} tasks on ${histories.length.toLocaleString("en-US")} development persons; ${unfitted.length} with too few onsets`,
          figures: { persons: histories.length, tasks: tasks.length, unfitted: unfitted.length },
        };
      }
      const { outcome, landmark, done, total } = step.value;
      yield { step: "fitting", done, total, unit: "tasks", detail: `${outcome} from ${landmark}` };
    }
  },
};
