import { afterAll, beforeAll, expect, test } from "vitest";
import type { Effects } from "../../src/effects/effects.ts";
import { LongitudeError } from "../../src/errors/longitude-error.ts";
import { STATE_UNAVAILABLE } from "../../src/errors/registry.ts";
import { AnswerRecord } from "../../src/serving/answers/answer-record.ts";
import { type ServingTables, servingArea } from "../../src/serving/answers/serving-tables.ts";
import { readAudit } from "../../src/state/audit/audit-log.ts";
import { openState, type State } from "../../src/state/open-state.ts";
import { stateSchema } from "../../src/state/state-config.ts";
import { temporaryFolder } from "../support/small-cohort.ts";

const AT = "2026-06-15T00:00:00.000Z";
const effects: Effects = { now: () => Date.parse(AT), memoryBytes: () => 0 };
let state: State;

beforeAll(async () => {
  state = await openState({
    folder: await temporaryFolder(),
    config: stateSchema.parse({}),
    areas: [servingArea],
    effects,
  });
});
afterAll(() => state.close());

function answered(n: number, client = "ehr") {
  const id = `ans-${n}`;
  return {
    answer: { id, tenant: "local", release: "r1", at: AT, input: "{}", answer: "{}" },
    request: {
      ...{ id: `req-${n}-${client.length}`, at: AT, tenant: "local", client, kind: "cds.patient-view" },
      ...{ unit: "", stage: "silent", release: "r1", answer: id, patient_key: "k1", milliseconds: 1 },
    },
  };
}

test("what arrives together is recorded together, each with its audit entry", async () => {
  let commits = 0;
  const counted: State = {
    ...state,
    transaction: (work) => state.transaction(work).finally(() => commits++),
  };
  const record = new AnswerRecord(counted, effects);
  await Promise.all(Array.from({ length: 20 }, (_, n) => record.add(answered(n))));
  // The first alone, sixteen while it was under way, and the rest.
  expect(commits).toBe(3);
  await state.transaction(async (tx) => {
    const tables = tx.withTables<ServingTables>();
    expect(await tables.selectFrom("serving_answer").select("id").execute()).toHaveLength(20);
    expect(await tables.selectFrom("serving_request").select("id").execute()).toHaveLength(20);
    const entries = [];
    for await (const entry of readAudit(tx)) entries.push(entry);
    expect(entries.map(({ object }) => object)).toEqual(Array.from({ length: 20 }, (_, n) => `ans-${n}`));
    expect(entries.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  });
});

test("what cannot be recorded fails alone", async () => {
  const record = new AnswerRecord(state, effects);
  const results = await Promise.allSettled([
    record.add(answered(30)),
    record.add(answered(31)),
    record.add(answered(32, "not an id")),
    record.add(answered(33)),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  expect(results[2]).toMatchObject({ reason: { code: "AUDIT_ENTRY_INVALID" } });
  const stored = await state.transaction((tx) =>
    tx
      .withTables<ServingTables>()
      .selectFrom("serving_answer")
      .select("id")
      .where("id", "in", ["ans-30", "ans-31", "ans-32", "ans-33"])
      .orderBy("id")
      .execute(),
  );
  expect(stored.map(({ id }) => id)).toEqual(["ans-30", "ans-31", "ans-33"]);
});

test("while the state is away, nothing is tried twice: what was recorded is not known", async () => {
  let tried = 0;
  const away: State = {
    ...state,
    transaction: () => {
      tried++;
      return Promise.reject(new LongitudeError(STATE_UNAVAILABLE, "the connection was lost"));
    },
  };
  const record = new AnswerRecord(away, effects);
  const results = await Promise.allSettled([1, 2, 3].map((n) => record.add(answered(40 + n))));
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(tried).toBe(2);
});
