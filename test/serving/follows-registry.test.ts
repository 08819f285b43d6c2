/** Which release a running server serves: the registry's, from when people have signed it, with no request refused. */
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { toJson } from "../../src/artefacts/canonical-json.ts";
import { signJson } from "../../src/artefacts/signed-json.ts";
import { systemEffects } from "../../src/effects/effects.ts";
import { fhirRecord, patientView, recordBundle } from "../support/fhir-record.ts";
import { type RunningServer, type RunOptions, runServer } from "../support/running-server.ts";
import { addSecondRelease } from "../support/second-release.ts";
import { makeServedSite, type ServedSite } from "../support/served-site.ts";
import { temporaryFolder } from "../support/small-cohort.ts";

const VIEW = "/cds-services/longitude-patient-view";
const FOLLOW = { followEveryMs: 50 };
const record = fhirRecord();

/** With a second release that is live and the champion, and counts the first one's approvals. */
let made: ServedSite;
let second: string;
beforeAll(async () => {
  made = await makeServedSite({ verdict: "deploy", stage: "live" });
  second = await addSecondRelease(made, { inherits: true, stage: "live", alias: "champion" });
}, 240_000);

async function ownSite(): Promise<ServedSite> {
  const folder = await temporaryFolder();
  await cp(made.folder, folder, { recursive: true });
  return { ...made, folder };
}

const ready = async (server: RunningServer) => (await server.get("/readyz")).json.release as string;

/** Until the server says that it serves a release. */
async function serves(server: RunningServer, release: string): Promise<void> {
  await expect.poll(() => ready(server), { timeout: 60_000 }).toBe(release);
}

async function goBack(server: RunningServer, from: string, { people }: ServedSite): Promise<void> {
  const { governance, effects } = server.context;
  const said = { at: new Date(effects.now()).toISOString(), by: "tim", reason: "alarm at night" };
  const signed = (await governance.goingBack(from)).map((one) => {
    const statement = { ...one, ...said };
    return { statement, signature: signJson(toJson(statement), people.tim) };
  });
  await governance.rollBack(signed);
}

async function stop(server: RunningServer, release: string, { people }: ServedSite): Promise<void> {
  const at = new Date(systemEffects.now()).toISOString();
  const statement = {
    ...{ kind: "stage" as const, subject: release, at, by: "tim", to: "stopped" as const },
    reason: "alarm at night",
  };
  await server.context.governance.record(statement, signJson(toJson(statement), people.tim));
}

async function withTwo(
  options: RunOptions,
  work: (server: RunningServer, site: ServedSite) => Promise<void>,
  spoil: (site: ServedSite) => Promise<void> = async () => {},
): Promise<void> {
  const site = await ownSite();
  const server = await runServer(site.folder, { ...FOLLOW, ...options });
  try {
    await spoil(site);
    await work(server, site);
  } finally {
    await server.stop();
  }
}

describe("a running server", () => {
  test("answers with the release before from a roll-back on; what is asked meanwhile is answered, each answer by one release", () =>
    withTwo({}, async (server, site) => {
      expect(await ready(server)).toBe(second);
      const answered: string[] = [];
      let over = false;
      const asking = Array.from({ length: 4 }, async () => {
        while (!over) {
          const { status, json } = await server.post(VIEW, patientView(record));
          expect(status).toBe(200);
          for (const { source } of json.cards) answered.push(source.label);
        }
      });
      await goBack(server, second, site);
      await serves(server, site.release);
      await setTimeout(300);
      over = true;
      await Promise.all(asking);
      const { json } = await server.post("/v1/forecasts", { bundle: recordBundle(record) });
      expect(json.release.id).toBe(site.release);
      expect(json.stage ?? "live").toBe("live");
      expect(answered.length).toBeGreaterThan(0);
      expect(server.context.model.manifest.id).toBe(site.release);
      const log = server.log.map((line) => JSON.parse(line));
      expect(log.filter(({ event }) => event === "release")).toMatchObject([{ release: site.release }]);
      expect(log.filter(({ event, status }) => event === "failed" || status >= 500)).toEqual([]);
    }));

  test("shows nothing between the signature and the change: who stops a release need not wait for the next", () =>
    withTwo({ followEveryMs: 60_000 }, async (server, site) => {
      await goBack(server, second, site);
      await setTimeout(5100);
      const { json } = await server.post(VIEW, patientView(record));
      expect(json.cards).toEqual([]);
      expect(await ready(server)).toBe(second);
    }));

  test("keeps to the release that was named by its id, and follows a name that goes elsewhere", async () => {
    const site = await ownSite();
    const pinned = await runServer(site.folder, { ...FOLLOW, release: second });
    await goBack(pinned, second, site);
    await setTimeout(1000);
    expect(await ready(pinned)).toBe(second);
    await pinned.stop();
    const named = await runServer(site.folder, { ...FOLLOW, release: "champion" });
    expect(await ready(named)).toBe(site.release);
    await stop(named, site.release, site);
    await setTimeout(1000);
    expect(await ready(named)).toBe(site.release);
    await named.stop();
  });

  test("goes on withholding where the release before is damaged, says so once, and serves it when it is whole again", () => {
    let file = "";
    let whole = "";
    return withTwo(
      {},
      async (server, site) => {
        await stop(server, second, site);
        const failures = () =>
          server.log.map((line) => JSON.parse(line)).filter(({ event }) => event === "failed");
        await expect.poll(() => failures().length, { timeout: 20_000 }).toBeGreaterThan(0);
        expect(failures()).toMatchObject([
          { route: "release", code: "RELEASE_DAMAGED", release: site.release },
        ]);
        expect(await ready(server)).toBe(second);
        await writeFile(file, whole);
      },
      async ({ folder, release }) => {
        file = join(folder, "releases", release, "card.json");
        whole = await readFile(file, "utf8");
        await writeFile(file, "{}");
      },
    );
  });

  test(
    "works on its jobs through a change",
    () =>
      withTwo({ sandbox: true }, async (server, site) => {
        const line = JSON.stringify({ bundle: recordBundle(fhirRecord({ events: 5 })) });
        const lines = Array.from({ length: 4000 }, () => line).join("\n");
        const accepted = await server.post("/v1/jobs/forecasts", lines, {
          "content-type": "application/x-ndjson",
        });
        expect(accepted.status).toBe(202);
        const path = accepted.headers.get("location") as string;
        const done = async () => (await server.get(path)).json.done as number;
        await expect.poll(done, { timeout: 60_000 }).toBeGreaterThan(0);
        await goBack(server, second, site);
        await serves(server, site.release);
        const byNow = await done();
        await expect.poll(done, { timeout: 60_000 }).toBeGreaterThan(byNow);
        const { text } = await server.get(`${path}/lines`);
        const answers = text
          .trim()
          .split("\n")
          .map((one) => JSON.parse(one));
        expect(answers.map(({ request }) => request)).toEqual(answers.map((_, i) => i));
        expect([...new Set(answers.map(({ release, error }) => error?.code ?? release.id))]).toEqual([
          second,
          site.release,
        ]);
        expect((await server.delete(path)).json.state).toBe("cancelled");
      }),
    180_000,
  );

  test("stops in the middle of a change", async () => {
    const site = await ownSite();
    const server = await runServer(site.folder, { ...FOLLOW, rehearsals: 20 });
    await goBack(server, second, site);
    await setTimeout(150);
    await server.stop();
    expect(server.log.map((line) => JSON.parse(line).event).at(-1)).toBe("stopped");
    const again = await runServer(site.folder, FOLLOW);
    expect(await ready(again)).toBe(site.release);
    await again.stop();
  });
});
