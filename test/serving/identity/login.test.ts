import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Effects, systemEffects } from "../../../src/effects/effects.ts";
import { type RunningServer, runServer } from "../../support/running-server.ts";
import { makeServedSite } from "../../support/served-site.ts";
import { SmallBrowser } from "../../support/small-browser.ts";
import { type StartedProgram, startProgram } from "../../support/started-program.ts";

let provider: StartedProgram<{ issuer: string }>;
let server: RunningServer;
let embedded: RunningServer;
let later = 0;
const effects: Effects = { ...systemEffects, now: () => systemEffects.now() + later };
const MINUTE = 60_000;

beforeAll(async () => {
  provider = await startProgram("openid-provider.js");
  const { folder } = await makeServedSite({
    verdict: "deploy",
    stage: "live",
    serving: {
      people: {
        provider: {
          issuer: provider.told.issuer,
          clientId: "longitude",
          clientSecretFile: "keys/provider.secret",
          rolesClaim: "realm.groups",
          roles: { doctors: ["clinician"], admins: ["administrator"], chiefs: ["clinician", "analyst"] },
          unitsClaim: "realm.groups",
          units: { doctors: ["ward-a"], "ward-b": ["ward-b", "ward-a"], chiefs: ["ward-a", "*"] },
          tenant: "north",
        },
      },
    },
  });
  await mkdir(join(folder, "keys"), { recursive: true });
  await writeFile(join(folder, "keys/provider.secret"), "a secret of a test\n", { mode: 0o600 });
  server = await runServer(folder, { effects });
  embedded = await runServer((await makeServedSite({ verdict: "deploy", stage: "live" })).folder);
});
afterAll(async () => {
  await Promise.all([server.stop(), embedded.stop()]);
  await provider.stop();
});

const atWorkspace = (url: URL) => url.pathname.startsWith("/app");

/** Logs in at the provider's own pages. */
async function logIn(name: string, query = ""): Promise<{ browser: SmallBrowser; status: number; at: URL }> {
  const browser = new SmallBrowser();
  let page = await browser.visit(`${server.address}/login${query}`, {}, atWorkspace);
  for (let step = 0; step < 3 && page.url.pathname.startsWith("/interaction/"); step++) {
    const prompt = /name="prompt" value="([a-z]+)"/.exec(page.text)?.[1] ?? "";
    const body = new URLSearchParams({ prompt, login: name, password: "any" });
    page = await browser.visit(page.url.href, { method: "POST", body }, atWorkspace);
  }
  return { browser, status: page.status, at: page.url };
}

const session = (browser: SmallBrowser, of = server) => browser.visit(`${of.address}/session`);
const post = (browser: SmallBrowser, path: string, headers: Record<string, string>, body: object = {}) =>
  browser.visit(`${server.address}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

describe("logging in at an OpenID Connect provider", () => {
  test("gives the roles that the site maps its claims to", async () => {
    const { browser, at } = await logIn("chiefs+unknown@north");
    expect(at.href).toBe(`${server.address}/app`);
    const { json } = await session(browser);
    expect(json).toMatchObject({ tenant: "north", roles: ["clinician", "analyst"], purpose: "TREAT" });
    expect(json.purposes).toEqual(["TREAT", "HQUALIMP", "HRESCH"]);
  });

  test("gives the units that the site maps its claims to, and no other", async () => {
    const unitsOf = async (name: string) => (await session((await logIn(name)).browser)).json.units;
    expect(await unitsOf("doctors+ward-b+ward-c")).toEqual(["ward-a", "ward-b"]);
    expect(await unitsOf("chiefs")).toEqual(["*"]);
    expect(await unitsOf("admins+__proto__")).toEqual([]);
  });

  test("takes a purpose that a role has, and no other", async () => {
    const { browser } = await logIn("chiefs", "?purpose=HRESCH");
    expect((await session(browser)).json.purpose).toBe("HRESCH");
    expect((await logIn("doctors", "?purpose=HRESCH")).status).toBe(403);
  });

  test("lets nobody in who has no role here", async () => {
    const { browser, status } = await logIn("constructor+__proto__");
    expect(status).toBe(403);
    expect((await session(browser)).status).toBe(401);
  });

  test("sends browsers away with PKCE, state and nonce", async () => {
    const away = await new SmallBrowser().visit(`${server.address}/login`, {}, () => true);
    const { searchParams } = away.url;
    expect(searchParams.get("code_challenge_method")).toBe("S256");
    for (const name of ["state", "nonce", "code_challenge"])
      expect(searchParams.get(name)?.length).toBeGreaterThanOrEqual(43);
    expect(away.headers.get("set-cookie")).toMatch(
      /^longitude-login=\S+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/,
    );
  });
});

describe("a session", () => {
  test("has the rights of its roles with the server's other routes", async () => {
    const [doctor, chief] = [(await logIn("doctors")).browser, (await logIn("chiefs")).browser];
    expect((await doctor.visit(`${server.address}/v1/model`)).status).toBe(200);
    expect((await doctor.visit(`${server.address}/metrics`)).status).toBe(403);
    expect((await chief.visit(`${server.address}/metrics`)).status).toBe(200);
  });

  test("changes something only with its CSRF value, from the server's own pages", async () => {
    const { browser } = await logIn("admins");
    const { csrf } = (await session(browser)).json;
    const stage = { stage: "silent", reason: "for a test" };
    const other = (await session((await logIn("admins")).browser)).json.csrf;
    for (const headers of [
      {},
      { "x-csrf-token": "" },
      { "x-csrf-token": other },
      { "x-csrf-token": csrf, origin: "https://evil.example" },
      { "x-csrf-token": csrf, origin: "null" },
      { "x-csrf-token": csrf, "sec-fetch-site": "cross-site" },
    ])
      expect(
        (await post(browser, "/v1/stages", headers as Record<string, string>, stage)).json.error.code,
      ).toBe("CSRF_REFUSED");
    const own = { "x-csrf-token": csrf, origin: server.address };
    expect((await post(browser, "/v1/stages", own, stage)).status).toBe(200);
  });

  test("ends at log-out, for good", async () => {
    const { browser } = await logIn("doctors");
    const { host } = new URL(server.address);
    const cookie = browser.cookie(host, "longitude-session") as string;
    const { csrf } = (await session(browser)).json;
    expect((await post(browser, "/logout", { "x-csrf-token": csrf })).status).toBe(200);
    browser.putCookie(host, "longitude-session", cookie);
    expect((await session(browser)).status).toBe(401);
  });

  test("ends by itself: idle, or old although it is used", async () => {
    const { browser: idle } = await logIn("doctors");
    later += 14 * MINUTE;
    expect((await session(idle)).status).toBe(200);
    later += 16 * MINUTE;
    expect((await session(idle)).status).toBe(401);
    const { browser: used } = await logIn("doctors");
    for (let minutes = 0; minutes < 590; minutes += 10) {
      later += 10 * MINUTE;
      expect((await session(used)).status).toBe(200);
    }
    later += 11 * MINUTE;
    expect((await session(used)).status).toBe(401);
  });

  test("ends by itself although a page that nobody is at goes on asking", async () => {
    const { browser } = await logIn("doctors");
    const alone = () => browser.visit(`${server.address}/session`, { headers: { "x-unattended": "1" } });
    later += 10 * MINUTE;
    const left = Date.parse((await alone()).json.idleEnds);
    expect((await alone()).status).toBe(200);
    later += 4 * MINUTE;
    expect(Date.parse((await alone()).json.idleEnds)).toBe(left);
    later += 2 * MINUTE;
    expect((await alone()).status).toBe(401);
  });

  test("is another one after each log-in: what was planted before does not count", async () => {
    const { browser } = await logIn("doctors");
    const { host } = new URL(server.address);
    const before = browser.cookie(host, "longitude-session");
    await browser.visit(`${server.address}/login`, {}, atWorkspace);
    const after = browser.cookie(host, "longitude-session");
    expect(after).not.toBe(before);
    const planted = new SmallBrowser();
    planted.putCookie(host, "longitude-session", before as string);
    expect((await session(planted)).status).toBe(401);
  });
});

describe("the embedded server", () => {
  test("lets one administrator in by the link that it prints, once", async () => {
    const { code } = embedded.context.loginCode!;
    const link = `${embedded.address}/login?code=${code}`;
    const browser = new SmallBrowser();
    expect((await browser.visit(`${embedded.address}/login?code=guessed`)).status).toBe(403);
    expect((await browser.visit(link, {}, atWorkspace)).url.pathname).toBe("/app");
    expect((await session(browser, embedded)).json.person).toBe("administrator");
    expect((await new SmallBrowser().visit(link)).status).toBe(403);
    expect((await new SmallBrowser().visit(`${embedded.address}/login`)).status).toBe(403);
  });

  test("prints no link where a provider logs people in", () => {
    expect(server.context.loginCode).toBeNull();
  });
});
