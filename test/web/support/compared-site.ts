/**
 * A served site with two releases that forecast the same persons: the first ranks them by what tells, the second by chance; the
 * second knows no risk of death, defines the onset otherwise, and passes one gate more.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createRandom } from "../../../src/effects/random.ts";
import { type RiskRow, writeRiskTable } from "../../../src/forecast/risk-table.ts";
import type { Timeline } from "../../../src/timeline/patient-event.ts";
import { MS_PER_DAY } from "../../../src/vetting/duration.ts";
import { writeOwnDataset } from "../../support/own-dataset.ts";
import { addSecondRelease } from "../../support/second-release.ts";
import { makeServedSite } from "../../support/served-site.ts";
import { smallTimelines } from "../../support/small-cohort.ts";
import { measuredRelease } from "./measured-release.ts";

const PERSONS = 300;
const RECORDS = "a".repeat(64);

export interface ComparedSite {
  readonly folder: string;
  readonly first: string;
  readonly second: string;
}

export async function makeComparedSite(): Promise<ComparedSite> {
  const texts = measuredRelease();
  const made = await makeServedSite({
    verdict: "silent only",
    stage: "silent",
    texts,
    lineage: lineageOf("b"),
  });
  const { folder, release: first } = made;
  const timelines = smallTimelines(PERSONS).map(({ subjectId, events }) => ({
    subjectId,
    events: events.map((event) => (event.code === "DX/k" ? { ...event, code: "ICD10CM/E11.9" } : event)),
  }));
  const records = join(folder, "artefacts", `records-${RECORDS.slice(0, 16)}`);
  await writeOwnDataset(
    records,
    timelines.map((timeline) => ({ ...timeline, split: "held_out" })),
  );
  const random = createRandom("ranks by chance");
  await writeForecasts(folder, "b", forecastsOf(timelines, ["onset 1", "death"], levelOf));
  await writeForecasts(
    folder,
    "c",
    forecastsOf(timelines, ["onset 1"], () => random.normal()),
  );
  const definitions = {
    cohort: {},
    outcomes: {
      predictionTimes: [{ at: "index", horizons: ["2y", "5y"] }],
      list: [{ name: "onset 1", title: "Onset 1", events: { codes: ["E11*", "E12*"] } }],
    },
  };
  const verdict = JSON.parse(texts["verdict.json"] as string);
  for (const task of verdict.tasks) task.gates[1].passed = true;
  const second = await addSecondRelease(made, {
    lineage: lineageOf("c"),
    texts: { "definitions.json": JSON.stringify(definitions), "verdict.json": JSON.stringify(verdict) },
  });
  return { folder, first, second };
}

function lineageOf(forecasts: string) {
  return [
    { kind: "records", id: RECORDS, inputs: {} },
    { kind: "forecasts", id: forecasts.repeat(64), inputs: { records: RECORDS } },
  ];
}

async function writeForecasts(folder: string, letter: string, rows: readonly RiskRow[]): Promise<void> {
  const to = join(folder, "artefacts", `forecasts-${letter.repeat(16)}`);
  await mkdir(to, { recursive: true });
  await writeRiskTable(join(to, "risks.parquet"), rows);
}

function forecastsOf(
  timelines: readonly Timeline[],
  outcomes: readonly string[],
  scoreOf: (timeline: Timeline) => number,
): RiskRow[] {
  return timelines.flatMap((timeline) => {
    const index = timeline.events.find(({ code }) => code === "COHORT/INDEX")?.time as number;
    return outcomes.map((outcome) => {
      const risk = 1 / (1 + Math.exp(-scoreOf(timeline)));
      return {
        ...{ subjectId: timeline.subjectId, predictionDay: index / MS_PER_DAY, outcome, landmark: "index" },
        risks: { "2y": 0.6 * risk, "5y": risk },
      };
    });
  });
}

/** What the onset of the small cohort hangs on. */
function levelOf({ events }: Timeline): number {
  return ((events.find(({ code }) => code === "LAB/x")?.numericValue ?? 100) - 100) / 20;
}
