/** Forecasts, baselines and records of held-out persons → evidence, as a stage of the site. */
import type { Stage } from "../pipeline.ts";
import { measureForecasts } from "./measure-forecasts.ts";
import { readHistories } from "./read-histories.ts";

export const evaluationStage: Stage = {
  name: "evaluation",
  schemaVersion: 1,
  module: import.meta.filename,
  inputs: ["records", "forecasts", "baselines"],
  configuration: ({ configuration: { evaluation, cohort, outcomes } }) => ({ evaluation, cohort, outcomes }),
  async *run({ site, folder, input }) {
    const { configuration } = site;
    yield { step: "reading", done: 0, total: null, unit: "" };
    const { histories } = await readHistories(
      input("records"),
      configuration.cohort,
      configuration.outcomes,
      ["held_out"],
    );
    const { persons, summary } = yield* measureForecasts({
      histories,
      configuration,
      forecasts: input("forecasts"),
      baselines: input("baselines"),
      out: folder,
    });
    return { persons, summary };
  },
};
