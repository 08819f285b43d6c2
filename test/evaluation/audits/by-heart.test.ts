/** The privacy audit on models whose answer is known: one that has learned few persons by heart, and one that has not. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { systemEffects } from "../../../src/effects/effects.ts";
import type { Audit } from "../../../src/evaluation/audits/audit.ts";
import { auditsSchema } from "../../../src/evaluation/audits/audits-config.ts";
import { auditPrivacy } from "../../../src/evaluation/audits/privacy/audit-privacy.ts";
import { readTokenShard } from "../../../src/tokens/token-shard.ts";
import { readCheckpoint } from "../../../src/training/checkpoint.ts";
import { train } from "../../../src/training/train.ts";
import { trainingSchema } from "../../../src/training/training-config.ts";
import { smallOutcomes, smallTimelines, smallTokens, temporaryFolder } from "../../support/small-cohort.ts";

async function audited(tokens: string, changes: object, keepLast: boolean): Promise<Audit> {
  const out = await temporaryFolder();
  const config = trainingSchema.parse({
    ...{ depth: 2, width: 48, heads: 2, context: 64, batchTokens: 1024, threads: 1, plantedRecords: 4 },
    ...changes,
  });
  const options = {
    tokens,
    outcomes: smallOutcomes,
    config,
    out,
    work: join(out, "work"),
    run: "t",
    keepLast,
  };
  for await (const _ of train(options, systemEffects));
  const shard = (split: string) => readTokenShard(join(tokens, `${split}.safetensors`));
  const running = auditPrivacy({
    model: "m",
    checkpoint: await readCheckpoint(out),
    train: shard("train"),
    tuning: shard("tuning"),
    heldOut: shard("held_out"),
    outcomes: smallOutcomes,
    training: config,
    config: auditsSchema.parse({}),
    threads: 1,
  });
  for (;;) {
    const next = await running.next();
    if (next.done === true) return next.value;
  }
}

const outcomeOf = (audit: Audit, name: string) => audit.checks.find((check) => check.name === name)?.outcome;

describe("the privacy audit", () => {
  it("fails a model that has learned its persons by heart, and not one of a few epochs", async () => {
    const tokens = await smallTokens(smallTimelines(240, "by heart"));
    const epochs = 100;
    const heart = await audited(
      tokens,
      { epochs, patience: epochs, dropout: 0, weightDecay: 0, learningRate: 4e-3 },
      true,
    );
    expect(heart.passed).toBe(false);
    expect(outcomeOf(heart, "membership")).toBe("failed");
    expect(outcomeOf(heart, "planted")).toBe("failed");
    const fair = await audited(tokens, { epochs: 3 }, false);
    expect(outcomeOf(fair, "membership")).toBe("passed");
    expect(outcomeOf(fair, "planted")).toBe("passed");
  }, 240_000);
});
