/**
 * `longitude train`: trains the model of a site, records and tokens made first where they are missing; by the embedded
 * trainer, by PyTorch on this machine, or by a job that it writes for many machines.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Command, Option } from "commander";
import { systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { USAGE_INVALID } from "../errors/registry.ts";
import { type JobPlan, kubernetesJob, slurmJob } from "../training/torch/job-file.ts";
import { feedRun, setUpFeed } from "../training/torch/run-folder.ts";
import { TRAINER_FOLDER } from "../training/torch/train-with-torch.ts";
import { resolveOutcomes } from "../vetting/outcome-definition.ts";
import { build } from "./build.ts";
import { countOption } from "./count-option.ts";
import { publishReport } from "./publish-report.ts";
import { readSite, type Site } from "./read-site.ts";
import { withInterrupt } from "./run-verb.ts";
import { languageOf } from "./stages/language-of.ts";
import { modelStageWith, RunPrepared } from "./stages/model-stage.ts";
import { vettedPairs } from "./stages/vetted-pairs.ts";
import { stages, stagesWithLanguage } from "./stages.ts";

const PROGRAM = fileURLToPath(new URL("../../bin/longitude.js", import.meta.url));
const FEED_PAUSE_MS = 1000;

interface TrainFlags {
  readonly site: string;
  readonly json?: boolean;
  readonly engine?: "embedded" | "torch";
  readonly processes?: number;
  readonly sharding?: "ddp" | "fsdp";
  readonly from?: string;
  readonly submit?: "slurm" | "kubernetes";
  readonly nodes: number;
  readonly gpusPerNode: number;
  readonly image: string;
  readonly out?: string;
  readonly feed?: string;
  readonly text?: boolean;
}

export function trainCommand(): Command {
  return new Command("train")
    .description("Train the site's model; goes on from where it was interrupted.")
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .addOption(
      new Option("--engine <name>", "what trains, instead of training.engine").choices(["embedded", "torch"]),
    )
    .option("--processes <n>", "processes of the torch engine on this machine", countOption)
    .addOption(
      new Option("--sharding <how>", "how torch spreads the model over processes").choices(["ddp", "fsdp"]),
    )
    .option("--from <folder>", "checkpoint to go on from, e.g. one that `longitude import` wrote")
    .addOption(
      new Option("--submit <scheduler>", "write a job file for many machines instead of training").choices([
        "slurm",
        "kubernetes",
      ]),
    )
    .option("--nodes <n>", "machines of the job", countOption, 1)
    .option("--gpus-per-node <n>", "GPUs of each machine", countOption, 1)
    .option("--image <name>", "container image of the job (kubernetes)", "longitude:latest")
    .option("--out <file>", "where to write the job file (default: in the site's folder)")
    .option(
      "--text",
      "train the language model of the section `language` instead, then teach it its vetted pairs",
    )
    .option("--feed <run>", "only plan the batches of a submitted run; job files call this")
    .option("--json", "print one JSON object on standard output, progress on standard error")
    .action(async (flags: TrainFlags) => {
      if (flags.text) return trainText(await readSite(flags.site), flags);
      const site = withFlags(await readSite(flags.site), flags);
      if (flags.feed !== undefined) await feed(site, resolve(flags.feed));
      else if (flags.submit !== undefined) await submit(site, flags.submit, flags);
      else await trainHere(site, flags.json ?? false);
    });
}

/** The site with what the command line states instead of longitude.yaml. */
function withFlags(site: Site, { submit, feed: fed, ...flags }: TrainFlags): Site {
  const { training } = site.configuration;
  const stated = {
    ...statedIn(flags),
    ...(submit === undefined && fed === undefined ? {} : { engine: "torch" as const }),
  };
  return { ...site, configuration: { ...site.configuration, training: { ...training, ...stated } } };
}

function statedIn({
  engine,
  processes,
  sharding,
  from,
}: Pick<TrainFlags, "engine" | "processes" | "sharding" | "from">): Partial<
  Site["configuration"]["training"]
> {
  return {
    ...(engine === undefined ? {} : { engine }),
    ...(processes === undefined ? {} : { processes }),
    ...(sharding === undefined ? {} : { sharding }),
    ...(from === undefined ? {} : { from: resolve(from) }),
  };
}

async function trainHere(site: Site, json: boolean): Promise<void> {
  const report = await withInterrupt((signal) =>
    build(site, systemEffects, { targets: ["model"], signal, json }),
  );
  await publishReport(site, report.stages, (text) =>
    (json ? process.stderr : process.stdout).write(`${text}\n`),
  );
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
}

async function trainText(site: Site, { json = false, submit, feed, ...flags }: TrainFlags): Promise<void> {
  if (submit !== undefined || feed !== undefined)
    throw new LongitudeError(
      USAGE_INVALID,
      "--text trains on this machine; --submit and --feed are not for it",
    );
  const language = languageOf(site);
  // Before hours of training: pairs that nobody has vetted end it.
  if (language.instructions !== undefined) await vettedPairs(site);
  const training = { ...language.training, ...statedIn(flags) };
  const configuration = { ...site.configuration, language: { ...language, training } };
  const report = await withInterrupt((signal) =>
    build({ ...site, configuration }, systemEffects, {
      targets: [language.instructions === undefined ? "language" : "instructions"],
      stages: stagesWithLanguage,
      signal,
      json,
    }),
  );
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
}

/** Plans the batches of a run beside torch, until torch has finished. */
async function feed(site: Site, run: string): Promise<void> {
  const { training, outcomes } = site.configuration;
  await withInterrupt(async (signal) => {
    const { setUp, ...identity } = await setUpFeed(run, {
      outcomes: resolveOutcomes(outcomes),
      config: training,
      from: training.from,
    });
    for await (const epoch of feedRun(run, setUp, identity, () => sleep(FEED_PAUSE_MS), signal))
      process.stderr.write(`planned epoch ${epoch + 1} of ${identity.epochs}\n`);
  });
}

async function submit(site: Site, scheduler: "slurm" | "kubernetes", flags: TrainFlags): Promise<void> {
  const json = flags.json ?? false;
  const run = await prepareRun(site, json);
  if (run === null)
    throw new LongitudeError(USAGE_INVALID, "this model has been trained: there is nothing to submit");
  const plan: JobPlan = {
    name: `longitude-${site.configuration.name}`,
    site: site.folder,
    run,
    program: PROGRAM,
    trainers: TRAINER_FOLDER,
    nodes: flags.nodes,
    gpusPerNode: flags.gpusPerNode,
    sharding: site.configuration.training.sharding,
    from: site.configuration.training.from,
    image: flags.image,
  };
  const file = resolve(flags.out ?? join(site.folder, scheduler === "slurm" ? "train.sbatch" : "train.yaml"));
  await mkdir(join(site.folder, "logs"), { recursive: true });
  await writeFile(file, scheduler === "slurm" ? slurmJob(plan) : kubernetesJob(plan));
  const command = scheduler === "slurm" ? `sbatch ${file}` : `kubectl apply -f ${file}`;
  if (json)
    process.stdout.write(
      `${JSON.stringify({ schema: "longitude.job/1", scheduler, file, run, command }, null, 2)}\n`,
    );
  else process.stdout.write(`wrote ${file}; submit it with\n  ${command}\n`);
}

/** Records, tokens and the run folder; null when the model is there already. */
async function prepareRun(site: Site, json: boolean): Promise<string | null> {
  const preparing = stages.map((stage) =>
    stage.name === "model" ? modelStageWith({ prepareOnly: true }) : stage,
  );
  try {
    await withInterrupt((signal) =>
      build(site, systemEffects, { targets: ["model"], signal, json, stages: preparing }),
    );
    return null;
  } catch (error) {
    if (error instanceof RunPrepared) return error.folder;
    throw error;
  }
}
