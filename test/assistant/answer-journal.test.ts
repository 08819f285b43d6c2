import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { recordQuestion } from "../../src/assistant/answer-question.ts";
import { journalAnswer, recordJournal } from "../../src/assistant/conversations/answer-journal.ts";
import {
  type AnswerToKeep,
  answerToKeep,
  replayKept,
} from "../../src/assistant/conversations/answer-keeper.ts";
import { assistantArea } from "../../src/assistant/conversations/assistant-tables.ts";
import { createRandom } from "../../src/effects/random.ts";
import { readAudit } from "../../src/state/audit/audit-log.ts";
import { openState, type State } from "../../src/state/open-state.ts";
import { stateSchema } from "../../src/state/state-config.ts";
import { fixedEffects } from "../support/fixed-effects.ts";
import { emptyTools, inventedPatient } from "./invented-patient.ts";

const asker = { tenant: "north", actor: "ann", door: "ask", patientKey: "p1" } as const;
const { timeline } = inventedPatient(createRandom("journal"));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "journal-"));
});

async function given(question: string, nowMs: number): Promise<AnswerToKeep> {
  const options = { register: "patient", language: "en" } as const;
  const kept = answerToKeep(await recordQuestion(question, options, emptyTools(timeline)), asker, nowMs);
  await journalAnswer(folder, kept);
  return kept;
}

async function opened<T>(work: (state: State) => Promise<T>): Promise<T> {
  const config = stateSchema.parse({});
  const state = await openState({ folder, config, areas: [assistantArea], effects: fixedEffects() });
  try {
    return await work(state);
  } finally {
    await state.close();
  }
}

async function objects(state: State): Promise<string[]> {
  return await state.transaction(async (tx) => {
    const found: string[] = [];
    for await (const { object, actor } of readAudit(tx)) found.push(`${actor} ${object}`);
    return found;
  });
}

describe("answers given before the database had started", () => {
  it("are recorded by who opens it next, in their order, and play again to the byte", async () => {
    const later = await given("How much insulin should I take?", 2000);
    const { id, answer } = await given("What was my last HbA1c?", 1000);
    await opened(async (state) => {
      await recordJournal(folder, state);
      expect(await objects(state)).toEqual([`ann ${id}`, `ann ${later.id}`]);
      const again = await state.transaction((tx) => replayKept(tx, id, "north"));
      expect(again).toEqual({ id, atMs: 1000, answer });
    });
    expect(await readdir(join(folder, "state", "answers"))).toEqual([]);
  });

  it("are recorded once, also when whoever recorded one died before taking it out of the journal", async () => {
    const { id } = await given("What was my last HbA1c?", 1000);
    const [name = ""] = await readdir(join(folder, "state", "answers"));
    const path = join(folder, "state", "answers", name);
    const text = await readFile(path, "utf8");
    await opened(async (state) => {
      await recordJournal(folder, state);
      await writeFile(path, text);
      await recordJournal(folder, state);
      expect(await objects(state)).toEqual([`ann ${id}`]);
    });
  });

  it("stop whoever opens the state when one is damaged, and stay where they are", async () => {
    await given("What was my last HbA1c?", 1000);
    const journal = join(folder, "state", "answers");
    const [name = ""] = await readdir(journal);
    await writeFile(join(journal, name), '{"schema":"longitude.answer-journal/1","id":"say-1"}');
    await opened((state) =>
      expect(recordJournal(folder, state)).rejects.toMatchObject({ code: "STATE_DAMAGED" }),
    );
    expect(await readdir(journal)).toEqual([name]);
  });

  it("can be read by their owner alone, also the folder", async () => {
    await given("What was my last HbA1c?", 1000);
    const { stat } = await import("node:fs/promises");
    const journal = join(folder, "state", "answers");
    const [name = ""] = await readdir(journal);
    expect((await stat(journal)).mode & 0o077).toBe(0);
    expect((await stat(join(journal, name))).mode & 0o077).toBe(0);
  });
});
