/** What changes a dataset changes it in one step, also when it is killed; and nobody who was forgotten is left. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { FORGOTTEN_JSONL, forgetPersons, searchForgotten } from "../../src/ingest/forget-persons.ts";
import { ingest } from "../../src/ingest/ingest.ts";
import { subjectKeyOf } from "../../src/ingest/subject-key.ts";
import { beginState, currentState, datasetFiles } from "../../src/timeline/dataset-state.ts";
import { openTimelineStore } from "../../src/timeline/open-timeline-store.ts";
import type { SubjectKey } from "../../src/timeline/patient-event.ts";
import { fixedEffects } from "../support/fixed-effects.ts";

const KILLS = 30;
const FIRST = "test/cases/ingest-fhir-bulk-export/in";
const SECOND = "test/cases/ingest-synthea/in";

let work: string;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "longitude-change-"));
});
afterAll(() => rm(work, { recursive: true, force: true }));

async function ingested(input: string, out: string): Promise<string> {
  for await (const _ of ingest({ input, out, overwrite: true, rejectLimit: 1 }, fixedEffects()));
  return out;
}

async function forget(dir: string, persons: Iterable<SubjectKey>) {
  for await (const event of forgetPersons(dir, new Set(persons), fixedEffects())) {
    if (event.kind === "done") return event.report;
  }
  throw new Error("it ended without an account");
}

/** The bytes of the state that counts; the account of removals has a time and a salt of its own. */
async function fingerprint(dir: string): Promise<string> {
  const state = await currentState(dir);
  const hash = createHash("sha256");
  for (const file of await datasetFiles(state)) {
    if (file === FORGOTTEN_JSONL) continue;
    hash.update(`${file}\0`).update(await readFile(join(state, file)));
  }
  return hash.digest("hex");
}

async function personsIn(dir: string): Promise<Map<SubjectKey, string>> {
  const store = await openTimelineStore(dir);
  const persons = new Map<SubjectKey, string>();
  for await (const { subjectId, events } of store.timelines()) persons.set(subjectId, JSON.stringify(events));
  store.close();
  return persons;
}

describe("a dataset that changes", () => {
  it("is the old one or the new one, byte for byte, whenever the change was killed", async () => {
    const forgotten = "a";
    const states = new Map<string, string>();
    for (const [name, input] of [
      ["first", FIRST],
      ["second", SECOND],
    ] as const) {
      const dir = await ingested(input, join(work, `expected-${name}`));
      states.set(name, await fingerprint(dir));
      const [key] = [...(await personsIn(dir)).keys()];
      expect(key).toBeDefined();
      await forget(dir, [subjectKeyOf(forgotten)]);
      states.set(`${name} less one`, await fingerprint(dir));
    }
    // An increment to the first: two small exports that have nothing to do with each other.
    const grown = await ingested(FIRST, join(work, "expected-grown"));
    for await (const _ of ingest(
      { input: SECOND, out: grown, append: true, rejectLimit: 1 },
      fixedEffects(),
    ));
    states.set("first and second", await fingerprint(grown));
    const dirs = { changed: await ingested(FIRST, join(work, "changed")), grown: "" };
    const random = createRandom(30);
    let old = 0;
    const fresh = new Set<string>();
    for (let kill = 0; kill < KILLS; kill++) {
      const change = (["overwrite", "forget", "append"] as const)[random.integer(3)]!;
      if (change === "append" && dirs.grown === "") dirs.grown = await ingested(FIRST, join(work, "grown"));
      const dir = change === "append" ? dirs.grown : dirs.changed;
      const before = await fingerprint(dir);
      const input = change === "append" || random.next() < 0.5 ? SECOND : FIRST;
      const child = spawn(
        process.execPath,
        [
          "--import",
          "tsx",
          "test/ingest/change-until-killed.ts",
          change,
          dir,
          change === "forget" ? forgotten : input,
        ],
        {
          stdio: ["ignore", "pipe", "inherit"],
        },
      );
      await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
      await Promise.race([once(child, "exit"), sleep(random.next() ** 2 * 6000)]);
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      // It was killed, or had done its work: a change that fails proves nothing.
      expect(child.exitCode ?? 0).toBe(0);
      const after = await fingerprint(dir);
      const less = [...states].find(([name, state]) => state === before && !name.includes(" "))?.[0];
      const expected = {
        overwrite: states.get(input === FIRST ? "first" : "second"),
        append: states.get("first and second"),
        forget: less === undefined ? before : states.get(`${less} less one`),
      }[change];
      expect([before, expected]).toContain(after);
      if (after === before) old += 1;
      else fresh.add(change);
      if (change === "append" && after !== before) dirs.grown = "";
      expect((await personsIn(dir)).size).toBeGreaterThan(0);
    }
    // Both were met; else the moments prove nothing.
    expect(old).toBeGreaterThan(0);
    expect([...fresh].sort()).toEqual(["append", "forget", "overwrite"]);
  }, 900_000);

  it("is read to its end in the state in which it was opened", async () => {
    const dir = await ingested(FIRST, join(work, "read"));
    await ingested(SECOND, dir);
    const expected = await personsIn(dir);
    const store = await openTimelineStore(dir);
    const reading = store.timelines();
    const first = await reading.next();
    await ingested(FIRST, dir);
    const read = new Map([[first.value!.subjectId, JSON.stringify(first.value!.events)]]);
    for await (const { subjectId, events } of reading) read.set(subjectId, JSON.stringify(events));
    expect(read).toEqual(expected);
    store.close();
    expect(await personsIn(dir)).not.toEqual(expected);
  });

  it("is changed by one process at a time", async () => {
    const dir = await ingested(FIRST, join(work, "locked"));
    const state = await beginState(dir, fixedEffects());
    await expect(ingested(SECOND, dir)).rejects.toMatchObject({ code: "SITE_LOCKED" });
    await state.end();
    await ingested(SECOND, dir);
  });

  it("has another identity afterwards", async () => {
    const dir = await ingested(SECOND, join(work, "identity"));
    const hashOf = async (): Promise<string> => {
      const store = await openTimelineStore(dir);
      const hash = await store.contentHash();
      store.close();
      return hash;
    };
    const before = await hashOf();
    await forget(dir, [[...(await personsIn(dir)).keys()][0]!]);
    expect(await hashOf()).not.toBe(before);
  });
});

describe("a forgotten person", () => {
  it("is in no table any more, and nobody else has changed", async () => {
    const dir = await ingested(SECOND, join(work, "forget"));
    const before = await personsIn(dir);
    const [gone] = [...before.keys()] as [SubjectKey];
    const report = await forget(dir, [gone]);
    expect(report).toMatchObject({ asked: 1, forgotten: 1, searched: { found: 0 }, oldStatesInUse: 0 });
    before.delete(gone);
    expect(await personsIn(dir)).toEqual(before);
    expect(await searchForgotten(dir, new Set([gone]))).toMatchObject({ found: 0 });
    const store = await openTimelineStore(dir);
    const used = new Set(
      [...before.values()].flatMap((events) => [...events.matchAll(/"code":"([^"]+)"/g)].map((m) => m[1]!)),
    );
    const parents = new Set<string>();
    for (const { code, parentCodes } of await store.codes()) {
      for (const parent of parentCodes) parents.add(parent);
      if (!used.has(code))
        expect(parents.has(code) || (await store.codes()).some((c) => c.parentCodes.includes(code))).toBe(
          true,
        );
    }
    expect((await store.splits()).has(gone)).toBe(false);
    store.close();
    const account = await readFile(join(await currentState(dir), FORGOTTEN_JSONL), "utf8");
    expect(account).not.toContain(String(gone));
  });

  it("is found again by a check while an old state is still being read", async () => {
    const dir = await ingested(SECOND, join(work, "held"));
    await ingested(SECOND, dir);
    const [gone] = [...(await personsIn(dir)).keys()] as [SubjectKey];
    const reader = await openTimelineStore(dir);
    expect((await forget(dir, [gone])).oldStatesInUse).toBe(1);
    expect((await searchForgotten(dir, new Set([gone]))).found).toBeGreaterThan(0);
    reader.close();
    expect(await forget(dir, [gone])).toMatchObject({ forgotten: 0, oldStatesInUse: 0 });
    expect((await searchForgotten(dir, new Set([gone]))).found).toBe(0);
  });

  it("is not the last one: a dataset without persons is none", async () => {
    const dir = await ingested(SECOND, join(work, "everybody"));
    const before = await fingerprint(dir);
    await expect(forget(dir, (await personsIn(dir)).keys())).rejects.toMatchObject({
      code: "FORGET_NOBODY_LEFT",
    });
    await expect(forget(dir, [])).rejects.toMatchObject({ code: "FORGET_NOBODY" });
    expect(await fingerprint(dir)).toBe(before);
  });
});
