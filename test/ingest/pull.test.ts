/** The Bulk Data client against a server process over HTTP: what it asks, what it keeps, what it takes back. */
import { generateKeyPairSync } from "node:crypto";
import { readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClientKey } from "../../src/ingest/bulk/client-key.ts";
import {
  ALL,
  condition,
  FILES,
  failureOf,
  filesOf,
  ingested,
  keyFile,
  linesOf,
  patient,
  publish,
  pulled,
  serve,
  startPulling,
  stopPulling,
  work,
} from "./pull-harness.ts";

beforeAll(startPulling);
afterAll(stopPulling);

describe("a pull", { timeout: 30_000 }, () => {
  it("brings every file of a patient export, tells the server that it may forget it, and can be ingested", async () => {
    const { requests } = await serve();
    const { report, events } = await pulled();
    expect(report).toMatchObject({
      folder: "pull-2026-03-01T10-00-00.000Z",
      since: null,
      resources: 7,
      byType: { Patient: 3, Condition: 4 },
      jobDeleted: true,
      resumed: false,
    });
    expect(linesOf(join(work, "export", report.folder))).toEqual(ALL);
    expect(Object.keys(filesOf(join(work, "export", report.folder))).sort()).toEqual([
      "Condition.000001.ndjson.gz",
      "Condition.000002.ndjson.gz",
      "Patient.000001.ndjson.gz",
    ]);
    expect(events.filter((event) => event.kind === "progress" && event.stage === "exporting")).toContainEqual(
      expect.objectContaining({ told: "1 of 2" }),
    );
    const kicked = requests().find(({ path }) => path === "/fhir/Patient/$export");
    expect(kicked?.query).toContain("_outputFormat=application%2Ffhir%2Bndjson");
    expect(requests().at(-1)).toMatchObject({ method: "DELETE", alive: true });
    const { candidates, dataset } = await ingested(join(work, "export"));
    expect(candidates).toMatchObject({ kept: 10, rejected: 0 });
    expect(dataset.subjects).toBe(3);
  });

  it.each([
    ["system", undefined, "/fhir/$export"],
    ["group", "g-1", "/fhir/Group/g-1/$export"],
  ] as const)("asks for a %s export with types, filters and elements", async (level, group, path) => {
    const { requests } = await serve();
    await pulled({
      level,
      ...(group === undefined ? {} : { group }),
      types: ["Patient", "Condition"],
      typeFilters: ["Condition?category=problem-list-item", "Condition?clinical-status=active"],
      elements: ["id", "code"],
    });
    const asked = requests().find((request) => request.path === path);
    const query = new URLSearchParams(asked?.query);
    expect(query.get("_type")).toBe("Patient,Condition");
    expect(query.getAll("_typeFilter")).toHaveLength(2);
    expect(query.get("_elements")).toBe("id,code");
  });

  it.each(["RS384 PEM", "ES384 PEM", "RS384 JWK", "ES384 set of keys"])(
    "signs its assertion with a key in %s",
    async (kind) => {
      await serve();
      const file = join(work, "own-key");
      if (kind === "RS384 JWK") await createClientKey(file, "RS384");
      else {
        const { privateKey } = kind.startsWith("RS384")
          ? generateKeyPairSync("rsa", { modulusLength: 2048 })
          : generateKeyPairSync("ec", { namedCurve: "P-384" });
        const text = kind.endsWith("PEM")
          ? privateKey.export({ format: "pem", type: "pkcs8" }).toString()
          : JSON.stringify({ keys: [{ ...privateKey.export({ format: "jwk" }), kid: "site-1" }] });
        await writeFile(file, text);
      }
      await publish(keyFile, file);
      const { report } = await pulled({ keyFile: file });
      expect(report.resources).toBe(7);
      await publish(keyFile);
    },
  );

  it("renews its token before it ends and once more when the server takes it back", async () => {
    const { requests } = await serve({
      tokenSeconds: 1,
      pollsUntilReady: 6,
      retryAfter: "none",
      failures: { "/files/files/Patient": [401] },
    });
    await pulled({ pollMs: 250, longestWaitMs: 250 });
    const asked = requests().filter(({ path }) => path === "/token");
    expect(asked.length).toBeGreaterThan(1);
    expect(requests().filter(({ token, alive }) => token && !alive)).toEqual([]);
  });

  it("waits where it is told to and comes back after failures of every kind", async () => {
    await serve({
      failures: {
        "/token": [503],
        "/fhir/Patient": [429, 500],
        "/state": [429, 502, 503],
        "/files/files/Patient": [500, 429],
      },
      retryAfter: "date",
      breakOffAfter: 40,
      breakOffTimes: 2,
    });
    const { report } = await pulled();
    expect(linesOf(join(work, "export", report.folder))).toEqual(ALL);
    expect(report.waits).toBeGreaterThanOrEqual(8);
  });

  it("goes on with a file that broke off where it broke off", async () => {
    const { requests } = await serve({ breakOffAfter: 60, breakOffTimes: 1, gzip: false });
    const { report } = await pulled({ parallel: 1 });
    expect(linesOf(join(work, "export", report.folder))).toEqual(ALL);
    expect(requests().filter(({ range }) => range === "bytes=60-").length).toBeGreaterThan(0);
  });

  it("asks for the manifest again where the addresses of its files have ended", async () => {
    const { requests } = await serve({ signedFor: 2 });
    const { report } = await pulled({ parallel: 1 });
    expect(report.resources).toBe(7);
    expect(requests().filter(({ path }) => path === "/fhir/Patient/$export")).toHaveLength(1);
  });

  it("takes all three shapes of manifests, in pages", async () => {
    for (const shape of ["stu2", "stu3", "stu4"] as const) {
      const { requests } = await serve({ shape, filesPerPage: 1, errors: [OUTCOME] });
      const { report } = await pulled({ post: shape === "stu4" });
      expect(report).toMatchObject({
        resources: 7,
        files: 4,
        issues: [{ what: "warning not-supported", count: 1 }],
      });
      expect(requests().filter(({ path }) => /^\/state\/[^/]+\/\d/.test(path))).toHaveLength(2);
    }
  });

  it("fetches files while the server is still at work, each once", async () => {
    const { requests } = await serve({ partial: true, filesPerPage: 1, pollsUntilReady: 6 });
    const { report } = await pulled({ partialManifests: true });
    expect(linesOf(join(work, "export", report.folder))).toEqual(ALL);
    const order = requests().map(({ path }) => path);
    const fetched = order.filter((path) => path.startsWith("/files/"));
    expect(fetched).toHaveLength(3);
    expect(order.indexOf(fetched[0]!)).toBeLessThan(
      order.findLastIndex((path) => path.startsWith("/state/")) - 2,
    );
  });

  it("takes output that is organised by patient, and the state of an export that is told apart", async () => {
    const header = JSON.stringify({ resourceType: "Parameters", parameter: [{ name: "header" }] });
    await serve({ files: { "mixed-1": [header, patient("a"), condition("1", "a")] }, separateStatus: true });
    const { report } = await pulled({ organizeBy: "Patient" });
    expect(report.byType).toEqual({ mixed: 3 });
    expect((await ingested(join(work, "export"))).dataset.subjects).toBe(1);
  });

  it("reports how many files were empty and keeps none of them", async () => {
    await serve({ files: { ...FILES, "Procedure-1": [] } });
    const { report } = await pulled();
    expect(report).toMatchObject({ emptyFiles: 1, files: 3 });
    expect((await ingested(join(work, "export"))).dataset.subjects).toBe(3);
  });
});

const OUTCOME = JSON.stringify({
  resourceType: "OperationOutcome",
  issue: [{ severity: "warning", code: "not-supported", diagnostics: "patient John Doe" }],
});

describe("an increment", { timeout: 30_000 }, () => {
  const deleted = [
    JSON.stringify({
      resourceType: "Bundle",
      type: "transaction",
      entry: [
        { request: { method: "DELETE", url: "Condition/4" } },
        { request: { method: "DELETE", url: "Patient/b" } },
      ],
    }),
  ];
  const changed = { "Condition-1": [condition("5", "a", "N18.3")] };
  const transactionTimes = [
    "2026-03-01T10:00:00.000Z",
    "2026-03-02T10:00:00.000+01:00",
    "2026-03-03T10:00:00.000Z",
  ];

  it("asks for what changed since the server's own time of the last one, and takes back what was deleted", async () => {
    const { requests } = await serve({ changed, deleted, transactionTimes });
    await pulled();
    const { report } = await pulled();
    expect(report).toMatchObject({ since: "2026-03-01T10:00:00.000Z", resources: 1, deleted: 2 });
    expect(readdirSync(join(work, "export")).filter((name) => !name.startsWith("."))).toEqual([
      "pull-2026-03-01T10-00-00.000Z",
      "pull-2026-03-02T09-00-00.000Z",
    ]);
    const asked = requests().filter(({ path }) => path.endsWith("$export"));
    expect(new URLSearchParams(asked[1]!.query).get("_since")).toBe("2026-03-01T10:00:00.000Z");
    // a: birth, sex, two diagnoses; c: birth, sex, one diagnosis; b is gone with all that was hers.
    const { candidates, dataset, notes } = await ingested(join(work, "export"));
    expect(dataset).toMatchObject({ subjects: 2, events: 7 });
    expect(candidates.rejected).toBe(0);
    expect(notes).toContainEqual({ what: "deletion told by the source", count: 2 });
  });

  it("does not take back what came again after its deletion", async () => {
    const again = { "Condition-1": [condition("4", "c", "I10").replace("2026-01-01", "2026-03-05")] };
    await serve({ changed: again, deleted, transactionTimes });
    await pulled();
    await pulled();
    expect((await ingested(join(work, "export"))).dataset).toMatchObject({ subjects: 2, events: 7 });
  });

  it("gives way to a whole pull, which stands for all before it", async () => {
    const { requests } = await serve({ changed, deleted, transactionTimes });
    await pulled();
    await pulled();
    const { report } = await pulled({ since: "never" });
    expect(report.since).toBeNull();
    expect(readdirSync(join(work, "export")).filter((name) => !name.startsWith("."))).toEqual([
      report.folder,
    ]);
    await pulled();
    const asked = requests().filter(({ path }) => path.endsWith("$export"));
    expect(new URLSearchParams(asked[3]!.query).get("_since")).toBe("2026-03-03T10:00:00.000Z");
  });

  it("of the same time as the last one stands beside it", async () => {
    await serve({ changed });
    await pulled();
    const { report } = await pulled();
    expect(report.folder).toBe("pull-2026-03-01T10-00-00.000Z-1");
    expect(linesOf(join(work, "export", "pull-2026-03-01T10-00-00.000Z"))).toEqual(ALL);
    expect((await ingested(join(work, "export"))).dataset).toMatchObject({ subjects: 3, events: 11 });
  });

  it("of another question is refused instead of mixed in", async () => {
    await serve({ changed, transactionTimes });
    await pulled();
    expect((await failureOf({ types: ["Patient"] })).code).toBe("PULL_SOURCE_MISMATCH");
    expect((await failureOf({ level: "system" })).code).toBe("PULL_SOURCE_MISMATCH");
  });
});
