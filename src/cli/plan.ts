/**
 * `longitude plan --site DIR --budget 8h`: which size to train for how many tokens, from short trials on the site's own
 * records. Records and tokens are made first where they are missing; an interrupted plan goes on from its trials.
 */
import { cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { asMachineError } from "../artefacts/machine-error.ts";
import { systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { USAGE_INVALID } from "../errors/registry.ts";
import { planTable } from "../training/plan/plan-table.ts";
import type { TrainingPlan } from "../training/plan/training-plan.ts";
import { parseDurationDays } from "../vetting/duration.ts";
import { build } from "./build.ts";
import { readSite } from "./read-site.ts";
import { withInterrupt } from "./run-verb.ts";
import { PLAN_FILE, PLAN_PAGE, planStage } from "./stages/plan-stage.ts";
import { stages } from "./stages.ts";

interface PlanFlags {
  readonly site: string;
  readonly budget: string;
  readonly trialShare: number;
  readonly gpus: number;
  readonly gpuTflops: number;
  readonly gpuUtilisation: number;
  readonly gpuScaling: number;
  readonly json?: boolean;
}

const SECONDS_PER_DAY = 86_400;

export function planCommand(): Command {
  return new Command("plan")
    .description(
      "Find the size and length of training that a budget of time is best spent on, by short trials.",
    )
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .requiredOption("--budget <time>", 'for the training itself, on this machine, e.g. "8h", "30min"')
    .option("--trial-share <share>", "time for the trials, as a share of the budget", share, 0.05)
    .option("--gpus <n>", "GPUs of the larger machine that the plan tells hours for", positive, 8)
    .option("--gpu-tflops <n>", "peak of one GPU, 10^12 operations a second (bfloat16)", positive, 312)
    .option("--gpu-utilisation <share>", "share of that peak that training reaches", share, 0.3)
    .option("--gpu-scaling <share>", "share of n times one GPU's speed that n reach", share, 0.9)
    .option("--json", "print one JSON object on standard output, progress on standard error")
    .action(plan);
}

async function plan(flags: PlanFlags): Promise<void> {
  const { json = false } = flags;
  const days = parseDurationDays(flags.budget);
  if (days === null || days <= 0) throw fault('--budget is a duration above 0, e.g. "8h"');
  const site = await readSite(flags.site);
  if (site.configuration.training.from !== undefined)
    throw fault("a training that goes on from a checkpoint (training.from) has its size already");
  const stage = planStage({
    budgetSeconds: days * SECONDS_PER_DAY,
    trialShare: flags.trialShare,
    assumptions: {
      gpuFlops: flags.gpuTflops * 1e12,
      gpuUtilisation: flags.gpuUtilisation,
      gpus: flags.gpus,
      gpuScaling: flags.gpuScaling,
    },
  });
  const report = await withInterrupt((signal) =>
    build(site, systemEffects, { targets: ["plan"], signal, json, stages: [...stages, stage] }),
  );
  const made = report.stages.find((result) => result.stage === "plan")?.folder ?? "";
  const folder = join(site.folder, "plan");
  try {
    await mkdir(folder, { recursive: true });
    for (const file of [PLAN_FILE, PLAN_PAGE]) await cp(join(made, file), join(folder, file));
  } catch (error) {
    throw asMachineError(error, "publishing the plan");
  }
  const text = await readFile(join(made, PLAN_FILE), "utf8");
  if (json) process.stdout.write(text);
  else
    process.stdout.write(
      `\n${planTable(JSON.parse(text) as TrainingPlan)}\npicture: ${join(folder, PLAN_PAGE)}\n`,
    );
}

function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw fault("a share is a number above 0, at most 1");
  return value;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw fault("the options of GPUs are numbers above 0");
  return value;
}

function fault(message: string): LongitudeError {
  return new LongitudeError(USAGE_INVALID, message);
}
