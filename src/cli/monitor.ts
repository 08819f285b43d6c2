/** `longitude monitor`: looks at what was served, acts by the alarm rules, and reports. */
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { systemEffects } from "../effects/effects.ts";
import { openServedModel } from "../serving/answers/served-model.ts";
import { matureOutcomes } from "../serving/monitor/mature.ts";
import { monitorText } from "../serving/monitor/monitor-lines.ts";
import { renderMonitor } from "../serving/monitor/render-monitor.ts";
import { RequestWindow } from "../serving/monitor/request-window.ts";
import { monitorFigures, runMonitor } from "../serving/monitor/run-monitor.ts";
import { SERVING_AREAS } from "../serving/serving-areas.ts";
import { withState } from "./open-site-state.ts";
import { readSite } from "./read-site.ts";
import { printStated, siteKey } from "./signing.ts";
import { servedRelease, siteStageKeeper } from "./site-stages.ts";

interface MonitorFlags {
  readonly site: string;
  readonly release?: string;
  readonly look: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

export function monitorCommand(): Command {
  return new Command("monitor")
    .description(
      "Watch what is served: volume, latency, errors, missing inputs, drift, alerts, what was said, by unit and group; act by the alarm rules.",
    )
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .option("--release <id>", "the release, by id or alias (default: the one that `serve` takes)")
    .option("--look", "only look: no alarm begins or ends, nothing returns to silent", false)
    .option("--out <file>", "write the report as a page that opens without a server")
    .option("--json", "print one JSON object on standard output")
    .addHelpText(
      "after",
      `
A running server looks by itself (serving.monitor.everyMinutes); with the embedded state, stop it first, or ask GET /v1/monitor.
Guide: docs/guides/monitor.md

Examples:
  longitude monitor --site site --out monitor.html
  longitude monitor --site site --look --json`,
    )
    .action(async (flags: MonitorFlags) => {
      const site = await readSite(flags.site);
      const own = await siteKey(site);
      const { returned, ...figures } = await withState(site, SERVING_AREAS, async (state) => {
        const release = await servedRelease(site, own, state, flags.release);
        const model = await openServedModel(join(site.folder, release.folder), own);
        try {
          const stages = await siteStageKeeper(site, model, false, state, systemEffects);
          const config = site.configuration.serving.monitor;
          const requests = new RequestWindow(model, config);
          const monitored = { model, stages, state, effects: systemEffects, config, requests };
          if (!flags.look) await matureOutcomes({ ...monitored, seed: site.configuration.forecast.seed });
          const acted = flags.look ? [] : (await runMonitor(monitored)).returned;
          return { ...(await monitorFigures(monitored)), returned: acted };
        } finally {
          await model.close();
        }
      });
      if (flags.out !== undefined) await writeFile(resolve(flags.out), renderMonitor(figures));
      const lines = [
        `${figures.release}, the last ${figures.days} days`,
        monitorText(figures),
        ...returned.map(
          ({ unit, outcome }) =>
            `returned to silent: ${outcome} in ${unit === "" ? "calls that name no unit" : unit}`,
        ),
      ];
      printStated(flags, lines.join("\n"), { ...figures, returned });
    });
}
