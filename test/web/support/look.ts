/** Ways of looking at a page that every screen's tests share: axe, narrow and zoomed windows, the keyboard, pictures. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import axe from "axe-core";
import type { Page } from "playwright-core";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const PICTURES = join(import.meta.dirname, "../../../docs/images/workspace");

/** What axe finds against WCAG 2.2 AA: rule and place, one a line; empty where nothing. */
export async function axeFaults(page: Page): Promise<string[]> {
  await page.evaluate(`${axe.source}; undefined`);
  const found: axe.AxeResults = await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(TAGS)}, resultTypes: ["violations"] })`,
  );
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

/** Waits until an expression holds in the page, whose policy lets nobody evaluate one within it again and again. */
export async function until(page: Page, expression: string): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (await page.evaluate(`Boolean(${expression})`)) return;
    await page.waitForTimeout(50);
  }
  throw new Error(`never so: ${expression}`);
}

/** Whether the page scrolls sideways as a whole; regions that scroll by themselves do not count. */
export async function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1");
}

/** Controls that are smaller than 24 × 24 CSS pixels and no link within a sentence: WCAG 2.5.8. */
export async function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll("a[href],button,select,input,[role=button],[role=tab]")]
    .filter((e) => { const r = e.getBoundingClientRect(); return r.width > 0 && (r.width < 24 || r.height < 24) && !e.closest("p,li,td,th,dd,.skip"); })
    .map((e) => e.outerHTML.slice(0, 120))`);
}

/** Presses Tab from the top and tells what had focus, until it comes round or `most` is reached. */
export async function tabStops(page: Page, most = 200): Promise<TabStop[]> {
  await page.evaluate("document.activeElement?.blur(); window.scrollTo(0, 0)");
  const stops: TabStop[] = [];
  for (let i = 0; i < most; i++) {
    await page.keyboard.press("Tab");
    const stop: TabStop | null = await page.evaluate(`(() => {
      const e = document.activeElement;
      if (e === null || e === document.body) return null;
      const r = e.getBoundingClientRect();
      const style = getComputedStyle(e);
      return {
        name: (e.getAttribute("aria-label") ?? e.innerText ?? e.value ?? "").trim().slice(0, 60),
        tag: e.tagName.toLowerCase(),
        outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        visible: r.width > 0 && r.bottom > 0 && r.top < innerHeight,
      };
    })()`);
    if (stop === null) break;
    stops.push(stop);
  }
  return stops;
}

export interface TabStop {
  readonly name: string;
  readonly tag: string;
  /** Whether it shows that it has focus. */
  readonly outlined: boolean;
  readonly visible: boolean;
}

/**
 * Goes with Tab, from where focus is, to the control of a name, as somebody does who has no mouse.
 * @throws Error where no Tab comes to it
 */
export async function tabTo(page: Page, name: string | RegExp, most = 150): Promise<void> {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press("Tab");
    const own: string = await page.evaluate(`(() => {
      const e = document.activeElement;
      const labels = [...(e.labels ?? [])].map((label) => label.innerText).join(" ");
      return (e.getAttribute("aria-label") ?? (labels || e.innerText || e.value || "")).replace(/\\s+/g, " ").trim();
    })()`);
    if (typeof name === "string" ? own === name : name.test(own)) return;
  }
  throw new Error(`Tab does not come to ${name}`);
}

/** Sizes of a window of 1280 × 1024 zoomed in to 400 %, and of a small telephone. */
export const ZOOMED = { width: 320, height: 256 };
export const NARROW = { width: 320, height: 640 };

/** Keeps a picture for the documentation, where LONGITUDE_PICTURES names the site to take them of: a test run changes no file else. */
export async function picture(page: Page, name: string, fullPage = true): Promise<void> {
  if (process.env.LONGITUDE_PICTURES === undefined) return;
  await mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage, animations: "disabled" });
}
