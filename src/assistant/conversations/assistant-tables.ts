/** Table of the assistant: each answer with what it was made from. */
import { sql } from "kysely";
import { makeAppendOnly } from "../../state/append-only.ts";
import type { StateArea } from "../../state/migrate.ts";

export type AssistantTables = {
  assistant_answer: {
    id: string;
    at: string;
    tenant: string;
    /** Who asked. */
    actor: string;
    /** How: `ask`, `chat`, `mcp`. */
    door: string;
    patient_key: string;
    /** JSON of the recording: health data, which stays in the state. */
    recording: string;
    /** JSON of the answer. */
    answer: string;
  };
};

export const assistantArea: StateArea = {
  name: "assistant",
  migrations: [
    {
      name: "0001-answers",
      run: async (tx) => {
        await sql`
          create table assistant_answer (
            id text primary key,
            at timestamptz not null,
            tenant text not null,
            actor text not null,
            door text not null,
            patient_key text not null,
            recording text not null,
            answer text not null
          )`.execute(tx);
        await makeAppendOnly(tx, "assistant_answer", "answers of the assistant are");
      },
    },
  ],
};
