import { expect, test } from "vitest";
import { NO_POSTGRES, postgresPrograms, startPostgres } from "../../support/postgres-server.ts";
import { runServer } from "../../support/running-server.ts";
import { makeServedSite } from "../../support/served-site.ts";
import { SmallBrowser } from "../../support/small-browser.ts";

const programs = await postgresPrograms();

test.skipIf(programs === null)(
  `two servers that share PostgreSQL share log-ins and sessions (else: ${NO_POSTGRES})`,
  async () => {
    const postgres = await startPostgres(programs as string);
    process.env.LONGITUDE_TEST_SESSIONS = await postgres.newDatabase();
    const { folder } = await makeServedSite({
      verdict: "deploy",
      stage: "live",
      state: { engine: "postgres", urlFromEnvironment: "LONGITUDE_TEST_SESSIONS" },
    });
    const servers = [await runServer(folder), await runServer(folder)] as const;
    try {
      const [one, two] = servers;
      const browser = new SmallBrowser();
      await browser.visit(`${one.address}/login?code=${one.context.loginCode?.code}`);
      const name = "longitude-session";
      const cookie = browser.cookie(new URL(one.address).host, name) as string;
      const host = new URL(two.address).host;
      browser.putCookie(host, name, cookie);
      const { status, json } = await browser.visit(`${two.address}/session`);
      expect([status, json.person]).toEqual([200, "administrator"]);
      const out = await browser.visit(`${two.address}/logout`, {
        method: "POST",
        headers: { "x-csrf-token": json.csrf },
      });
      expect(out.status).toBe(200);
      expect((await browser.visit(`${one.address}/session`)).status).toBe(401);
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
      await postgres.stop();
    }
  },
  60_000,
);
