/** The Bulk Data client against a server process over HTTP: to whom it shows its token, and how it fails. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemEffects } from "../../src/effects/effects.ts";
import { createRandom } from "../../src/effects/random.ts";
import { createClientKey } from "../../src/ingest/bulk/client-key.ts";
import { cancelPull } from "../../src/ingest/bulk/pull.ts";
import {
  FILES,
  failureOf,
  pulled,
  question,
  serve,
  server,
  startPulling,
  stopPulling,
  work,
} from "./pull-harness.ts";

beforeAll(startPulling);
afterAll(stopPulling);

describe("the token", { timeout: 30_000 }, () => {
  it("is not sent where the manifest says that none is needed", async () => {
    const { requests } = await serve({ requiresAccessToken: false, filesElsewhere: true });
    const { report } = await pulled();
    expect(report.resources).toBe(7);
    const files = requests().filter(({ path }) => path.startsWith("/files/"));
    expect(files).toHaveLength(3);
    expect(files.filter(({ token }) => token)).toEqual([]);
  });

  it("is not sent to another origin, unless that is named", async () => {
    const { requests, elsewhere } = await serve({ filesElsewhere: true });
    expect((await failureOf()).code).toBe("PULL_ORIGIN");
    expect(requests().filter(({ other }) => other)).toEqual([]);
    const { report } = await pulled({ allowOrigins: [elsewhere] });
    expect(report).toMatchObject({ resources: 7, resumed: true });
  });

  it("does not follow a redirect to another origin", async () => {
    const { requests } = await serve({ redirectFiles: true });
    const { report } = await pulled();
    expect(report.resources).toBe(7);
    const there = requests().filter(({ other }) => other);
    expect(there).toHaveLength(3);
    expect(there.filter(({ token }) => token)).toEqual([]);
  });

  it("is asked for over https only, except on this machine", async () => {
    await serve();
    expect((await failureOf({ server: "http://ehr.example/fhir" })).code).toBe("PULL_INSECURE");
    expect((await failureOf({ server: "https://user:secret@ehr.example/fhir" })).code).toBe("PULL_INSECURE");
    expect((await failureOf({ tokenUrl: "http://ehr.example/token" })).code).toBe("PULL_INSECURE");
    expect(server.requests().filter(({ path }) => path === "/token")).toEqual([]);
  });

  it("is refused to a stranger, without a word of what the server said", async () => {
    await serve();
    const file = join(work, "stranger.json");
    await createClientKey(file, "ES384");
    const error = await failureOf({ keyFile: file });
    expect(error.code).toBe("PULL_REFUSED");
    expect(error.message).toContain("invalid_client");
    expect(error.message).not.toContain("John");
  });
});

describe("a pull that cannot end", { timeout: 30_000 }, () => {
  it("fails with the codes of the server's outcome and none of its text", async () => {
    await serve({ statusFails: true });
    const error = await failureOf();
    expect(error.code).toBe("PULL_JOB_FAILED");
    expect(error.message).toBe("the export failed with 500 (error processing)");
    // It is not asked for again: the next run begins a new export.
    await server.configure({ files: FILES });
    expect((await pulled()).report.resumed).toBe(false);
  });

  it("refuses a file whose resources are not as many as the manifest says", async () => {
    await serve({ wrongCount: true });
    expect((await failureOf()).code).toBe("PULL_COUNT");
    expect(readdirSync(join(work, "export")).filter((name) => !name.startsWith("."))).toEqual([]);
  });

  it("refuses a file that is not NDJSON", async () => {
    await serve({ files: { "Patient-1": ["<html>please log in</html>"] } });
    expect((await failureOf()).code).toBe("PULL_CONTENT");
  });

  it("gives up after its tries, and the next run goes on with the same export", async () => {
    const { requests } = await serve({ failures: { "/files/files/Condition-2": [500, 500, 500] } });
    expect((await failureOf({ tries: 3 })).code).toBe("PULL_UNAVAILABLE");
    const { report } = await pulled();
    expect(report).toMatchObject({ resumed: true, resources: 7 });
    const paths = requests().map(({ path }) => path);
    expect(paths.filter((path) => path.endsWith("$export"))).toHaveLength(1);
    expect(paths.filter((path) => path.endsWith("Patient-1"))).toHaveLength(1);
  });

  it("is given up at the server on request", async () => {
    const { requests } = await serve({ failures: { "/files": [500, 500] } });
    await failureOf({ tries: 1 });
    const { signal } = new AbortController();
    expect(await cancelPull(question(), systemEffects, createRandom("cancel"), signal)).toBe(true);
    expect(requests().at(-1)).toMatchObject({ method: "DELETE" });
    expect(await cancelPull(question(), systemEffects, createRandom("cancel"), signal)).toBe(false);
    expect((await pulled()).report.resumed).toBe(false);
  });

  it("keeps what the job's address gives away to its owner", async () => {
    await serve({ failures: { "/files": [500] } });
    await failureOf({ tries: 1 });
    expect(statSync(join(work, "export", ".job.json")).mode & 0o077).toBe(0);
  });
});
