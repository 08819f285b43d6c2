/** Every screen in every state of the table, wide, narrow and zoomed: nothing that axe finds, nothing that scrolls sideways. */
import type { Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM } from "./support/chromium.ts";
import { axeFaults, NARROW, scrollsSideways, until, ZOOMED } from "./support/look.ts";
import { SCREEN_STATES, type ScreenRow } from "./support/screen-states.table.ts";
import { openScreens, type Screens } from "./support/screens.ts";
import type { Workspace } from "./support/workspace.ts";

const SIZES = { "1280 px": { width: 1280, height: 800 }, "320 px": NARROW, "400 %": ZOOMED } as const;
/** Of one screen, on a machine that does much else. */
const LONGEST_MS = 600_000;
const UNAVAILABLE = {
  ...{ code: "STATE_UNAVAILABLE", message: "the database does not answer" },
  ...{ remedy: "Wait a minute, then try again.", requestId: "a-request" },
};

/** Title of each screen; parts that only developers look at stay English. */
const SPANISH: Readonly<Record<string, string>> = {
  "/": "Inicio",
  "/gallery": "Parts of the workspace",
  "/help": "Ayuda",
  "/worklist": "Lista de trabajo",
  "/patients/$key": "Paciente",
  "/patient": "Paciente",
  "/patients/$key/team": "Equipo asistencial",
  "/patients/$key/plain": "Lo que puede venir",
  "/patients/$key/tokens": "Un registro como tokens",
  "/sandbox": "Entorno de prueba",
  "/evidence": "Evidencia",
  "/errors": "Revisión de errores",
  "/errors/$key": "Expediente de una persona reservada",
  "/release": "Versión",
  "/card": "Ficha del modelo",
  "/audit": "Registro de auditoría",
  "/monitoring": "Vigilancia",
  "/quality": "Fuentes y calidad",
  "/deidentification": "Prueba de desidentificación",
  "/redaction": "Revisión de la anonimización",
  "/vetting": "Revisión por expertos",
  "/runs": "Entrenamientos",
  "/tokens": "Tokens",
  "/lineage": "Procedencia",
};

/** Words that English has in any sentence, and Spanish never. */
const ENGLISH_WORDS = /\b(the|of|with|and|is|are|was|were|from|within|years?|about|this|that)\b/i;

/** Texts that read as English and are not marked so; code, commands and the words of the records are as they are. */
async function unmarkedEnglish(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
      if (${ENGLISH_WORDS}.test(node.data) && node.parentElement.closest("[lang=en], code, pre, script, style") === null)
        found.push(node.data);
    return found;
  })()`);
}

const FAILED = "[data-state=failed], [data-state=denied]";

let screens: Screens;
let workspace: Workspace;
const pageOf: Screens["pageOf"] = (role) => screens.pageOf(role);
const filled: Screens["filled"] = (path) => screens.filled(path);

/** Opens a screen whose question is answered so, and looks at it in every size. */
async function look(
  row: ScreenRow,
  role: ScreenRow["as"],
  answers: Readonly<Record<string, (route: Route) => unknown>>,
  shows: string,
) {
  const page = await pageOf(role);
  await page.setViewportSize(SIZES["1280 px"]);
  for (const [asks, answer] of Object.entries(answers)) {
    const asked = (url: URL) => url.pathname === filled(asks);
    await page.route(asked, async (route) => void (await answer(route)));
  }
  await page.goto(`${workspace.server.address}/app${filled(row.path)}`, { waitUntil: "commit" });
  await page.locator(`main :is(${shows})`).first().waitFor();
  if (shows !== ".loading") await until(page, "document.querySelector('main .loading') === null");
  const faults: string[] = [];
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    faults.push(...(await axeFaults(page)).map((fault) => `${size}: ${fault}`));
    if (await scrollsSideways(page)) faults.push(`${size}: scrolls sideways`);
  }
  await page.unrouteAll({ behavior: "ignoreErrors" });
  expect(faults).toEqual([]);
}

describe.skipIf(CHROMIUM === null)("every screen in every state (skipped where there is no Chromium)", () => {
  beforeAll(async () => {
    screens = await openScreens();
    workspace = screens.workspace;
  });
  afterAll(() => workspace?.stop());

  test.each(SCREEN_STATES)("$path", { timeout: LONGEST_MS }, async (row) => {
    const { as, asks, refused, states } = row;
    if (typeof asks !== "string") {
      // The gallery shows the state of loading among its parts.
      await look(row, as, {}, row.path === "/gallery" ? ".loading" : "h1");
      return;
    }
    // Nothing is answered as long as the page is open.
    await look(row, as, { [asks]: () => new Promise(() => {}) }, ".loading");
    const fail = (route: Route) => route.fulfill({ status: 503, json: { error: UNAVAILABLE } });
    await look(row, as, { [asks]: fail }, FAILED);
    for (const other of row.also ?? []) {
      await look(row, as, { [other]: () => new Promise(() => {}) }, ".loading");
      await look(row, as, { [other]: fail }, FAILED);
    }
    if (typeof refused === "string")
      await look(row, refused, { [asks]: (route) => route.continue() }, "[data-state=denied]");
    for (const [state, how] of Object.entries(states)) {
      if ("never" in how || "shownIn" in how) continue;
      const changes = Object.entries(how).map(([path, change]) => [
        path,
        async (route: Route) => {
          const response = await route.fetch();
          await route.fulfill({ response, json: change(await response.json()) });
        },
      ]);
      await look(row, as, Object.fromEntries(changes), `[data-state=${state}]`);
    }
  });

  test.each(SCREEN_STATES)("$path is there in Spanish", async ({ path, as }) => {
    const title = SPANISH[path];
    if (title === undefined) throw new Error(`${path} has no title in Spanish`);
    const { page, window } = await workspace.visit("/app/nowhere", { roles: [as], person: as });
    await page.evaluate("localStorage.setItem('longitude.language', 'es')");
    await page.goto(`${workspace.server.address}/app${filled(path)}`);
    await page.getByRole("heading", { level: 1, name: title, exact: true }).waitFor();
    // The gallery shows the state of loading for good.
    if (path !== "/gallery") await until(page, "document.querySelector('main .loading') === null");
    expect(await page.evaluate("document.documentElement.lang")).toBe("es");
    expect(await page.title()).not.toMatch(ENGLISH_WORDS);
    expect(await unmarkedEnglish(page)).toEqual([]);
    for (const viewport of Object.values(SIZES)) {
      await page.setViewportSize(viewport);
      expect([await axeFaults(page), await scrollsSideways(page)]).toEqual([[], false]);
    }
    await window.close();
  });
});
