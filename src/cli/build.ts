/**
 * `longitude build` and the verbs that run the pipeline up to one stage (tokenize, evaluate; forecast and train have their own).
 * They share everything but the last stage, so that each works on its own and reuses what exists.
 */
import { relative } from "node:path";
import { Command } from "commander";
import { type Effects, systemEffects } from "../effects/effects.ts";
import { runPipeline, type Stage, type StageResult } from "./pipeline.ts";
import { createProgressLine, duration } from "./progress-line.ts";
import { publishReport } from "./publish-report.ts";
import { readSite, type Site } from "./read-site.ts";
import { withInterrupt } from "./run-verb.ts";
import { requireVetted } from "./site-vetting.ts";
import { stages } from "./stages.ts";

interface BuildFlags {
  readonly site: string;
  readonly json?: boolean;
}

/** What `--json` prints. */
export interface BuildReport {
  readonly schema: "longitude.build/1";
  readonly site: string;
  readonly seconds: number;
  readonly peakMemoryBytes: number;
  readonly stages: readonly StageResult[];
}

export function buildCommand(): Command {
  return pipelineCommand(
    "build",
    "Run every stage from records to report; make what is missing, reuse the rest.",
  );
}

export function tokenizeCommand(): Command {
  const description = "Turn the site's records into token sequences and a vocabulary.";
  return pipelineCommand("tokenize", description, ["tokens"]);
}

export function evaluateCommand(): Command {
  const description =
    "Measure the forecasts, the baselines and the sets of differentials on held-out patients.";
  return pipelineCommand("evaluate", description, ["evaluation", "differential"]);
}

export function auditsCommand(): Command {
  const description = "Audit the site's model for leakage, robustness and privacy.";
  return pipelineCommand("audits", description, ["audits"]);
}

export function pipelineCommand(verb: string, description: string, targets?: readonly string[]): Command {
  return new Command(verb)
    .description(description)
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .option("--json", "print one JSON object on standard output, progress on standard error")
    .action((flags: BuildFlags) => runStages(flags, targets));
}

export async function runStages(
  { site, json = false }: BuildFlags,
  targets: readonly string[] | undefined,
): Promise<void> {
  const opened = await readSite(site);
  const report = await withInterrupt((signal) => build(opened, systemEffects, { targets, signal, json }));
  await publishReport(opened, report.stages, (text) =>
    (json ? process.stderr : process.stdout).write(`${text}\n`),
  );
  if (targets === undefined) await indexPassages(opened);
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
}

/** So that the first question of knowledge does not wait for it. */
async function indexPassages({ folder, configuration }: Site): Promise<void> {
  const { passages } = configuration.assistant;
  if (passages === undefined) return;
  const { keptPassages } = await import("../assistant/retrieval/kept-passages.ts");
  await keptPassages(passages, folder);
}

/** Runs the pipeline and shows it. */
export async function build(
  site: Site,
  effects: Effects,
  options: {
    readonly targets?: readonly string[] | undefined;
    readonly signal: AbortSignal;
    readonly json: boolean;
    /** All stages, where one of them is to run otherwise than usual. */
    readonly stages?: readonly Stage[];
  },
): Promise<BuildReport> {
  const line = createProgressLine(process.stderr, effects);
  const say = (text: string) => (options.json ? process.stderr : process.stdout).write(`${text}\n`);
  // Records are read without outcomes; experts need them to vet.
  const asksOutcomes =
    options.targets?.every((target) => target === "records" || target === "tokens") !== true;
  requireVetted(site.configuration.vetting.require && asksOutcomes, site.vetting);
  const startedAt = effects.now();
  const { targets, signal } = options;
  const running = runPipeline(site, options.stages ?? stages, effects, {
    signal,
    ...(targets === undefined ? {} : { targets }),
  });
  try {
    for (;;) {
      const step = await running.next();
      if (step.done === true) {
        const seconds = (effects.now() - startedAt) / 1000;
        say(`done in ${duration(seconds)}, peak memory ${Math.round(peakMemoryBytes() / 1e6)} MB`);
        return {
          schema: "longitude.build/1",
          site: site.folder,
          seconds,
          peakMemoryBytes: peakMemoryBytes(),
          stages: step.value,
        };
      }
      const event = step.value;
      if (event.type === "progress") line.show(event.stage, event.progress);
      if (event.type === "finished") {
        line.clear();
        say(stageLine(event.result));
      }
    }
  } finally {
    line.clear();
  }
}

/** `tokens       made     12.3 s  site/olmsted/artefacts/tokens-0123456789abcdef` */
function stageLine(result: StageResult): string {
  const how = result.made ? "made  " : "reused";
  const folder = relative(process.cwd(), result.folder);
  return `${result.stage.padEnd(12)} ${how} ${duration(result.seconds).padStart(12)}  ${folder.startsWith("..") ? result.folder : folder}\n${" ".repeat(13)}${result.headline}`;
}

function peakMemoryBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}
