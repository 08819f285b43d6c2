/**
 * A journey is written once, by what is pressed, chosen and written, and made by each of four hands: with a pointer, and by the
 * keyboard alone in a large window, in 320 pixels and at 400 %. Invariant: a hand on the keyboard presses keys and does nothing else;
 * the place of focus follows from them.
 */
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { arrowUntil, askOf, faultOfFocus, tabToControl } from "./keyboard.ts";
import { axeFaults, NARROW, scrollsSideways, until, ZOOMED } from "./look.ts";
import type { Visit, VisitOptions, Workspace } from "./workspace.ts";

export interface HandKind {
  readonly name: string;
  readonly keyboard: boolean;
  /** CSS pixels; the usual window when left out. */
  readonly width?: number;
  readonly height?: number;
}

export const HANDS: readonly HandKind[] = [
  { name: "with a pointer", keyboard: false },
  { name: "by the keyboard alone", keyboard: true },
  { name: "by the keyboard alone in 320 pixels", keyboard: true, ...NARROW },
  { name: "by the keyboard alone at 400 %", keyboard: true, ...ZOOMED },
];

export interface Hand extends Visit {
  /** Opens a screen by the navigation, and waits for its heading. */
  open(title: string): Promise<void>;
  /** A button or a link. */
  press(control: Locator): Promise<void>;
  /** An option of a select, by what it is called. */
  choose(select: Locator, option: string | RegExp): Promise<void>;
  /** One of radio buttons. */
  pick(radio: Locator): Promise<void>;
  /** Into a field, in place of what stands there. */
  write(field: Locator, text: string): Promise<void>;
  /** A file, in the dialog of the browser that the field opens. */
  file(field: Locator, path: string): Promise<void>;
  /** Keys that mean something to a control: `ArrowLeft`, `+`. */
  keys(control: Locator, ...keys: readonly string[]): Promise<void>;
  /** Looks at the screen as it stands: axe finds nothing. */
  look(): Promise<void>;
  /**
   * Closes the window; fails with all that was wrong on the way.
   * @param refused what the browser itself may tell the console: the status of a refusal that the journey is about
   */
  end(refused?: 403): Promise<void>;
}

/** Opens a window at a path, as somebody with these roles. */
export async function takeInHand(
  workspace: Workspace,
  kind: HandKind,
  path: string,
  who: VisitOptions,
): Promise<Hand> {
  const { width, height } = kind;
  const size = width === undefined || height === undefined ? {} : { width, height };
  const visit = await workspace.visit(path, { ...who, ...size });
  const { page } = visit;
  const faults: string[] = [];
  const acts = kind.keyboard ? keyboardActs(page, faults) : pointerActs(page);

  let last = "opening the window";
  let loaded = await timeOfLoad(page);
  /** Looks at what the last step has left behind, at once and again when the journey goes on: answers may have come since. */
  const settled = async () => {
    await until(page, "document.querySelector('main *') && !document.querySelector('.loading')");
    if (await scrollsSideways(page)) faults.push(`the page scrolls sideways after ${last}`);
    if (!kind.keyboard) return;
    const now = await timeOfLoad(page);
    // A page that was loaded anew begins without focus; in one that stays, whoever has no mouse must know where they are.
    if (now === loaded && last !== "opening the window" && !(await hasFocus(page)))
      faults.push(`focus is lost after ${last}`);
    const fault = await faultOfFocus(page);
    if (fault !== null) faults.push(`${fault}, after ${last}`);
  };
  const step = async (what: string, act: () => Promise<void>) => {
    await settled();
    last = what;
    loaded = await timeOfLoad(page);
    await act();
    await settled();
  };
  const press = (control: Locator) => step(`pressing ${control}`, () => acts.press(control));
  return {
    ...visit,
    press,
    open: async (title) => {
      const navigation = page.getByRole("navigation", { name: "Screens" });
      const menu = navigation.getByRole("button", { name: "Menu" });
      await navigation.waitFor();
      if (await menu.isVisible()) await press(menu);
      await press(navigation.getByRole("link", { name: title, exact: true }));
      await page.getByRole("heading", { level: 1, name: title }).waitFor();
    },
    choose: (select, option) =>
      step(`choosing of ${select}`, async () => {
        await select.waitFor();
        const names = await select.locator("option").allTextContents();
        const place = names.findIndex((name) =>
          typeof option === "string" ? name === option : option.test(name),
        );
        if (place === -1) throw new Error(`${select} has no ${option}, but ${names.join(", ")}`);
        await acts.choose(select, place);
      }),
    pick: (radio) => step(`picking ${radio}`, () => acts.pick(radio)),
    write: (field, text) => step(`writing into ${field}`, () => acts.write(field, text)),
    file: (field, path) =>
      step(`choosing a file at ${field}`, async () => {
        const [chooser] = await Promise.all([page.waitForEvent("filechooser"), acts.press(field)]);
        await chooser.setFiles(path);
      }),
    keys: (control, ...keys) =>
      step(`keys at ${control}`, async () => {
        await acts.reach(control);
        for (const key of keys) await page.keyboard.press(key);
      }),
    look: async () => {
      await settled();
      faults.push(...(await axeFaults(page)));
    },
    end: async (refused) => {
      await settled();
      await visit.window.close();
      expect([...new Set(faults)]).toEqual([]);
      const told = visit.told.filter(
        (line) => refused === undefined || !line.includes(`status of ${refused}`),
      );
      expect([told, visit.elsewhere]).toEqual([[], []]);
    },
  };
}

interface Acts {
  /** Gives a control focus. */
  reach(control: Locator): Promise<void>;
  press(control: Locator): Promise<void>;
  choose(select: Locator, place: number): Promise<void>;
  pick(radio: Locator): Promise<void>;
  write(field: Locator, text: string): Promise<void>;
}

function pointerActs(page: Page): Acts {
  const press = (control: Locator) => control.click();
  return {
    reach: press,
    // What says that it is disabled can be pressed all the same, and says then what is missing.
    press: async (control) => {
      await control.waitFor();
      if ((await control.getAttribute("aria-disabled")) !== "true") return press(control);
      await control.scrollIntoViewIfNeeded();
      const box = await control.boundingBox();
      if (box === null) throw new Error(`${control} is not to be seen`);
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    },
    choose: async (select, index) => void (await select.selectOption({ index })),
    pick: (radio) => radio.check(),
    write: async (field, text) => {
      await field.click();
      await page.keyboard.press("Control+A");
      await page.keyboard.type(text);
    },
  };
}

function keyboardActs(page: Page, faults: string[]): Acts {
  const reach = (control: Locator) => tabToControl(page, control, faults);
  return {
    reach,
    press: async (control) => {
      await reach(control);
      await page.keyboard.press("Enter");
    },
    choose: async (select, place) => {
      await reach(select);
      const at = await askOf<number>(select, "return e.selectedIndex");
      for (let i = 0; i < Math.abs(place - at); i++)
        await page.keyboard.press(place > at ? "ArrowDown" : "ArrowUp");
      expect(await askOf<number>(select, "return e.selectedIndex")).toBe(place);
    },
    pick: async (radio) => {
      await reach(radio);
      await arrowUntil(page, "ArrowDown", () => askOf(radio, "return e === document.activeElement"));
      if (!(await radio.isChecked())) await page.keyboard.press("Space");
    },
    write: async (field, text) => {
      await reach(field);
      await page.keyboard.press("Control+A");
      await page.keyboard.type(text);
    },
  };
}

const timeOfLoad = (page: Page): Promise<number> => page.evaluate("performance.timeOrigin");

/** Whether something has it, soon: what an answer brings may take it a moment later. */
async function hasFocus(page: Page): Promise<boolean> {
  for (let i = 0; i < 20; i++) {
    if (await page.evaluate("document.activeElement !== null && document.activeElement !== document.body"))
      return true;
    await page.waitForTimeout(50);
  }
  return false;
}
