/** Checkpoint and records of held-out persons → risks and simulated futures, as a stage of the site. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ForecastEvent, type ForecastSummary, forecast } from "../../forecast/forecast.ts";
import { openTimelineStore } from "../../timeline/open-timeline-store.ts";
import type { Split } from "../../timeline/patient-event.ts";
import { resolveOutcomes } from "../../vetting/outcome-definition.ts";
import { vettingMarks } from "../../vetting/statements/vetting-status.ts";
import type { Stage } from "../pipeline.ts";
import type { Progress } from "../progress.ts";
import type { SiteConfiguration } from "../site-config.ts";

export const forecastsStage: Stage = {
  name: "forecasts",
  schemaVersion: 1,
  module: import.meta.filename,
  inputs: ["records", "model"],
  configuration: ({ configuration: { forecast, cohort, outcomes }, vetting }) => ({
    forecast,
    cohort,
    outcomes,
    vetting,
  }),
  async *run({ site, folder, input }) {
    const { configuration } = site;
    const folders = { records: input("records").folder, model: input("model").folder, out: folder };
    const figures = yield* forecastFolder(folders, configuration, ["held_out"]);
    await writeFile(join(folder, "vetting.json"), `${JSON.stringify(site.vetting, null, 1)}\n`);
    const marks = vettingMarks(site.vetting).map((mark) => `\n${" ".repeat(13)}${mark}`);
    const { persons, directRisks, simulated } = figures;
    const count = (value: number) => value.toLocaleString("en-US");
    return {
      headline: `${count(persons)} held-out persons, ${count(directRisks)} risks read directly; ${count(simulated.persons)} persons with ${simulated.futuresPerPerson} simulated futures each${marks.join("")}`,
      figures: { ...figures, vetting: site.vetting },
    };
  },
};

/** @param splits whose forecasts; everybody's when null */
export async function* forecastFolder(
  folders: { readonly records: string; readonly model: string; readonly out: string },
  { forecast: config, cohort, outcomes }: SiteConfiguration,
  splits: readonly Split[] | null,
): AsyncGenerator<Progress, ForecastSummary> {
  const store = await openTimelineStore(folders.records);
  try {
    const running = forecast({
      model: folders.model,
      store,
      cohort,
      outcomes: resolveOutcomes(outcomes),
      config,
      ...(splits === null ? {} : { splits }),
      out: folders.out,
    });
    for await (const event of running) {
      if (event.kind === "done") return event.summary;
      yield progressOf(event);
    }
    throw new TypeError("the forecast ended without its summary");
  } finally {
    store.close();
  }
}

function progressOf({ part, done, total }: Extract<ForecastEvent, { kind: "progress" }>): Progress {
  return part === "reading"
    ? { step: "reading risks directly", done, total, unit: "predictions" }
    : { step: "simulating futures", done, total, unit: "persons" };
}
