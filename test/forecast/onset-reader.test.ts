import { describe, expect, test } from "vitest";
import { OnsetReader, type OnsetRequest } from "../../src/forecast/onset-reader.ts";
import { encodePatient } from "../../src/tokens/encoded-patient.ts";
import { type Checkpoint, writeCheckpoint } from "../../src/training/checkpoint.ts";
import { treesSchema } from "../../src/trees/boosting/trees-config.ts";
import { fitTreeHead } from "../../src/trees/hazards/fit-tree-head.ts";
import { treeHazards } from "../../src/trees/hazards/tree-hazards.ts";
import { writeTreeHead } from "../../src/trees/hazards/tree-head.ts";
import { outcomesSchema } from "../../src/vetting/outcome-definition.ts";
import { buildHistory } from "../../src/vetting/patient-history.ts";
import { finish } from "../evaluation/invented-cohort.ts";
import { randomCheckpoint } from "../support/small-checkpoint.ts";
import {
  smallCohort,
  smallOutcomes,
  smallTimelines,
  smallTokens,
  temporaryFolder,
} from "../support/small-cohort.ts";

const timelines = smallTimelines(150);
const histories = timelines.map((timeline) => buildHistory(timeline, smallCohort, smallOutcomes));

async function modelFolder(): Promise<{ folder: string; checkpoint: Checkpoint }> {
  const folder = await temporaryFolder();
  const checkpoint = await randomCheckpoint(await smallTokens(timelines));
  await writeCheckpoint(folder, checkpoint);
  return { folder, checkpoint };
}

function requestsOf({ vocabulary }: Checkpoint): OnsetRequest[] {
  return histories.slice(0, 12).map((history) => ({
    history,
    patient: encodePatient(history, vocabulary),
    day: history.indexDay as number,
  }));
}

/** Trees for the first outcome only. */
async function trees() {
  const outcomes = outcomesSchema.parse({
    predictionTimes: [{ at: "index", horizons: ["2y", "5y"] }],
    list: [
      { name: "onset", events: { codes: ["DX/k"] } },
      { name: "death", events: { codes: ["MEDS_DEATH"] } },
    ],
  });
  const isTuning = Uint8Array.from(histories, (_, i) => (i % 8 === 0 ? 1 : 0));
  const trees = treesSchema.parse({});
  const { head } = await finish(fitTreeHead({ histories, isTuning, outcomes, trees, seed: 1 }));
  return { ...head, hazards: { ...head.hazards, outcomes: head.hazards.outcomes.slice(0, 1) } };
}

describe("Longitude's reading of onsets", () => {
  test("a model without a tree head is read by its decoder alone", async () => {
    const { folder, checkpoint } = await modelFolder();
    const reader = await OnsetReader.open(folder, 1);
    for (const { hazards, decoder } of await reader.read(requestsOf(checkpoint)))
      expect(hazards).toEqual(decoder);
    await reader.close();
  });

  test("decoder and trees have half of the say each, and an outcome without trees is the decoder's", async () => {
    const { folder, checkpoint } = await modelFolder();
    const head = await trees();
    await writeTreeHead(folder, head);
    const requests = requestsOf(checkpoint);
    const grown = treeHazards(head, requests, ["onset"], checkpoint.description.hazardEdgesYears);
    const reader = await OnsetReader.open(folder, 1);
    const readings = await reader.read(requests);
    await reader.close();
    readings.forEach(({ hazards, decoder }, i) => {
      for (let piece = 0; piece < 3; piece++) {
        const expected = 0.5 * (Math.log(decoder[piece]!) + Math.log(grown[i]![piece]!));
        expect(Math.log(hazards[piece]!)).toBeCloseTo(expected, 10);
      }
      expect(hazards.slice(3)).toEqual(decoder.slice(3));
    });
  });
});
