import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LongitudeError } from "../../src/errors/longitude-error.ts";
import { TRAINING_DIVERGED } from "../../src/errors/registry.ts";
import { readRunLog, runLogPath, withRunLog } from "../../src/training/run-log.ts";
import type { TrainEvent } from "../../src/training/train-event.ts";
import { fixedEffects } from "../support/fixed-effects.ts";
import { temporaryFolder } from "../support/small-cohort.ts";

const opening = { stage: "model", inputs: { tokens: "t" }, configuration: { training: { depth: 1 } } };
const start: TrainEvent = {
  kind: "start",
  parameters: 10,
  persons: 3,
  tuningPersons: 1,
  totalSteps: 5,
  resumedAtStep: 0,
};
const done: TrainEvent = { kind: "done", curve: [], bestEpoch: 0, seconds: 1, realTokens: 9 };

async function kindsAfter(events: () => AsyncGenerator<TrainEvent>, take = Number.POSITIVE_INFINITY) {
  const path = runLogPath(await temporaryFolder(), "r");
  let seen = 0;
  try {
    for await (const _ of withRunLog(events(), path, opening, fixedEffects())) if (++seen >= take) break;
  } catch {
    // What is thrown is thrown on; here its trace in the log counts.
  }
  return (await readRunLog(path)).map((line) =>
    line.kind === "stopped" ? `stopped ${line.code}` : line.kind,
  );
}

test("the log of a run says what was run, what it told, and how it ended", async () => {
  expect(
    await kindsAfter(async function* () {
      yield start;
      yield done;
    }),
  ).toEqual(["opened", "start", "done"]);
  expect(
    await kindsAfter(async function* () {
      yield start;
      throw new LongitudeError(TRAINING_DIVERGED, "for a test");
    }),
  ).toEqual(["opened", "start", "stopped TRAINING_DIVERGED"]);
  expect(
    await kindsAfter(async function* () {
      yield start;
      yield done;
    }, 1),
  ).toEqual(["opened", "start", "stopped null"]);
});

test("a torn last line is left out, and a run without a log has an empty one", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "r.ndjson");
  expect(await readRunLog(path)).toEqual([]);
  await appendFile(path, `${JSON.stringify({ at: 1, ...start })}\n{"at":2,"kind":"st`);
  expect(await readRunLog(path)).toEqual([{ at: 1, ...start }]);
});
