/** Trains on the token files that it is given, saving its state every other step, until it is done or killed. */
import { systemEffects } from "../../src/effects/effects.ts";
import { train } from "../../src/training/train.ts";
import { trainingSchema } from "../../src/training/training-config.ts";
import { smallOutcomes } from "../support/small-cohort.ts";

const [tokens, out, work] = process.argv.slice(2) as [string, string, string];
const config = trainingSchema.parse({
  depth: 1,
  width: 16,
  heads: 2,
  context: 64,
  batchTokens: 128,
  epochs: 3,
  patience: 3,
  threads: 1,
});
const run = { tokens, out, work, config, outcomes: smallOutcomes, run: "killed", stepsBetweenStates: 2 };
for await (const event of train(run, systemEffects)) if (event.kind === "start") console.log("training");
