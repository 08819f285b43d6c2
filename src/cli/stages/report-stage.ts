/** Evidence and what lies beside it → one HTML file, as a stage of the site. */
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import type { Stage } from "../pipeline.ts";
import { EVALUATION_FILE, EVIDENCE_FILE } from "./measure-forecasts.ts";
import { writeReport } from "./write-report.ts";

const SOURCES = ["records", "tokens", "model", "forecasts", "baselines", "evaluation", "audits"] as const;

export const reportStage: Stage = {
  name: "report",
  schemaVersion: 1,
  module: import.meta.filename,
  inputs: SOURCES,
  configuration: ({ configuration: { name, outcomes, splits, training, forecast, evaluation } }) => ({
    name,
    outcomes,
    seeds: [splits.seed, training.seed, forecast.seed, evaluation.seed],
  }),
  async *run({ site, folder, input }) {
    yield { step: "drawing", done: 0, total: null, unit: "" };
    const artefacts = SOURCES.map((role) => {
      const { id, codeVersion } = input(role).manifest;
      return { role, id, codeVersion };
    });
    const { configuration } = site;
    const evaluation = await writeReport({
      folders: {
        records: input("records").folder,
        tokens: input("tokens").folder,
        model: input("model").folder,
        forecasts: input("forecasts").folder,
        evaluation: input("evaluation").folder,
        audits: input("audits").folder,
      },
      configuration,
      measured: "held out",
      artefacts,
      commands: ["npm ci", `npx longitude build --site path/to/${configuration.name}`],
      out: folder,
    });
    for (const file of [EVALUATION_FILE, EVIDENCE_FILE])
      await copyFile(join(input("evaluation").folder, file), join(folder, file));
    const { persons, tasks } = evaluation;
    return {
      headline: `one page and ${EVALUATION_FILE}: ${tasks.length} tasks on ${persons.toLocaleString("en-US")} persons`,
      figures: { persons, tasks: tasks.length },
    };
  },
};
