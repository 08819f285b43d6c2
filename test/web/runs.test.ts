import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeServedSite } from "../support/served-site.ts";
import {
  BUILD_MS,
  type BuiltSite,
  FAILED_RUN,
  makeBuiltSite,
  stepLine,
  TRAINING_RUN,
  tellRun,
} from "./support/built-site.ts";
import { CHROMIUM } from "./support/chromium.ts";
import { axeFaults, picture } from "./support/look.ts";
import { looksRight } from "./support/looks-right.ts";
import { openWorkspace, type VisitOptions, type Workspace } from "./support/workspace.ts";
import { writePlan } from "./support/written-plan.ts";

const ANALYST: VisitOptions = { roles: ["analyst"], person: "an.analyst" };
let site: BuiltSite;
let workspace: Workspace;

describe.skipIf(CHROMIUM === null)("runs", () => {
  beforeAll(async () => {
    site = await makeBuiltSite();
    workspace = await openWorkspace(site.folder);
  }, BUILD_MS);
  afterAll(() => workspace?.stop());

  test.each([
    ["the newest", () => ""],
    ["one held against another", () => `?run=${site.runs[1]}&against=${site.runs[0]}`],
    ["one that failed", () => `?run=${FAILED_RUN}`],
  ])(
    "have nothing that axe finds, narrow, zoomed or dark, and are gone through with Tab: %s",
    async (_, search) => {
      await looksRight(workspace, `/app/runs${search()}`, ANALYST);
    },
  );

  test("stand in a table, whose filter stands in the address", async () => {
    const { page, window } = await workspace.visit("/app/runs", ANALYST);
    const table = page.getByRole("region", { name: "Training runs of this site" });
    await table.waitFor();
    expect(await table.locator("tbody tr").count()).toBe(4);
    await page.getByLabel("Status", { exact: true }).selectOption("failed");
    expect(await table.locator("tbody tr").count()).toBe(1);
    expect(await table.locator("tbody tr").innerText()).toContain("TRAINING_DIVERGED");
    expect(new URL(page.url()).searchParams.get("status")).toBe("failed");
    await window.close();
  });

  test("differ in the keys that were asked for otherwise, and in those alone", async () => {
    const { page, window } = await workspace.visit(
      `/app/runs?run=${site.runs[1]}&against=${site.runs[0]}`,
      ANALYST,
    );
    const table = page.getByRole("region", { name: /^1 of \d+ keys differ/ });
    await table.waitFor();
    const row = table.locator("tbody tr");
    expect(await row.count()).toBe(1);
    expect((await row.innerText()).split(/\s+/)).toEqual(["configuration.training.depth", "2", "1"]);
    await window.close();
  });

  test("tell the loss after each epoch that the run itself has measured", async () => {
    const { page, window } = await workspace.visit(`/app/runs?run=${site.runs[0]}`, ANALYST);
    const answer = await (
      await page.request.get(`${workspace.server.address}/workspace/run?run=${site.runs[0]}`)
    ).json();
    const { curve, steps, run } = answer.opened;
    expect(curve).toHaveLength(2);
    expect(run.tuningLoss).toBe(Math.min(...curve.map(({ loss }: { loss: number }) => loss)));
    expect(steps.at(-1).gradientNorm).toBeGreaterThan(0);
    const chart = page.locator("#losses");
    await chart.getByRole("button", { name: "As table" }).click();
    for (const { loss } of curve)
      await chart
        .getByRole("cell", { name: loss.toFixed(4) })
        .first()
        .waitFor();
    await window.close();
  });

  test("are followed while they train, without the reader's doing", async () => {
    const { page, window } = await workspace.visit(`/app/runs?run=${TRAINING_RUN}`, ANALYST);
    await page.getByRole("heading", { name: /training$/ }).waitFor();
    await page.getByText("10 % of the steps done").waitFor();
    await tellRun(site.folder, TRAINING_RUN, stepLine(60));
    await page.getByText("60 % of the steps done").waitFor({ timeout: 15_000 });
    await window.close();
  });

  test("are looked at often while something trains, rarely while nothing does, not at all in a hidden tab, and as if nobody were there", async () => {
    const { page, window } = await workspace.visit("/app/nowhere", ANALYST);
    const asked: boolean[] = [];
    let trains = true;
    await page.route(
      (url) => url.pathname === "/workspace/runs",
      async (route) => {
        asked.push(route.request().headers()["x-unattended"] === undefined);
        const response = await route.fetch();
        const answer = await response.json();
        for (const run of answer.runs) if (run.status === "training" && !trains) run.status = "stopped";
        await route.fulfill({ response, json: answer });
      },
    );
    await page.clock.install();
    await page.goto(`${workspace.server.address}/app/runs`);
    await page.getByRole("heading", { name: "All runs" }).waitFor();
    /** How often it was asked in so many seconds, and whether somebody was there. */
    const within = async (seconds: number) => {
      const before = asked.length;
      for (let i = 0; i < seconds; i += 5) {
        await page.clock.runFor(5000);
        await page.waitForLoadState("networkidle");
        await page.waitForTimeout(100);
      }
      return asked.slice(before);
    };
    expect((await within(30)).length).toBeGreaterThanOrEqual(5);
    // Nobody has touched the page for long: it is followed on, and keeps no session from ending.
    await within(60);
    const alone = await within(600);
    expect(alone.length).toBeGreaterThanOrEqual(115);
    expect(alone).not.toContain(true);
    trains = false;
    await within(5);
    expect((await within(90)).length).toBeLessThanOrEqual(4);
    expect((await within(60)).length).toBeGreaterThanOrEqual(1);
    await page.evaluate(`Object.defineProperty(document, "visibilityState", { value: "hidden" });
      window.dispatchEvent(new Event("visibilitychange"))`);
    expect(await within(120)).toEqual([]);
    await window.close();
  });

  test("show what the planner found, once there is a plan", async () => {
    const { page, window } = await workspace.visit("/app/runs", ANALYST);
    await page.getByText("No plan yet").waitFor();
    await writePlan(site.folder);
    await page.reload();
    await page.getByRole("heading", { name: /^In 60 min, depth 2 with 8 k parameters/ }).waitFor();
    await looksRight(workspace, "/app/runs", ANALYST);
    await window.close();
  });

  test("are refused to whoever has no role for them, and say which code a failure has", async () => {
    const denied = await workspace.visit("/app/runs", { roles: ["clinician"], person: "a.clinician" });
    await denied.page.locator("[data-state=denied]").first().waitFor();
    expect(await axeFaults(denied.page)).toEqual([]);
    await denied.window.close();
    const { page, window } = await workspace.visit(`/app/runs?run=${"0".repeat(64)}`, ANALYST);
    await page.locator("[data-state=failed]").waitFor();
    expect(await page.locator("main").innerText()).toContain("ROUTE_UNKNOWN");
    expect(await axeFaults(page)).toEqual([]);
    await window.close();
  });
});

describe.skipIf(CHROMIUM === null)("a site that has trained nothing", () => {
  test("says what makes a run", async () => {
    const { folder } = await makeServedSite();
    const empty = await openWorkspace(folder);
    const { page, window } = await empty.visit("/app/runs", ANALYST);
    await page.getByText("No run yet").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await window.close();
    await empty.stop();
  });
});

describe.skipIf(CHROMIUM === null || process.env.LONGITUDE_PICTURES === undefined)("pictures", () => {
  test("of runs", async () => {
    const finished = await openWorkspace(process.env.LONGITUDE_PICTURES as string);
    const { page, window } = await finished.visit("/app/runs");
    await page.locator("#losses svg").waitFor();
    await page.waitForTimeout(1500);
    await picture(page, "runs");
    await window.close();
    await finished.stop();
  });
});
