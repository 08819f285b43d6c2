/** The `longitude` command with all its verbs, without running anything: main.ts runs it, the documentation is made from it. */
import { Command } from "commander";
import { packageVersion } from "../artefacts/package-version.ts";
import { USAGE_INVALID } from "../errors/registry.ts";
import { modelsCommand } from "./affected-by.ts";
import { askCommand } from "./ask.ts";
import { auditCommand } from "./audit.ts";
import { buildCommand, stageCommands, tokenizeCommand } from "./build.ts";
import { deidentifyCommand } from "./deidentify.ts";
import { demoCommand } from "./demo.ts";
import { evaluateTextCommand } from "./evaluate-text.ts";
import { exampleCommand } from "./example.ts";
import { exportCommand } from "./export.ts";
import { forecastCommand } from "./forecast.ts";
import { forgetCommand } from "./forget.ts";
import { importCommand } from "./import.ts";
import { ingestCommand } from "./ingest.ts";
import { keysCommand } from "./keys.ts";
import { knowledgeCommand } from "./knowledge.ts";
import { listenCommand } from "./listen.ts";
import { mapCommand } from "./map.ts";
import { monitorCommand } from "./monitor.ts";
import { outcomesCommand } from "./outcomes.ts";
import { planCommand } from "./plan.ts";
import { privacyCommand } from "./privacy.ts";
import { pullCommand } from "./pull.ts";
import { qualityCommand } from "./quality.ts";
import { governanceCommands } from "./release.ts";
import { replayCommand } from "./replay.ts";
import { serveCommand } from "./serve.ts";
import { stageCommand } from "./stage.ts";
import { trainCommand } from "./train.ts";
import { validateCommand } from "./validate.ts";
import { vetCommand } from "./vet.ts";

export function createProgram(): Command {
  const program = new Command("longitude")
    .description("From a health system's own records to its own foundation model, with proof.")
    .version(packageVersion())
    .exitOverride()
    // A verb and its subcommand may each have an option of the same name; the one after the subcommand is the subcommand's.
    .enablePositionalOptions()
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, `error ${USAGE_INVALID.code}: `)),
    })
    .configureHelp({ helpWidth: 100, showGlobalOptions: false });
  for (const verb of [
    demoCommand(),
    exampleCommand(),
    ingestCommand(),
    forgetCommand(),
    deidentifyCommand(),
    mapCommand(),
    qualityCommand(),
    outcomesCommand(),
    privacyCommand(),
    modelsCommand(),
    tokenizeCommand(),
    importCommand(),
    planCommand(),
    exportCommand(),
    trainCommand(),
    listenCommand(),
    pullCommand(),
    keysCommand(),
    ...stageCommands(),
    forecastCommand(),
    askCommand(),
    evaluateTextCommand(),
    buildCommand(),
    validateCommand(),
    ...governanceCommands(),
    serveCommand(),
    monitorCommand(),
    stageCommand(),
    replayCommand(),
    auditCommand(),
    vetCommand(),
    knowledgeCommand(),
  ]) {
    program.addCommand(verb.copyInheritedSettings(program));
  }
  return program;
}
