/**
 * The workspace of a running server in a real Chromium, as somebody sees it who has logged in.
 * Whatever the page tells its console, or asks of elsewhere, is kept for the test to look at.
 */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { buildWorkspace } from "../../../src/cli/workspace-build.ts";
import { createIdentity } from "../../../src/serving/identity/identity.ts";
import type { PersonRole } from "../../../src/serving/identity/roles.ts";
import type { LaunchContext } from "../../../src/serving/identity/sessions.ts";
import { type RunningServer, type RunOptions, runServer } from "../../support/running-server.ts";
import { launchChromium } from "./chromium.ts";

export interface Workspace {
  readonly server: RunningServer;
  readonly browser: Browser;
  /** A new browser window of somebody with these roles; nobody without any. */
  visit(path: string, options?: VisitOptions): Promise<Visit>;
  /** Somebody logs in in a window that is open, as in another tab of it. */
  logIn(window: BrowserContext, options?: VisitOptions): Promise<void>;
  stop(): Promise<void>;
}

export interface VisitOptions {
  /** Default: administrator and clinician, as the link that the server prints makes one. */
  readonly roles?: readonly PersonRole[];
  readonly person?: string;
  /** Whose worklist; default every unit's. */
  readonly units?: readonly string[];
  readonly launch?: LaunchContext;
  /** CSS pixels; default 1280 × 800. */
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
}

export interface Visit {
  readonly page: Page;
  readonly window: BrowserContext;
  /** What the console was told, errors of the page included. */
  readonly told: readonly string[];
  /** Addresses asked that are not the server's. */
  readonly elsewhere: readonly string[];
  /** Sends a change past the page, as a script of its own would: with the session and its CSRF value. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever was answered
  tell(path: string, data: object): Promise<{ readonly status: number; readonly json: any }>;
}

const TENANT = "local";

/** @param folder of the site */
export async function openWorkspace(folder: string, options: RunOptions = {}): Promise<Workspace> {
  await buildWorkspace(() => {});
  const server = await runServer(folder, options);
  const browser = await launchChromium();
  const logIn: Workspace["logIn"] = async (window, asked = {}) => {
    const {
      roles = ["administrator", "clinician"],
      person = "administrator",
      units = ["*"],
      launch = null,
    } = asked;
    const { sessions } = createIdentity(server.context);
    const value = await sessions.start({ id: person, tenant: TENANT, roles, units }, null, launch);
    await window.addCookies([{ name: "longitude-session", value, url: server.address, httpOnly: true }]);
  };
  return {
    server,
    browser,
    logIn,
    visit: async (path, asked = {}) => {
      const window = await browser.newContext({
        viewport: { width: asked.width ?? 1280, height: asked.height ?? 800 },
        colorScheme: asked.dark === true ? "dark" : "light",
        reducedMotion: "reduce",
        locale: "en-US",
        timezoneId: "UTC",
      });
      if (asked.roles?.length !== 0) await logIn(window, asked);
      const page = await window.newPage();
      const told: string[] = [];
      const elsewhere: string[] = [];
      page.on("console", (message) => told.push(`${message.type()}: ${message.text()}`));
      page.on("pageerror", (error) => told.push(`error: ${error.message}`));
      page.on("request", (request) => {
        const address = request.url();
        if (!address.startsWith(server.address) && !address.startsWith("data:")) elsewhere.push(address);
      });
      await page.goto(`${server.address}${path}`);
      await page.locator("main *").first().waitFor();
      await page.waitForLoadState("networkidle");
      const tell: Visit["tell"] = async (route, data) => {
        const { csrf } = await (await page.request.get(`${server.address}/session`)).json();
        const headers = { origin: server.address, "x-csrf-token": csrf };
        const response = await page.request.post(`${server.address}${route}`, { headers, data });
        return { status: response.status(), json: await response.json() };
      };
      return { page, window, told, elsewhere, tell };
    },
    stop: async () => {
      await browser.close();
      await server.stop();
    },
  };
}
