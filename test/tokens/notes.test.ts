import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { SubjectKey, Timeline } from "../../src/timeline/patient-event.ts";
import { encodePatient } from "../../src/tokens/encoded-patient.ts";
import { layOut } from "../../src/tokens/lay-out.ts";
import { readTextEncoder } from "../../src/tokens/text/text-encoder.ts";
import { readTokenShard, writeTokenShard } from "../../src/tokens/token-shard.ts";
import { readVocabulary } from "../../src/tokens/tokenize.ts";
import type { Vocabulary } from "../../src/tokens/vocabulary.ts";
import { dataFingerprint } from "../../src/training/data-fingerprint.ts";
import { buildHistory } from "../../src/vetting/patient-history.ts";
import { NOTE_CODE, notedTimelines, notedTokens } from "../support/noted-cohort.ts";
import {
  event,
  smallCohort,
  smallOutcomes,
  smallTokens,
  splitOf,
  temporaryFolder,
} from "../support/small-cohort.ts";

const NOTES = { deidentified: true, vocabulary: 700, minimumCount: 2, longest: 12 };
const timelines = notedTimelines(120, { signal: true });
let folder: string;
let vocabulary: Vocabulary;

beforeAll(async () => {
  folder = await notedTokens(timelines, NOTES);
  vocabulary = await readVocabulary(join(folder, "vocabulary.json"));
});

function noted(day: number, text: string, code = NOTE_CODE) {
  return { ...event(day, code), textValue: text };
}

function encoded(...events: Timeline["events"]) {
  return encodePatient(
    buildHistory({ subjectId: 7 as SubjectKey, events }, smallCohort, smallOutcomes),
    vocabulary,
  );
}

/** Names of tokens; pieces of text stand as what they spell. */
function spelled(tokens: Iterable<number>): string[] {
  return [...tokens].map((token) =>
    token < vocabulary.file.textTokens
      ? (vocabulary.notes?.bytesOf([token]).toString() ?? "")
      : vocabulary.name(token),
  );
}

describe("a note in the timeline", () => {
  it("stands behind its event between two marks, at the event's time", () => {
    const patient = encoded(
      event(1000, "MEDS_BIRTH"),
      noted(9000, "Patient denies fatigue."),
      event(9000, "LAB/x", 100),
      event(9040, "COHORT/INDEX"),
    );
    const sequence = layOut(patient, vocabulary, { anchorDay: 9040, untilDay: 9040 });
    expect(spelled(sequence.tokens)).toEqual([
      "<start>",
      "AGE//21",
      NOTE_CODE,
      "<note>",
      "Patient",
      " denies",
      " fatigue",
      ".",
      "</note>",
      "LAB/x//mg/dL//Q3",
      "INTERVAL//2",
      "<index>",
      "AGE//22",
    ]);
    expect([...sequence.days].slice(2, 10)).toEqual(Array(8).fill(9000));
    expect(sequence.ticks).toEqual([12]);
  });

  it("beyond the limit ends with a mark that says so", () => {
    const { notes } = encoded(noted(9000, "Patient denies fatigue. ".repeat(9)));
    const note = notes?.tokens[0] as Int32Array;
    expect(spelled(note).slice(-2)).toEqual(["<cut>", "</note>"]);
    expect(note).toHaveLength(NOTES.longest + 3);
    expect(vocabulary.notes?.bytesOf(note).toString()).toBe("Patient denies fatigue. ".repeat(3).trim());
  });

  it("keeps its own event when two of one day and code change places", () => {
    const [one, two] = [noted(9000, "Patient denies fatigue."), noted(9000, "Seen in clinic with spouse.")];
    const { notes } = encoded(one, event(8000, "LAB/x", 100), two);
    expect(notes?.tokens.map((note) => vocabulary.notes?.bytesOf(note).toString())).toEqual([
      one.textValue,
      two.textValue,
    ]);
    expect([...(notes?.at ?? [])]).toEqual([1, 2]);
  });

  it("is not read before it was available", () => {
    const late = { ...noted(9000, "Patient reports fatigue."), availableTime: 9030 * 86_400_000 };
    const patient = encoded(event(8990, "LAB/x", 100), late);
    const at = (day: number) => layOut(patient, vocabulary, { anchorDay: day, untilDay: day }).tokens;
    expect(spelled(at(9029))).not.toContain("<note>");
    expect(spelled(at(9030))).toContain("<note>");
  });

  it("gives its bytes back, or their beginning where it was cut", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary", maxLength: 60 }), fc.lorem()), (text) => {
        const codec = vocabulary.notes as NonNullable<Vocabulary["notes"]>;
        const tokens = codec.encode(text);
        const bytes = codec.bytesOf(tokens);
        const whole = Buffer.from(text);
        expect(whole.subarray(0, bytes.length).equals(bytes)).toBe(true);
        expect(tokens.includes(codec.marks.cut)).toBe(bytes.length < whole.length);
        expect([tokens[0], tokens.at(-1)]).toEqual([codec.marks.start, codec.marks.end]);
        expect(tokens.length).toBeLessThanOrEqual(NOTES.longest + 3);
      }),
    );
  });

  it("that holds no more than white space is none", () => {
    expect(encoded(noted(9000, " \n")).notes?.at).toHaveLength(0);
  });
});

describe("token files with notes", () => {
  it("learn their pieces on training persons' notes alone", async () => {
    const others = timelines.map((timeline) =>
      splitOf(timeline.subjectId) === "train"
        ? timeline
        : {
            ...timeline,
            events: timeline.events.map((one) =>
              one.textValue === null ? one : { ...one, textValue: "zzz zzz zzz zzz zzz zzz zzz zzz" },
            ),
          },
    );
    const read = (of: string) => readFileSync(join(of, "vocabulary.json"), "utf8");
    expect(read(await notedTokens(others, NOTES))).toBe(read(folder));
  });

  it("come back from disk as they were written", async () => {
    const patients = readTokenShard(join(folder, "train.safetensors"));
    expect(patients[3]?.notes?.tokens.length).toBeGreaterThan(0);
    const path = join(await temporaryFolder(), "again.safetensors");
    writeTokenShard(path, patients);
    expect(readTokenShard(path)).toEqual(patients);
    const own = timelines.find(({ subjectId }) => subjectId === patients[3]?.subjectId) as Timeline;
    const history = buildHistory(own, smallCohort, smallOutcomes);
    expect(encodePatient(history, vocabulary).notes).toEqual(patients[3]?.notes);
  });

  it("hold the tokenizer, which other tools read to the same pieces", async () => {
    const text = "Patient denies fatigue.";
    const { encode } = await readTextEncoder(folder);
    expect(encode(text)).toEqual([...(vocabulary.notes?.encode(text) ?? [])].slice(1, -1));
  });

  it("are the same for the same notes, and known by their hash", async () => {
    expect(await dataFingerprint(await notedTokens(timelines, NOTES))).toBe(await dataFingerprint(folder));
    const shorter = await notedTokens(timelines, { ...NOTES, longest: 4 });
    expect(await dataFingerprint(shorter)).not.toBe(await dataFingerprint(folder));
  });

  it("are refused where nothing says that the notes hold no identifiers", async () => {
    await expect(notedTokens(timelines, {})).rejects.toMatchObject({ code: "TEXT_NOT_DEIDENTIFIED" });
    await expect(notedTokens(timelines, {}, { deidentifies: true })).resolves.toBeTypeOf("string");
  });

  it("are refused where no training person has a note", async () => {
    const silent = timelines.map((timeline) => ({
      ...timeline,
      events: timeline.events.map((one) => ({ ...one, textValue: null })),
    }));
    await expect(notedTokens(silent, NOTES)).rejects.toMatchObject({ code: "TEXT_NONE" });
  });
});

describe("token files without notes", () => {
  it("are byte for byte the same whatever the notes say", async () => {
    const silent = timelines.map((timeline) => ({
      ...timeline,
      events: timeline.events.map((one) => ({ ...one, textValue: null })),
    }));
    const [told, untold] = [await smallTokens(timelines), await smallTokens(silent)];
    for (const name of ["vocabulary.json", "train.safetensors", "tuning.safetensors", "held_out.safetensors"])
      expect(readFileSync(join(told, name)).equals(readFileSync(join(untold, name)))).toBe(true);
    expect(readFileSync(join(told, "vocabulary.json"), "utf8")).not.toMatch(/note/);
  });
});
