/** Model, tokens and records → audits of leakage, robustness and privacy, as a stage of the site. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Audit, auditFile } from "../../evaluation/audits/audit.ts";
import { type AuditProgress, auditedCohort } from "../../evaluation/audits/audited-cohort.ts";
import { auditLeakage } from "../../evaluation/audits/leakage/audit-leakage.ts";
import { auditPrivacy } from "../../evaluation/audits/privacy/audit-privacy.ts";
import { auditRobustness } from "../../evaluation/audits/robustness/audit-robustness.ts";
import { lookCloser } from "../../evaluation/looks/looks.ts";
import { LOOKS_FILE, type Looks } from "../../evaluation/looks/looks-schema.ts";
import { OnsetReader } from "../../forecast/onset-reader.ts";
import { readTokenShard } from "../../tokens/token-shard.ts";
import { behindText } from "../../training/start-from.ts";
import { resolveOutcomes } from "../../vetting/outcome-definition.ts";
import type { Stage, StageContext } from "../pipeline.ts";
import type { Progress } from "../progress.ts";
import { readHistories } from "./read-histories.ts";

export const auditsStage: Stage = {
  name: "audits",
  schemaVersion: 1,
  module: import.meta.filename,
  inputs: ["records", "tokens", "model"],
  configuration: ({ configuration: { audits, cohort, outcomes, evaluation, training, forecast } }) => ({
    audits,
    cohort,
    outcomes,
    minimumEvents: evaluation.minimumEvents,
    planted: training.plantedRecords ?? null,
    seed: training.seed,
    threads: forecast.threads,
  }),
  async *run(context) {
    const all: Audit[] = [];
    for await (const event of audits(context)) {
      if ("step" in event) yield event;
      else if ("looks" in event)
        await writeFile(join(context.folder, LOOKS_FILE), `${JSON.stringify(event, null, 1)}\n`);
      else {
        all.push(event);
        await writeFile(join(context.folder, auditFile(event.audit)), `${JSON.stringify(event, null, 1)}\n`);
      }
    }
    const line = ({ audit, passed, summary }: Audit) => `${audit} ${passed ? "passed" : summary}`;
    return {
      headline: all.map(line).join("; "),
      figures: Object.fromEntries(all.map(({ audit, passed, summary }) => [audit, { passed, summary }])),
    };
  },
};

async function* audits({ site, input }: StageContext): AsyncGenerator<Progress | Audit | Looks> {
  const { configuration } = site;
  const { audits: config, cohort, evaluation, forecast, training, tokens } = configuration;
  const outcomes = resolveOutcomes(configuration.outcomes);
  const model = input("model").manifest.id;
  yield { step: "reading records", done: 0, total: null, unit: "" };
  const { histories, splits } = await readHistories(
    input("records").folder,
    cohort,
    configuration.outcomes,
    undefined,
    tokens.notes !== undefined,
  );
  const heldOut = histories.filter((_, i) => splits[i] === "held_out");
  const development = histories.filter((_, i) => splits[i] !== "held_out");
  const reader = await OnsetReader.open(input("model").folder, forecast.threads);
  try {
    const { checkpoint } = reader;
    const { minimumEvents } = evaluation;
    const cohort = await auditedCohort({
      model,
      reader,
      histories: heldOut,
      outcomes,
      minimumEvents,
      config,
    });
    yield* relabel("leakage", auditLeakage(cohort, development));
    yield* relabel("robustness", auditRobustness(cohort));
    const tuning = histories.filter((_, i) => splits[i] === "tuning");
    yield* relabel("a closer look", lookCloser({ ...cohort, tuning, threads: forecast.threads }));
    const shard = (split: string) =>
      behindText(readTokenShard(join(input("tokens").folder, `${split}.safetensors`)), checkpoint.vocabulary);
    yield* relabel(
      "privacy",
      auditPrivacy({
        model,
        outcomes,
        config,
        checkpoint,
        train: shard("train"),
        tuning: shard("tuning"),
        heldOut: shard("held_out"),
        training,
        threads: forecast.threads,
      }),
    );
  } finally {
    await reader.close();
  }
}

async function* relabel<T>(
  name: string,
  running: AsyncGenerator<AuditProgress, T>,
): AsyncGenerator<Progress | T> {
  for (;;) {
    const next = await running.next();
    if (next.done === true) {
      yield next.value;
      return;
    }
    const { step, done, total } = next.value;
    yield { step: name, done, total, unit: "readings", detail: step };
  }
}
