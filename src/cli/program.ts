/** The `longitude` command with its verbs, without running anything: main.ts runs it, the documentation is made from it. */
import { Command } from "commander";
import { packageVersion } from "../artefacts/package-version.ts";
import { USAGE_INVALID } from "../errors/registry.ts";

/** Each verb with what loads it, in the order of `longitude --help`. A verb's libraries take seconds to load, so only the verb asked for is. */
const VERBS: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import("./demo.ts")).demoCommand(),
  example: async () => (await import("./example.ts")).exampleCommand(),
  ingest: async () => (await import("./ingest.ts")).ingestCommand(),
  forget: async () => (await import("./forget.ts")).forgetCommand(),
  deidentify: async () => (await import("./deidentify.ts")).deidentifyCommand(),
  map: async () => (await import("./map.ts")).mapCommand(),
  quality: async () => (await import("./quality.ts")).qualityCommand(),
  outcomes: async () => (await import("./outcomes.ts")).outcomesCommand(),
  privacy: async () => (await import("./privacy.ts")).privacyCommand(),
  models: async () => (await import("./affected-by.ts")).modelsCommand(),
  tokenize: async () => (await import("./build.ts")).tokenizeCommand(),
  import: async () => (await import("./import.ts")).importCommand(),
  plan: async () => (await import("./plan.ts")).planCommand(),
  export: async () => (await import("./export.ts")).exportCommand(),
  train: async () => (await import("./train.ts")).trainCommand(),
  listen: async () => (await import("./listen.ts")).listenCommand(),
  pull: async () => (await import("./pull.ts")).pullCommand(),
  keys: async () => (await import("./keys.ts")).keysCommand(),
  evaluate: async () => (await import("./build.ts")).evaluateCommand(),
  audits: async () => (await import("./build.ts")).auditsCommand(),
  forecast: async () => (await import("./forecast.ts")).forecastCommand(),
  ask: async () => (await import("./ask.ts")).askCommand(),
  mcp: async () => (await import("./mcp.ts")).mcpCommand(),
  reason: async () => (await import("./reason.ts")).reasonCommand(),
  "evaluate-text": async () => (await import("./evaluate-text.ts")).evaluateTextCommand(),
  build: async () => (await import("./build.ts")).buildCommand(),
  validate: async () => (await import("./validate.ts")).validateCommand(),
  gate: async () => (await import("./release.ts")).gateCommand(),
  waive: async () => (await import("./release.ts")).waiveCommand(),
  release: async () => (await import("./release.ts")).releaseCommand(),
  approve: async () => (await import("./release.ts")).approveCommand(),
  registry: async () => (await import("./registry.ts")).registryCommand(),
  card: async () => (await import("./card.ts")).cardCommand(),
  people: async () => (await import("./people.ts")).peopleCommand(),
  serve: async () => (await import("./serve.ts")).serveCommand(),
  monitor: async () => (await import("./monitor.ts")).monitorCommand(),
  stage: async () => (await import("./stage.ts")).stageCommand(),
  replay: async () => (await import("./replay.ts")).replayCommand(),
  audit: async () => (await import("./audit.ts")).auditCommand(),
  vet: async () => (await import("./vet.ts")).vetCommand(),
  knowledge: async () => (await import("./knowledge.ts")).knowledgeCommand(),
};

/** @param asked the first word of the command line; with no verb of that name, the program has them all */
export async function createProgram(asked?: string): Promise<Command> {
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
  const only = asked !== undefined && Object.hasOwn(VERBS, asked) ? VERBS[asked] : undefined;
  for (const load of only === undefined ? Object.values(VERBS) : [only])
    program.addCommand((await load()).copyInheritedSettings(program));
  return program;
}
