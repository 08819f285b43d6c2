import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM } from "./support/chromium.ts";
import {
  axeFaults,
  NARROW,
  picture,
  scrollsSideways,
  smallTargets,
  tabStops,
  ZOOMED,
} from "./support/look.ts";
import { openWorkspace, type Workspace } from "./support/workspace.ts";
import { workspaceSite } from "./support/workspace-site.ts";

let workspace: Workspace;

describe.skipIf(CHROMIUM === null)("the workspace", () => {
  beforeAll(async () => {
    workspace = await openWorkspace(await workspaceSite(), { sandbox: true });
  });
  afterAll(() => workspace?.stop());

  test.each(["/app", "/app/gallery", "/app/nowhere"])(
    "%s is free of faults that axe finds, light and dark",
    async (path) => {
      for (const dark of [false, true]) {
        const { page, window } = await workspace.visit(path, { dark });
        expect(await axeFaults(page)).toEqual([]);
        if (!dark && path !== "/app/nowhere") await picture(page, path === "/app" ? "home" : "parts");
        await window.close();
      }
    },
  );

  test("runs its own files alone, and tells the console nothing", async () => {
    const { page, told, elsewhere, window } = await workspace.visit("/app/gallery");
    await page.locator(".plot svg").waitFor();
    const answered = await page.request.get(page.url());
    const policy = answered.headers()["content-security-policy"] ?? "";
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect([told, elsewhere]).toEqual([[], []]);
    await window.close();
  });

  test("keeps assets whose name tells what is in them, compressed, and the page itself never", async () => {
    const { text, headers } = await workspace.server.get("/app");
    expect(headers.get("cache-control")).toBe("no-cache");
    const [, script] = /src="(\/app\/assets\/[^"]+\.js)"/.exec(text) ?? [];
    const asset = await workspace.server.get(script as string, { "accept-encoding": "br" });
    expect(asset.headers.get("cache-control")).toContain("immutable");
    expect(asset.headers.get("content-encoding")).toBe("br");
    expect((await workspace.server.get("/app/assets/gone.js")).status).toBe(404);
    expect((await workspace.server.get("/app/assets/%2e%2e/stamp.txt")).status).toBe(404);
  });

  test("tells the browser with the page what its screen will load, and what it will ask where somebody is logged in", async () => {
    const key = "0".repeat(32);
    const linksOf = async (path: string, cookie = "") => {
      const { headers } = await workspace.server.get(path, cookie === "" ? {} : { cookie });
      const links = (headers.get("link") ?? "").split(", ");
      return (rel: string) =>
        links.filter((link) => link.includes(rel)).map((link) => link.slice(1, link.indexOf(">")));
    };
    const strangers = await linksOf(`/app/patients/${key}`);
    expect(strangers("as=fetch")).toEqual([]);
    const scripts = strangers("modulepreload");
    expect(scripts.length).toBeGreaterThan(2);
    for (const file of [...scripts, ...strangers("as=style")])
      expect((await workspace.server.get(file)).headers.get("cache-control")).toContain("immutable");
    const known = await linksOf(`/app/patients/${key}`, "longitude-session=whoever");
    expect(known("as=fetch")).toEqual(["/session", "/workspace/site", `/workspace/patients/${key}`]);
    expect((await linksOf("/app/patients/%3E%2C/team", "longitude-session=whoever"))("as=fetch")).toEqual([]);
    expect((await workspace.server.get("/app/nowhere")).headers.get("link")).toBe(null);
  });

  test.each([
    ["a window of 320 pixels", NARROW],
    ["400 % zoom", ZOOMED],
  ])("does not scroll sideways in %s, and its menu opens by keyboard", async (_what, size) => {
    const { page, window } = await workspace.visit("/app/gallery", size);
    expect(await scrollsSideways(page)).toBe(false);
    await page.getByRole("button", { name: "Menu" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Home" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
    expect(await scrollsSideways(page)).toBe(false);
    await window.close();
  });

  test("is gone through with Tab: the skip link first, each stop visible and outlined", async () => {
    const { page, window } = await workspace.visit("/app/gallery");
    const stops = await tabStops(page);
    expect(stops[0]?.name).toBe("Skip to the content");
    expect(stops.filter(({ visible, outlined }) => !visible || !outlined)).toEqual([]);
    expect(stops.map(({ name }) => name)).toContain("Open a dialog");
    expect(await smallTargets(page)).toEqual([]);
    await window.close();
  });

  test("a dialog takes focus, gives it back on Escape", async () => {
    const { page, window, told } = await workspace.visit("/app/gallery");
    const opener = page.getByRole("button", { name: "Open a dialog" });
    await opener.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Open a dialog");
    expect(told).toEqual([]);
    await window.close();
  });

  test("a chart is there as a table and as CSV, and sorting stands in the address", async () => {
    const { page, window } = await workspace.visit("/app/gallery");
    await page.getByRole("button", { name: "As table" }).click();
    await page.getByRole("rowheader", { name: "4" }).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "CSV" }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^[a-z-]+\.csv$/);
    expect(await readFile(await file.path(), "utf8")).toContain("Year,Share\r\n0,0.10");
    expect(await page.locator('[href^="data:"], [href^="blob:"]').count()).toBe(0);
    await page.getByRole("button", { name: "Size" }).click();
    expect(new URL(page.url()).searchParams.get("sort")).toBe("-size");
    expect(await page.getByRole("columnheader", { name: "Size" }).getAttribute("aria-sort")).toBe(
      "descending",
    );
    const first = page.locator(".sortable tbody th").first();
    expect(await first.textContent()).toBe("First");
    await window.close();
  });

  test("says who is not logged in, and shows nothing else", async () => {
    const { page, window } = await workspace.visit("/app/gallery", { roles: [] });
    expect(await page.locator("[data-state]").getAttribute("data-state")).toBe("denied");
    expect(await page.getByRole("navigation").count()).toBe(0);
    expect(await axeFaults(page)).toEqual([]);
    await window.close();
  });
});
