/** `longitude forecast`: every outcome for every patient, or with --subject one question about one person. */
import { type Command, Option } from "commander";
import { pipelineCommand, runStages } from "./build.ts";
import { ESTIMATORS, forecastPerson, type PersonFlags } from "./forecast-person.ts";

export function forecastCommand(): Command {
  return pipelineCommand("forecast", "Forecast every outcome for every patient at each prediction time.")
    .option("--subject <id>", "ask one question about this person instead")
    .option("--outcome <name>", "an outcome of the site")
    .option("--codes <list>", "codes, or beginnings ending in *, separated by commas")
    .option("--value <condition>", 'condition on the value of these codes, e.g. ">= 2"')
    .option("--horizon <duration>", "how far ahead, e.g. 5y", "5y")
    .option("--standard-error <number>", "simulate until the standard error is at most this", "0.01")
    .addOption(
      new Option("--estimator <name>", "how the risk is estimated").choices([...ESTIMATORS]).default("auto"),
    )
    .action(async (flags: Omit<PersonFlags, "subject"> & { readonly subject?: string }) => {
      const { subject } = flags;
      if (subject === undefined) await runStages(flags, ["forecasts"]);
      else await forecastPerson({ ...flags, subject });
    });
}
