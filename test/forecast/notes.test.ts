import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { DirectReader } from "../../src/forecast/direct-reading.ts";
import { FutureSimulator } from "../../src/forecast/future-simulator.ts";
import { FreeFuture } from "../../src/forecast/simulated-future.ts";
import type { Timeline } from "../../src/timeline/patient-event.ts";
import { encodePatient } from "../../src/tokens/encoded-patient.ts";
import { latestPart, layOut } from "../../src/tokens/lay-out.ts";
import { outcomeTokens } from "../../src/tokens/outcome-tokens.ts";
import type { Checkpoint } from "../../src/training/checkpoint.ts";
import { planEpoch } from "../../src/training/epoch-plan.ts";
import { buildHistory } from "../../src/vetting/patient-history.ts";
import { NOTE_CODE, notedTimelines, notedTokens } from "../support/noted-cohort.ts";
import { randomCheckpoint } from "../support/small-checkpoint.ts";
import { smallCohort, smallOutcomes } from "../support/small-cohort.ts";

const timelines = notedTimelines(80, { signal: true });
let checkpoint: Checkpoint;

beforeAll(async () => {
  const notes = { deidentified: true, vocabulary: 300, minimumCount: 2, longest: 12 };
  checkpoint = await randomCheckpoint(await notedTokens(timelines, notes));
});

function requestOf(timeline: Timeline) {
  const history = buildHistory(timeline, smallCohort, smallOutcomes);
  return { patient: encodePatient(history, checkpoint.vocabulary), day: history.indexDay as number };
}

function queries() {
  return smallOutcomes.map(({ name, matches }) => ({
    name,
    ...outcomeTokens(matches, checkpoint.vocabulary),
  }));
}

describe("a forecast of a record with notes", () => {
  it("draws futures in which no piece of text and no mark of a note is an event", async () => {
    const simulator = new FutureSimulator(checkpoint, {
      longestFuture: 60,
      threads: 1,
      random: createRandom("notes"),
    });
    const requests = timelines.slice(0, 6).map((one, i) => ({ ...requestOf(one), label: String(i) }));
    const plan = { queries: queries(), horizonsDays: [3650], futures: 20 };
    let events = 0;
    for await (const { simulation } of simulator.simulate(requests, plan))
      for (const future of simulation.futures)
        for (const { token } of future.events) {
          events++;
          expect(token).toBeGreaterThanOrEqual(checkpoint.vocabulary.file.textTokens);
          expect(checkpoint.vocabulary.name(token)).not.toMatch(/^<.*>$/);
        }
    await simulator.close();
    expect(events).toBeGreaterThan(100);
  });

  it("ends a note of a future where it begins, without time passing and whatever the model would write", () => {
    const { vocabulary } = checkpoint;
    const marks = vocabulary.notes!.marks;
    const future = new FreeFuture(
      {
        vocabulary,
        queries: queries(),
        horizonsDays: [3650],
        longest: 10,
        ageYears: 50,
        endWhenSettled: false,
      },
      createRandom("one future"),
    );
    const all = (share: (token: number) => number) =>
      Float32Array.from({ length: vocabulary.size }, (_, token) => share(token));
    const written = all((token) => (token < vocabulary.file.textTokens ? 1 : 0));
    written[marks.start] = 1e-6;
    expect(future.next(written)).toBe(marks.start);
    const before = Float64Array.from(future.sums);
    const onset = outcomeTokens(smallOutcomes[0]!.matches, vocabulary).tokens;
    expect(future.next(all((token) => (onset.includes(token) ? 1 : 0)))).toBe(marks.end);
    expect(future.sums).toEqual(before);
    expect(future.events).toEqual([]);
    expect(future.next(all((token) => (onset.includes(token) || token === marks.cut ? 1 : 0)))).toBe(
      onset[0],
    );
    expect(future.events).toEqual([{ days: 0, token: onset[0] }]);
  });

  it("reads what the note says, and a note that is left out goes with its event", async () => {
    const { vocabulary } = checkpoint;
    const asked = timelines[2] as Timeline;
    const without: Timeline = {
      ...asked,
      events: asked.events.filter(({ code }) => code !== NOTE_CODE),
    };
    const otherwise: Timeline = {
      ...asked,
      events: asked.events.map((one) => (one.textValue === null ? one : { ...one, textValue: "Unlike." })),
    };
    const left = requestOf(without);
    const { tokens } = layOut(left.patient, vocabulary, { anchorDay: left.day, untilDay: left.day });
    expect([...tokens].every((token) => token >= vocabulary.file.textTokens)).toBe(true);
    expect(tokens.includes(vocabulary.notes!.marks.start)).toBe(false);
    const reader = new DirectReader(checkpoint, 1);
    const read = await reader.hazards([asked, without, otherwise].map(requestOf));
    await reader.close();
    expect(new Set(read.map((hazards) => hazards.join())).size).toBe(3);
    for (const hazards of read) expect([...hazards].every((hazard) => hazard > 0)).toBe(true);
  });

  it("is of a model that was also taught records in which notes are not read", () => {
    const { vocabulary } = checkpoint;
    const patients = timelines.map((one) => requestOf(one).patient);
    const plan = { vocabulary, rowLengths: [64], batchTokens: 512, threads: 1 };
    const [start, end] = vocabulary.notes!.hidden;
    const shares = (random: Parameters<typeof planEpoch>[2]) => {
      const all = planEpoch(patients, plan, random).flatMap(({ rows }) =>
        rows.flat().flatMap(({ part }) => [...part.tokens]),
      );
      const hidden = all.filter((token, i) => token === start && all[i + 1] === end).length;
      return hidden / all.filter((token) => token === start).length;
    };
    expect(shares(null)).toBe(0);
    expect(shares(createRandom("an epoch"))).toBeGreaterThan(0.05);
    expect(shares(createRandom("an epoch"))).toBeLessThan(0.3);
  });

  it("keeps its latest part within what the model reads", () => {
    const long = {
      ...timelines[2]!,
      events: timelines[2]!.events.flatMap((one) => (one.textValue === null ? [one] : Array(9).fill(one))),
    };
    const { patient, day } = requestOf(long as Timeline);
    const sequence = layOut(patient, checkpoint.vocabulary, { anchorDay: day, untilDay: day });
    expect(sequence.tokens.length).toBeGreaterThan(64);
    expect(latestPart(sequence, 64)).toHaveLength(64);
  });
});
