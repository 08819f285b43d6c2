import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { publicKeyText } from "../../src/artefacts/signed-json.ts";
import { type Person, readPeople } from "../../src/governance/people.ts";
import { lineageGraph } from "../../src/governance/release/lineage-graph.ts";
import { countingApprovals, findRelease, registryOf } from "../../src/governance/release/registry.ts";
import { renderLineage } from "../../src/governance/release/render-lineage.ts";
import type { Signed } from "../../src/governance/statements/record-statement.ts";
import { refuseClockSetBack } from "../../src/governance/statements/refuse-clock.ts";
import { auditEvent } from "../../src/state/audit/audit-event.ts";
import { appendAudit, readAudit } from "../../src/state/audit/audit-log.ts";
import { nextAnchor, verifyAudit } from "../../src/state/audit/verify-audit.ts";
import { openState, type State } from "../../src/state/open-state.ts";
import { stateSchema } from "../../src/state/state-config.ts";
import { fixedEffects } from "../support/fixed-effects.ts";

const site = publicKeyText(generateKeyPairSync("ed25519").privateKey);
const key = () => publicKeyText(generateKeyPairSync("ed25519").privateKey);
const people: Person[] = [
  { id: "ada", name: "Ada", roles: ["clinical"], publicKey: key() },
  { id: "tim", name: "Tim", roles: ["technical", "governance"], publicKey: key() },
];
const AT = "2026-06-15T00:00:00.000Z";
const released = (id: string, inherits: string | null = null): Signed => ({
  kind: "release",
  subject: id,
  at: AT,
  by: "system",
  model: "m",
  version: "1",
  folder: `releases/${id}`,
  verdict: "deploy",
  manifest: "h",
  inherits,
  publicKey: site,
});
const named = (id: string, name: string): Signed => ({
  kind: "alias",
  subject: id,
  at: AT,
  by: "tim",
  name,
  reason: "better",
  publicKey: people[1]!.publicKey,
});
const approved = (id: string, by: "ada" | "tim", role: "clinical" | "technical"): Signed => ({
  kind: "approval",
  subject: id,
  at: AT,
  by,
  role,
  reason: "read",
  publicKey: people.find((person) => person.id === by)!.publicKey,
});

describe("names of releases", () => {
  test("a name belongs to the release that got it last, and a retired one has none", () => {
    const all = [
      released("rel-1"),
      released("rel-2"),
      named("rel-1", "champion"),
      named("rel-2", "champion"),
    ];
    const registry = registryOf(all, people, site);
    expect(registry.map(({ aliases }) => aliases)).toEqual([[], ["champion"]]);
    expect(findRelease(registry, "champion").id).toBe("rel-2");
    expect(() => findRelease(registry, "challenger")).toThrow(
      expect.objectContaining({ code: "RELEASE_MISSING" }),
    );
    const retired: Signed = {
      kind: "stage",
      subject: "rel-2",
      at: AT,
      by: "tim",
      to: "retired",
      reason: "old",
      publicKey: people[1]!.publicKey,
    };
    expect(registryOf([...all, retired], people, site)[1]?.aliases).toEqual([]);
  });

  test("a release within a change plan counts the approvals of the one before, until it has its own", () => {
    const before = [
      released("rel-1"),
      approved("rel-1", "ada", "clinical"),
      approved("rel-1", "tim", "technical"),
    ];
    const registry = registryOf([...before, released("rel-2", "rel-1"), released("rel-3")], people, site);
    expect(registry.map((release) => countingApprovals(registry, release).length)).toEqual([2, 2, 0]);
  });
});

test("a lineage goes from the import to the release, and its page holds all it needs", () => {
  const graph = lineageGraph({
    schema: "longitude.release/1",
    id: "rel-0123456789abcdef",
    site: "s",
    model: "mm",
    version: "1",
    createdAt: AT,
    verdict: "deploy",
    reviewBy: "2027-06-15",
    lineage: [
      { kind: "report", id: "pp", inputs: { model: "mm" } },
      { kind: "model", id: "mm", inputs: { tokens: "tt" } },
      { kind: "tokens", id: "tt", inputs: { records: "rr" } },
      { kind: "records", id: "rr", inputs: {} },
    ],
    files: { "evidence/external/evaluation.json": "h" },
    publicKey: site,
  });
  expect(graph.nodes.map(({ kind, step }) => [kind, step])).toEqual([
    ["records", 0],
    ["tokens", 1],
    ["model", 2],
    ["evidence from elsewhere", 3],
    ["report", 3],
    ["release", 4],
  ]);
  expect(renderLineage(graph)).not.toMatch(/(src|href)="(https?:|\/\/)/);
});

test("two people of people.yaml may not share a key, because one of them could approve twice", async () => {
  const folder = await mkdtemp(join(tmpdir(), "longitude-people-"));
  const path = join(folder, "people.yaml");
  await writeFile(
    path,
    JSON.stringify({ people: [people[0], { ...people[0], id: "ada.again", roles: ["technical"] }] }),
  );
  await expect(readPeople(path)).rejects.toMatchObject({ code: "GOVERNANCE_FILE" });
  await writeFile(path, JSON.stringify({ people }));
  expect(await readPeople(path)).toHaveLength(2);
  expect(await readFile(path, "utf8")).toContain("ada");
  await rm(folder, { recursive: true });
});

describe("the audit log", () => {
  let folder: string;
  let state: State;
  const NOW = Date.parse(AT);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "longitude-log-"));
    state = await openState({ folder, config: stateSchema.parse({}), areas: [], effects: fixedEffects() });
    for (const [i, action] of ["vetting.decide", "privacy.reidentify", "governance.stage"].entries()) {
      const facts = {
        actor: "ada",
        action,
        object: "rel-1",
        patientKey: i === 1 ? "p-17" : null,
        reason: "why",
      };
      await state.transaction((tx) => appendAudit(tx, { ...facts, outcome: "done" }, NOW + i * 1000));
    }
  });
  afterAll(async () => {
    await state.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("becomes FHIR AuditEvents: who, what, which patient key, why, outcome", async () => {
    const entries = await state.transaction(async (tx) => {
      const read = [];
      for await (const entry of readAudit(tx)) read.push(entry);
      return read;
    });
    const events = entries.map((entry) => auditEvent(entry, "test"));
    expect(events[1]).toMatchObject({
      resourceType: "AuditEvent",
      type: { code: "rest" },
      subtype: [{ code: "privacy.reidentify" }],
      action: "R",
      recorded: "2026-06-15T00:00:01.000Z",
      outcome: "0",
      purposeOfEvent: [{ text: "why" }],
      agent: [{ who: { identifier: { value: "ada" } }, requestor: true }],
      source: { observer: { identifier: { value: "test" } } },
      entity: [
        { what: { identifier: { value: "rel-1" } }, type: { code: "2" } },
        { what: { identifier: { value: "p-17" } }, type: { code: "1" } },
      ],
    });
    expect(entries.map((entry) => auditEvent(entry, "test"))).toEqual(events);
  });

  test("is not judged by while the clock stands before it", async () => {
    const at = (nowMs: number) => state.transaction((tx) => refuseClockSetBack(tx, nowMs));
    await expect(at(NOW - 86_400_000)).rejects.toMatchObject({ code: "CLOCK_SET_BACK" });
    await expect(at(NOW - 60_000)).resolves.toBeUndefined();
  });

  test("has an anchor that moves forward only, so that a cut-off end is found", async () => {
    const anchor = (known: Parameters<typeof nextAnchor>[1]) =>
      state.transaction((tx) => nextAnchor(tx, known, AT));
    const end = await anchor(null);
    expect(end?.sequence).toBe(3);
    expect(await anchor(end)).toBeNull();
    expect(await anchor({ ...end!, sequence: 9 })).toBeNull();
    expect(await anchor({ ...end!, sequence: 1, hash: "f".repeat(64) })).toBeNull();
    const faults = async (...anchors: NonNullable<typeof end>[]) =>
      (await state.transaction((tx) => verifyAudit(tx, AT, anchors))).faults;
    expect(await faults(end!)).toEqual([]);
    expect(await faults({ ...end!, sequence: 4 })).toEqual([{ sequence: 4, kind: "cut off" }]);
    expect(await faults({ ...end!, hash: "f".repeat(64) }, end!)).toEqual([
      { sequence: 3, kind: "not the anchored log" },
    ]);
  });
});
