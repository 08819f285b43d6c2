/** Forecasts, baselines and records of held-out persons → evidence, as a stage of the site. */
import { designOf } from "../../evaluation/design/evaluation-design.ts";
import type { Evaluation } from "../../evaluation/design/evaluation-schema.ts";
import type { Stage } from "../pipeline.ts";
import { measureForecasts } from "./measure-forecasts.ts";
import { readHistories } from "./read-histories.ts";

export const evaluationStage: Stage = {
  name: "evaluation",
  schemaVersion: 1,
  module: import.meta.filename,
  inputs: ["records", "forecasts", "baselines"],
  configuration: ({ configuration: { evaluation, cohort, outcomes, splits }, vetting }) => ({
    evaluation,
    design: designOf(splits.holdOut),
    cohort,
    outcomes,
    vetting,
  }),
  async *run({ site, folder, input }) {
    const { configuration } = site;
    yield { step: "reading", done: 0, total: null, unit: "" };
    const { histories } = await readHistories(
      input("records").folder,
      configuration.cohort,
      configuration.outcomes,
      ["held_out"],
    );
    const evaluation = yield* measureForecasts({
      histories,
      design: designOf(configuration.splits.holdOut),
      configuration,
      vetting: site.vetting,
      forecasts: input("forecasts").folder,
      baselines: input("baselines").folder,
      out: folder,
    });
    const { persons, summary } = evaluation;
    return { headline: headlineOf(evaluation), figures: { persons, summary } };
  },
};

/** The main ranking figure: mean C-index over outcomes from the first landmark, beside the strongest baseline. */
function headlineOf({ persons, mainModel, baselines, summary }: Evaluation): string {
  const first = summary[0];
  const mean = (model: string) => first?.models[model]?.cIndex ?? null;
  const written = (model: string) => {
    const estimate = mean(model);
    return estimate === null
      ? "not measured"
      : `${estimate.value.toFixed(3)} (${estimate.low.toFixed(3)} to ${estimate.high.toFixed(3)})`;
  };
  const strongest = [...baselines].sort((a, b) => (mean(b)?.value ?? 0) - (mean(a)?.value ?? 0))[0] ?? "none";
  return `${persons.toLocaleString("en-US")} persons; mean C-index over ${first?.outcomes.length ?? 0} outcomes from ${first?.landmark ?? "?"}: ${mainModel} ${written(mainModel)}, ${strongest} ${written(strongest)}`;
}
