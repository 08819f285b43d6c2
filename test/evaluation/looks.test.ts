/** The closer look on a small model: what is fitted on persons fits them, and groups that are told apart add up. */
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { systemEffects } from "../../src/effects/effects.ts";
import type { AuditCheck } from "../../src/evaluation/audits/audit.ts";
import { auditedCohort } from "../../src/evaluation/audits/audited-cohort.ts";
import { auditsSchema } from "../../src/evaluation/audits/audits-config.ts";
import { lookCloser } from "../../src/evaluation/looks/looks.ts";
import { type Looks, looksSchema } from "../../src/evaluation/looks/looks-schema.ts";
import { recalibrated } from "../../src/evaluation/looks/recalibration.ts";
import { OnsetReader } from "../../src/forecast/onset-reader.ts";
import type { Timeline } from "../../src/timeline/patient-event.ts";
import { train } from "../../src/training/train.ts";
import { trainingSchema } from "../../src/training/training-config.ts";
import { buildHistory, type PatientHistory } from "../../src/vetting/patient-history.ts";
import {
  event,
  smallCohort,
  smallOutcomes,
  smallTimelines,
  smallTokens,
  splitOf,
  temporaryFolder,
} from "../support/small-cohort.ts";

let looks: Looks;
let histories: PatientHistory[];

/** Every third person had the onset a year before the index date as well. */
function withRepeats(timelines: readonly Timeline[]): Timeline[] {
  return timelines.map((timeline, i) => {
    const index = timeline.events.find(({ code }) => code === "COHORT/INDEX")?.time;
    if (i % 3 !== 0 || index == null) return timeline;
    const events = [...timeline.events, event(index / 86_400_000 - 365, "DX/k")];
    return { ...timeline, events: events.sort((a, b) => (a.time ?? -Infinity) - (b.time ?? -Infinity)) };
  });
}

beforeAll(async () => {
  const timelines = withRepeats(smallTimelines(1200, "looks"));
  const tokens = await smallTokens(timelines);
  const out = await temporaryFolder();
  const config = trainingSchema.parse({
    ...{ depth: 1, width: 32, heads: 2, context: 64, batchTokens: 1024, threads: 1, epochs: 3 },
  });
  const options = { tokens, outcomes: smallOutcomes, config, out, work: join(out, "work"), run: "t" };
  for await (const _ of train(options, systemEffects));
  histories = timelines
    .filter(({ subjectId }) => splitOf(subjectId) !== "train")
    .map((timeline) => buildHistory(timeline, smallCohort, smallOutcomes));
  const reader = await OnsetReader.open(out, 1);
  const cohort = await auditedCohort({
    model: "m",
    reader,
    histories,
    outcomes: smallOutcomes,
    minimumEvents: 4,
    config: auditsSchema.parse({ bootstrap: 40 }),
  });
  // The line is fitted on the very persons on whom it is measured.
  const running = lookCloser({ ...cohort, tuning: histories, threads: 1 });
  for (;;) {
    const next = await running.next();
    if (next.done !== true) continue;
    looks = looksSchema.parse(JSON.parse(JSON.stringify(next.value)));
    break;
  }
  await reader.close();
}, 120_000);

function look(name: string): AuditCheck {
  const found = looks.looks.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no look is named ${name}`);
  return found;
}

const figureOf = (name: string, start: string, end: string) =>
  look(name).figures.find(({ what }) => what.startsWith(start) && what.endsWith(end))?.estimate;

describe("a closer look", () => {
  it("recalibrates to slope 1, intercept 0 and as many onsets as expected where it was fitted", () => {
    const [slope, intercept, ratio] = ["slope", "intercept", "observed to expected"].map((name) =>
      figureOf("recalibration", "onset", `${name} after recalibration`),
    );
    expect(slope?.value).toBeCloseTo(1, 4);
    expect(intercept?.value).toBeCloseTo(0, 4);
    expect(ratio?.value).toBeCloseTo(1, 4);
    expect(figureOf("recalibration", "onset", "slope before recalibration")?.value).not.toBeCloseTo(1, 2);
    expect(recalibrated(0.3, { intercept: 0, slope: 1 })).toBeCloseTo(0.3, 12);
  });

  it("tells first onsets from repeats, and both add up", () => {
    const [first, again, both] = ["first onsets", "among those who had it before", "both together"].map(
      (name) => figureOf("repeats", "onset", name),
    );
    expect(again?.n).toBeGreaterThan(50);
    expect((first?.n ?? 0) + (again?.n ?? 0)).toBe(both?.n);
    // Death comes once.
    expect(look("repeats").figures.some(({ what }) => what.startsWith("death"))).toBe(false);
  });

  it("measures records unlike those learned from apart, a fifth of them", () => {
    const unlike = figureOf(
      "out-of-distribution",
      "onset",
      "AUROC on records unlike the records learned from",
    );
    const like = figureOf("out-of-distribution", "onset", "AUROC on records like them");
    const share = (unlike?.n ?? 0) / ((unlike?.n ?? 0) + (like?.n ?? 1));
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.3);
  });
});
