/** The keyboard alone, as somebody uses it who has no mouse: Tab and Shift with Tab, arrows, Enter, Space and letters, from where focus is. */
import type { Locator, Page } from "playwright-core";

/** Presses of Tab within which a control must be reached: more than any screen has stops before what it is about. */
const MOST_TABS = 150;

/**
 * What is wrong with what has focus; null where nothing is. It must be in the window with half of itself at least, where half of it
 * can be there, beneath nothing that sticks there (WCAG 2.4.11), and show that it has focus by an outline of 2 pixels or more.
 */
const FAULT_OF_FOCUS = `(() => {
  const e = document.activeElement;
  if (e === null || e === document.body) return null;
  const said = (e.getAttribute("aria-label") ?? [...(e.labels ?? [])].map((l) => l.innerText).join(" ")) || e.innerText || e.value || "";
  const name = e.tagName.toLowerCase() + " “" + said.replace(/\\s+/g, " ").trim().slice(0, 60) + "”";
  const style = getComputedStyle(e);
  if (e.tabIndex >= 0 && (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2)) return name + " shows no focus";
  const r = e.getBoundingClientRect();
  const height = Math.min(r.bottom, innerHeight) - Math.max(r.top, 0);
  const width = Math.min(r.right, innerWidth) - Math.max(r.left, 0);
  if (height <= 0 || width <= 0) return name + " is outside the window";
  if (e.tabIndex >= 0 && height < Math.min(r.height, innerHeight) / 2) return name + " is in the window with less than half of it";
  let shown = 0;
  for (const across of [0.1, 0.5, 0.9])
    for (const down of [0.1, 0.5, 0.9]) {
      const hit = document.elementFromPoint(Math.max(r.left, 0) + across * width, Math.max(r.top, 0) + down * height);
      const own = hit !== null && (e.contains(hit) || hit.contains(e) || [...(e.labels ?? [])].some((l) => l.contains(hit)));
      if (own) shown++;
    }
  return shown < 5 ? name + " has focus beneath something else" : null;
})()`;

/** Where a control is, as seen from what has focus. Radio buttons of one question are one stop of Tab. */
const PLACE = `
  const at = document.activeElement;
  if (e === at || (e.type === "radio" && at.type === "radio" && e.name === at.name && e.form === at.form)) return "here";
  return at.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_PRECEDING ? "before" : "after";`;

/** What a function's body says of the element `e`, in the page. */
export function askOf<T>(control: Locator, body: string): Promise<T> {
  return control.evaluate(new Function("e", body) as (e: unknown) => T);
}

export function faultOfFocus(page: Page): Promise<string | null> {
  return page.evaluate(FAULT_OF_FOCUS);
}

/**
 * Goes by Tab, or Shift and Tab where it stands above, to a control.
 * @param faults what is wrong with any stop on the way is added
 * @throws Error where no Tab comes to it
 */
export async function tabToControl(page: Page, control: Locator, faults: string[]): Promise<void> {
  await control.waitFor();
  for (let i = 0; i < MOST_TABS; i++) {
    const place: string = await askOf(control, PLACE);
    if (place === "here") return;
    await page.keyboard.press(place === "before" ? "Shift+Tab" : "Tab");
    const fault = await faultOfFocus(page);
    if (fault !== null) faults.push(fault);
  }
  throw new Error(`Tab does not come to ${control}`);
}

/** Presses an arrow until something holds, as somebody does who looks on. */
export async function arrowUntil(page: Page, key: string, holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < MOST_TABS; i++) {
    if (await holds()) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not lead there`);
}
