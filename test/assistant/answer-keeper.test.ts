import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordQuestion } from "../../src/assistant/answer-question.ts";
import { keepAnswer, replayKept } from "../../src/assistant/conversations/answer-keeper.ts";
import { assistantArea } from "../../src/assistant/conversations/assistant-tables.ts";
import { createRandom } from "../../src/effects/random.ts";
import { readAudit } from "../../src/state/audit/audit-log.ts";
import { openState, type State } from "../../src/state/open-state.ts";
import { stateSchema } from "../../src/state/state-config.ts";
import { fixedEffects } from "../support/fixed-effects.ts";
import { emptyTools, inventedPatient } from "./invented-patient.ts";

const asker = { tenant: "north", actor: "ann", door: "ask", patientKey: "p1" } as const;
const { timeline } = inventedPatient(createRandom("kept"));
let state: State;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "kept-"));
  const effects = fixedEffects();
  state = await openState({ folder, config: stateSchema.parse({}), areas: [assistantArea], effects });
});
afterAll(() => state.close());

/** A model whose words are never the same twice. */
let drafts = 0;
const model = {
  name: "fickle",
  draft: async ({ supports }: { supports: readonly { id: string; statements: readonly string[] }[] }) =>
    `${supports[0]?.statements[0]} [E1] Draft ${drafts++} of a made-up sentence. [E1]`,
};

async function kept(question: string) {
  const options = { register: "patient", language: "en" } as const;
  const recording = await recordQuestion(question, options, { ...emptyTools(timeline), model });
  return await keepAnswer(state, recording, asker, 0);
}

async function auditOf(id: string) {
  return await state.transaction(async (tx) => {
    for await (const entry of readAudit(tx)) if (entry.object === id) return entry;
    return null;
  });
}

describe("an answer that was given", () => {
  it("is played again from what was kept, to the byte, whatever the model would say now", async () => {
    const first = await kept("What was my last HbA1c?");
    const again = await state.transaction((tx) => replayKept(tx, first.id, "north"));
    expect(JSON.stringify(again)).toBe(JSON.stringify(first));
    expect(first.answer.writtenBy).toBe("fickle");
    expect(first.answer.cut).toEqual(["word"]);
  });

  it("stands in the audit log without the words of question or answer", async () => {
    const { id } = await kept("What was my last HbA1c?");
    const refused = await kept("How much insulin should I take?");
    expect(await auditOf(id)).toMatchObject({ actor: "ann", patientKey: "p1", outcome: "done" });
    expect((await auditOf(refused.id))?.outcome).toBe("refused");
    expect(JSON.stringify(await auditOf(id))).not.toMatch(/HbA1c|insulin/i);
  });

  it("is found by its own tenant alone", async () => {
    const { id } = await kept("What was my last HbA1c?");
    for (const [name, tenant] of [
      [id, "south"],
      ["say-none", "north"],
    ] as const)
      await expect(state.transaction((tx) => replayKept(tx, name, tenant))).rejects.toMatchObject({
        code: "ASSISTANT_ANSWER_UNKNOWN",
      });
  });

  it("that somebody has changed is told as such", async () => {
    const { id } = await kept("What was my last HbA1c?");
    await state.transaction(async (tx) => {
      await sql`alter table assistant_answer disable trigger all`.execute(tx);
      await sql`update assistant_answer set answer = replace(answer, 'HbA1c', 'HDL') where id = ${id}`.execute(
        tx,
      );
      await sql`alter table assistant_answer enable trigger all`.execute(tx);
    });
    await expect(state.transaction((tx) => replayKept(tx, id, null))).rejects.toMatchObject({
      code: "ASSISTANT_REPLAY_DIFFERS",
    });
  });
});
