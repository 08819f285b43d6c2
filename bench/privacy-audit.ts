/**
 * `npm run bench:privacy-audit`: whether the privacy audit tells a model that has learned persons by heart from one that has
 * not. Of a finished site's persons, few are learned from for many epochs, the last weights kept; the audit must fail it.
 * Beside it: the audit of the site's own model.
 *
 *   npm run bench:privacy-audit -- [--site site/olmsted] [--persons 200] [--epochs 500] [--json]
 */
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../src/cli/build.ts";
import { readSite } from "../src/cli/read-site.ts";
import { systemEffects } from "../src/effects/effects.ts";
import { createRandom } from "../src/effects/random.ts";
import { type Audit, auditFile, auditSchema } from "../src/evaluation/audits/audit.ts";
import { auditPrivacy } from "../src/evaluation/audits/privacy/audit-privacy.ts";
import { readTokenShard, writeTokenShard } from "../src/tokens/token-shard.ts";
import { readCheckpoint } from "../src/training/checkpoint.ts";
import { train } from "../src/training/train.ts";
import { resolveOutcomes } from "../src/vetting/outcome-definition.ts";
import { benchOptions } from "./bench-options.ts";

const values = benchOptions(import.meta.filename, {
  json: { type: "boolean", default: false },
  site: { type: "string", default: "site/olmsted" },
  persons: { type: "string", default: "200" },
  epochs: { type: "string", default: "500" },
});

const site = await readSite(values.site);
const { configuration } = site;
const report = await build(site, systemEffects, {
  targets: ["audits"],
  signal: new AbortController().signal,
  json: true,
});
const folderOf = (stage: string): string => {
  const found = report.stages.find((one) => one.stage === stage);
  if (found === undefined) throw new TypeError(`the site has no ${stage}`);
  return found.folder;
};
const own = auditSchema.parse(
  JSON.parse(await readFile(join(folderOf("audits"), auditFile("privacy")), "utf8")),
);

const work = await mkdtemp(join(tmpdir(), "longitude-bench-privacy-"));
try {
  const tokens = join(work, "tokens");
  await cp(folderOf("tokens"), tokens, { recursive: true });
  const few = createRandom("persons learned by heart")
    .shuffle(readTokenShard(join(tokens, "train.safetensors")))
    .slice(0, Number(values.persons));
  writeTokenShard(join(tokens, "train.safetensors"), few);
  const epochs = Number(values.epochs);
  const config = { ...configuration.training, epochs, patience: epochs, plantedRecords: 4 };
  const outcomes = resolveOutcomes(configuration.outcomes);
  const out = join(work, "model");
  const options = { tokens, outcomes, config, out, work: join(work, "run"), run: "by heart", keepLast: true };
  const begun = performance.now();
  let losses = { training: Number.NaN, tuning: Number.NaN };
  for await (const event of train(options, systemEffects)) {
    if (event.kind === "step" && event.step % 500 === 0)
      process.stderr.write(
        `step ${event.step} of ${event.totalSteps} · loss ${event.nextEventLoss.toFixed(3)} · ${Math.round(event.secondsLeft)} s left\n`,
      );
    if (event.kind === "tuning")
      losses = { training: event.point.trainingNextEventLoss, tuning: event.point.nextEventLoss };
  }
  const seconds = (performance.now() - begun) / 1000;
  const byHeart = await audited(out, tokens, config);
  const result = {
    persons: few.length,
    epochs,
    trainingSeconds: Math.round(seconds),
    nextEventLoss: losses,
    byHeart: rowsOf(byHeart),
    example: rowsOf(own),
    proven: !byHeart.passed && own.passed,
  };
  if (values.json) console.log(JSON.stringify(result, null, 2));
  else {
    console.log(
      `${few.length} persons, ${epochs} epochs, ${result.trainingSeconds} s; next-event loss ${losses.training.toFixed(3)} on them, ${losses.tuning.toFixed(3)} on others`,
    );
    print("learned by heart", byHeart);
    print("the site's model", own);
  }
  if (!result.proven) process.exitCode = 1;
} finally {
  await rm(work, { recursive: true, force: true });
}

async function audited(
  folder: string,
  tokens: string,
  training: { readonly seed: number; readonly plantedRecords: number },
): Promise<Audit> {
  const shard = (split: string) => readTokenShard(join(tokens, `${split}.safetensors`));
  const running = auditPrivacy({
    model: "learned by heart",
    checkpoint: await readCheckpoint(folder),
    train: shard("train"),
    tuning: shard("tuning"),
    heldOut: shard("held_out"),
    outcomes: resolveOutcomes(configuration.outcomes),
    training,
    config: configuration.audits,
    threads: configuration.forecast.threads,
  });
  for (;;) {
    const next = await running.next();
    if (next.done === true) return next.value;
  }
}

function rowsOf(audit: Audit) {
  const checks = audit.checks.map(({ name, outcome, figures }) => ({ name, outcome, figures }));
  return { passed: audit.passed, summary: audit.summary, checks };
}

function print(title: string, { passed, checks }: Audit): void {
  console.log(`\n${title}: ${passed ? "passes" : "fails"}`);
  for (const { outcome, figures } of checks)
    for (const { what, estimate, limit } of figures) {
      const value =
        estimate === null
          ? "too few"
          : `${estimate.value.toFixed(3)} (${estimate.low.toFixed(3)} to ${estimate.high.toFixed(3)})`;
      const bound = limit === null ? "" : `  limit ${limit.atMost ?? limit.atLeast}`;
      console.log(`  ${outcome.padEnd(8)} ${what.padEnd(76)} ${value}${bound}`);
    }
}
