/**
 * What WCAG 2.2 asks of every screen and axe does not see: text spaced wider (1.4.12), every stop of Tab in sight and marked, in the
 * smallest window, also in forced colours (2.4.7, 2.4.11), nothing that moves by itself where less motion is wanted (2.3.3), a title of
 * its own that says nothing of a patient (2.4.2), and one heading of the first level.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM } from "./support/chromium.ts";
import { faultOfFocus } from "./support/keyboard.ts";
import { NARROW, scrollsSideways, until, ZOOMED } from "./support/look.ts";
import { SCREEN_STATES } from "./support/screen-states.table.ts";
import { openScreens, type Screens } from "./support/screens.ts";

const LONGEST_MS = 300_000;
/** More stops than any screen has. */
const MOST_STOPS = 400;
/** The distances of success criterion 1.4.12. */
const SPACED = `(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
})()`;
/** Boxes that hide what of their text goes beyond them. */
const CUT_OFF = `[...document.querySelectorAll("main *, header *")]
  .filter((e) => {
    const { overflowX, overflowY, clip } = getComputedStyle(e);
    const hides = (o) => o === "hidden" || o === "clip";
    if (clip !== "auto" || e.closest("svg, .hidden, .skip") !== null || e.clientWidth < 2) return false;
    return (hides(overflowX) && e.scrollWidth > e.clientWidth + 1) || (hides(overflowY) && e.scrollHeight > e.clientHeight + 1);
  })
  .map((e) => e.tagName + "." + e.className)`;
const MOVING = "document.getAnimations().filter((a) => a.playState === 'running').length";

/** What is chosen, and says so by colour alone. */
const BY_COLOUR = `[...document.querySelectorAll("button[aria-pressed=true], a[aria-current]")]
  .filter((e) => e.getClientRects().length > 0 && parseFloat(getComputedStyle(e).borderTopWidth) < 3)
  .map((e) => e.innerText)`;

let screens: Screens;

/** Opens a screen and waits until it has everything. */
async function opened(path: string, as: Parameters<Screens["pageOf"]>[0]): Promise<Page> {
  const page = await screens.pageOf(as);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${screens.workspace.server.address}/app${screens.filled(path)}`);
  await page.locator("h1").waitFor();
  if (path !== "/gallery") await until(page, "document.querySelector('main .loading') === null");
  await until(page, "[...document.querySelectorAll('.plot')].every((p) => p.firstChild !== null)");
  return page;
}

/** Goes through everything that Tab comes to. @returns what is wrong with the stops */
async function tabThrough(page: Page): Promise<string[]> {
  await page.evaluate("document.activeElement?.blur(); window.scrollTo(0, 0)");
  const faults: string[] = [];
  for (let i = 0; i < MOST_STOPS; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate("document.activeElement === document.body")) return faults;
    const fault = await faultOfFocus(page);
    if (fault !== null) faults.push(fault);
  }
  throw new Error(`more than ${MOST_STOPS} stops`);
}

describe.skipIf(CHROMIUM === null)("every screen (skipped where there is no Chromium)", () => {
  beforeAll(async () => {
    screens = await openScreens();
  }, LONGEST_MS);
  afterAll(() => screens?.workspace.stop());

  test.each(SCREEN_STATES)(
    "$path keeps its text when it is spaced wider",
    { timeout: LONGEST_MS },
    async (row) => {
      const page = await opened(row.path, row.as);
      await page.evaluate(SPACED);
      for (const size of [{ width: 1280, height: 800 }, NARROW, ZOOMED]) {
        await page.setViewportSize(size);
        expect([await scrollsSideways(page), await page.evaluate(CUT_OFF)]).toEqual([false, []]);
      }
    },
  );

  test.each(SCREEN_STATES)(
    "$path shows each stop of Tab at 400 %, in forced colours too",
    { timeout: LONGEST_MS },
    async (row) => {
      const page = await opened(row.path, row.as);
      await page.setViewportSize(ZOOMED);
      expect(await tabThrough(page)).toEqual([]);
      await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
      expect(await tabThrough(page)).toEqual([]);
      expect(await page.evaluate(MOVING)).toBe(0);
      await page.setViewportSize({ width: 1280, height: 800 });
      expect(await page.evaluate(BY_COLOUR)).toEqual([]);
      // A page below another is not that one.
      expect(await page.locator("main a[aria-current]").allInnerTexts()).toEqual([]);
      await page.emulateMedia({ forcedColors: "none", reducedMotion: "reduce" });
    },
  );

  test("have a title of their own, without anything of a patient, and one heading of the first level", async () => {
    const titles: string[] = [];
    for (const { path, as } of SCREEN_STATES) {
      const page = await opened(path, as);
      await until(page, "document.title !== 'Longitude' || location.pathname === '/app'");
      titles.push(await page.title());
      expect([path, await page.locator("h1").count()]).toEqual([path, 1]);
    }
    // A patient from a chart and one from the list are one screen with two ways to it.
    expect(new Set(titles).size).toBe(titles.length - 1);
    expect(titles.filter((title) => /\d/.test(title))).toEqual([]);
  });
});
