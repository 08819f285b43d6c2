/** What every implementation of TimelineStore keeps to, whatever lies behind it. */
import { describe, expect, it } from "vitest";
import type { PatientEvent, Split, SubjectKey, Timeline } from "../../src/timeline/patient-event.ts";
import type { TimelineStore } from "../../src/timeline/timeline-store.ts";

export interface StoredPerson {
  readonly subjectId: number;
  readonly split: Split;
  readonly events: readonly PatientEvent[];
}

/** @param open gives a store that holds exactly these persons; the caller of `open` closes it */
export function describeTimelineStore(
  name: string,
  open: (persons: readonly StoredPerson[]) => Promise<TimelineStore>,
): void {
  const using = async <T>(work: (store: TimelineStore) => Promise<T>, persons = PERSONS): Promise<T> => {
    const store = await open(persons);
    try {
      return await work(store);
    } finally {
      store.close();
    }
  };
  const read = async (store: TimelineStore, splits?: readonly Split[]): Promise<Timeline[]> => {
    const timelines: Timeline[] = [];
    for await (const timeline of store.timelines(splits === undefined ? {} : { splits }))
      timelines.push(timeline);
    return timelines;
  };

  describe(`a timeline store (${name})`, () => {
    it("gives each person once, in ascending order of the key", async () => {
      const ids = await using(async (store) => (await read(store)).map(({ subjectId }) => subjectId));
      expect(ids).toEqual([3, 5, 7, 40, 2 ** 53 - 1]);
    });

    it("gives each event as it was written", async () => {
      const timelines = await using((store) => read(store));
      for (const { subjectId, events } of timelines) {
        expect(events).toEqual(PERSONS.find((person) => person.subjectId === subjectId)!.events);
      }
    });

    it("leaves texts out when they are not asked for, and nothing else", async () => {
      await using(async (store) => {
        const whole = await read(store);
        const timelines: Timeline[] = [];
        for await (const timeline of store.timelines({ texts: false })) timelines.push(timeline);
        expect(timelines).toEqual(
          whole.map((timeline) => ({
            ...timeline,
            events: timeline.events.map((event) => ({ ...event, textValue: null, encounterId: null })),
          })),
        );
        expect(whole.some(({ events }) => events.some(({ textValue }) => textValue !== null))).toBe(true);
      });
    });

    it("puts what has no time first, then everything in order of time", async () => {
      for (const { events } of await using((store) => read(store))) {
        const times = events.map(({ time }) => time ?? Number.NEGATIVE_INFINITY);
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }
    });

    it("gives the persons of some splits only", async () => {
      const ids = await using(async (store) =>
        (await read(store, ["tuning", "held_out"])).map((t) => t.subjectId),
      );
      expect(ids).toEqual([5, 40]);
    });

    it("can be read twice, and side by side", async () => {
      await using(async (store) => {
        const [first, second] = await Promise.all([read(store), read(store)]);
        expect(second).toEqual(first);
        expect(await read(store)).toEqual(first);
      });
    });

    it("can be left in the middle", async () => {
      await using(async (store) => {
        for await (const timeline of store.timelines()) {
          expect(timeline.subjectId).toBe(3);
          break;
        }
        expect((await read(store)).length).toBe(PERSONS.length);
      });
    });

    it("knows the split of each person", async () => {
      const splits = await using((store) => store.splits());
      expect(new Map(splits)).toEqual(
        new Map(PERSONS.map(({ subjectId, split }) => [subjectId as SubjectKey, split])),
      );
    });

    it("describes each code of the data once", async () => {
      const codes = await using(async (store) => (await store.codes()).map(({ code }) => code));
      const used = new Set(PERSONS.flatMap(({ events }) => events.map(({ code }) => code)));
      expect(new Set(codes).size).toBe(codes.length);
      expect([...used].filter((code) => !codes.includes(code))).toEqual([]);
    });

    it("has an identity that depends on the content and on nothing else", async () => {
      const hash = (persons: readonly StoredPerson[]): Promise<string> =>
        using((store) => store.contentHash(), persons as typeof PERSONS);
      const first = await hash(PERSONS);
      expect(first).toMatch(/^[0-9a-f]{64}$/);
      expect(await hash(PERSONS)).toBe(first);
      expect(await hash(PERSONS.slice(1))).not.toBe(first);
    });
  });
}

const event = (time: number | null, code: string, more: Partial<PatientEvent> = {}): PatientEvent => ({
  time,
  code,
  numericValue: null,
  textValue: null,
  unit: null,
  availableTime: null,
  encounterId: null,
  source: "test",
  ...more,
});

const DAY = 86_400_000;

/** Not in order of the key; times before 1970 and with milliseconds; every column used. */
const PERSONS: StoredPerson[] = [
  {
    subjectId: 40,
    split: "tuning",
    events: [event(-1000 * DAY, "MEDS_BIRTH"), event(5 * DAY, "ICD10CM/I10"), event(5 * DAY, "MEDS_DEATH")],
  },
  { subjectId: 3, split: "train", events: [event(null, "SEX/F"), event(-20_000 * DAY, "MEDS_BIRTH")] },
  {
    subjectId: 5,
    split: "held_out",
    events: [
      event(0, "MEDS_BIRTH"),
      event(DAY + 123, "LOINC/2160-0", { numericValue: 0.5, unit: "mg/dL", availableTime: DAY + 456 }),
      event(2 * DAY, "NOTE", { textValue: "quote ' and ünïcode\n", encounterId: "e1" }),
    ],
  },
  { subjectId: 2 ** 53 - 1, split: "train", events: [event(10 * DAY, "CVX/140")] },
  { subjectId: 7, split: "train", events: [event(10 * DAY, "CVX/140"), event(11 * DAY, "CVX/140")] },
];
