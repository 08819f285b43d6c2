/** A small invented cohort in memory, with a real signal: the higher the `LAB/x` value, the sooner the onset of `DX/k`. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../../src/effects/random.ts";
import type { PatientEvent, Split, SubjectKey, Timeline } from "../../src/timeline/patient-event.ts";
import type { TimelineStore } from "../../src/timeline/timeline-store.ts";
import { tokenize } from "../../src/tokens/tokenize.ts";
import { tokensSchema } from "../../src/tokens/tokens-config.ts";
import { MS_PER_DAY } from "../../src/vetting/duration.ts";
import { cohortSchema, outcomesSchema, resolveOutcomes } from "../../src/vetting/outcome-definition.ts";

export const smallCohort = cohortSchema.parse({});
export const smallOutcomes = resolveOutcomes(
  outcomesSchema.parse({
    predictionTimes: [{ at: "index", horizons: ["2y", "5y"] }],
    list: [
      { name: "onset", events: { codes: ["DX/k"] } },
      { name: "death", events: { codes: ["MEDS_DEATH"] } },
    ],
  }),
);

export function event(day: number | null, code: string, value: number | null = null): PatientEvent {
  return {
    time: day === null ? null : day * MS_PER_DAY,
    code,
    numericValue: value,
    textValue: null,
    unit: value === null ? null : "mg/dL",
    availableTime: null,
    encounterId: null,
    source: "invented",
  };
}

export function smallTimelines(persons: number, seed = "small cohort"): Timeline[] {
  const random = createRandom(seed);
  return Array.from({ length: persons }, (_, i) => {
    const index = 9000 + random.integer(3000);
    const level = random.normal();
    const follow = 400 + random.integer(2600);
    const onset = Math.floor(-Math.log(1 - random.next()) * 2500 * Math.exp(-0.8 * level)) + 1;
    const dies = random.next() < 0.15;
    const events = [
      event(index - 365.25 * (30 + random.integer(50)), "MEDS_BIRTH"),
      ...Array.from({ length: 1 + random.integer(6) }, () =>
        event(index - random.integer(2000), "LAB/x", 100 + 20 * level + random.normal()),
      ),
      event(index, "COHORT/INDEX"),
      ...(onset <= follow ? [event(index + onset, "DX/k")] : []),
      event(index + follow, dies ? "MEDS_DEATH" : "COHORT/LAST_CONTACT"),
    ];
    events.sort((a, b) => (a.time as number) - (b.time as number));
    const sex = event(null, random.integer(2) === 0 ? "SEX/F" : "SEX/M");
    return { subjectId: (i + 1) as SubjectKey, events: [sex, ...events] };
  });
}

/** Every tenth person is tuning, every fifth (of the rest) held out. */
export function splitOf(subjectId: number): Split {
  return subjectId % 10 === 0 ? "tuning" : subjectId % 5 === 1 ? "held_out" : "train";
}

export function memoryStore(timelines: readonly Timeline[]): TimelineStore {
  return {
    async *timelines({ splits } = {}) {
      for (const timeline of timelines)
        if (splits === undefined || splits.includes(splitOf(timeline.subjectId))) yield timeline;
    },
    timeline: async (wanted) => timelines.find(({ subjectId }) => subjectId === wanted) ?? null,
    splits: async () => new Map(timelines.map(({ subjectId }) => [subjectId, splitOf(subjectId)])),
    codes: async () => [],
    contentHash: async () => "in memory",
    close: () => {},
  };
}

export async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "longitude-test-"));
}

/** Tokens of the small cohort in a new folder. */
export async function smallTokens(timelines: readonly Timeline[]): Promise<string> {
  const out = await temporaryFolder();
  const config = tokensSchema.parse({ minimumEvents: 5, valueBins: 5 });
  const running = tokenize({
    store: memoryStore(timelines),
    cohort: smallCohort,
    outcomes: smallOutcomes,
    config,
    seed: 1,
    out,
  });
  for await (const _ of running);
  return out;
}
