import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Effects, systemEffects } from "../../../src/effects/effects.ts";
import { checkKeys } from "../../../src/serving/access/check-keys.ts";
import { servingSchema } from "../../../src/serving/serving-config.ts";
import { testClient } from "../../support/client-jwt.ts";
import { runServer } from "../../support/running-server.ts";
import { makeServedSite } from "../../support/served-site.ts";
import { temporaryFolder } from "../../support/small-cohort.ts";

const client = (jwks: object) => ({
  clients: [{ id: "north", tenant: "north", jwks, scopes: ["system/*.cruds"] }],
});
const site = async (serving: object) =>
  (await makeServedSite({ verdict: "deploy", stage: "live", serving })).folder;

describe("keys of clients", () => {
  test("that cannot be read are told at start", async () => {
    const folder = await temporaryFolder();
    const check = (serving: object) => checkKeys(servingSchema.parse(serving), folder);
    await expect(check(client({ file: "north.json" }))).rejects.toMatchObject({ code: "SERVE_KEYS" });
    const launches = (more: object) => ({
      smart: { servers: [{ iss: "https://ehr.example", clientId: "c", ...more }] },
    });
    const secret = launches({ clientSecretFile: "s" });
    await expect(check(secret)).rejects.toMatchObject({ code: "LOGIN_CONFIG" });
    await writeFile(join(folder, "s"), "secret");
    await chmod(join(folder, "s"), 0o644);
    await expect(check(secret)).rejects.toThrow("can be read by others");
    await chmod(join(folder, "s"), 0o600);
    await check(secret);
    await expect(check(launches({ clientKeyFile: "s" }))).rejects.toThrow("holds no private key");
    await expect(check(launches({ clientKeyFile: "s", clientSecretFile: "s" }))).rejects.toThrow("both");
  });

  test("in a file change without a restart; an address that answers nothing is no fault of the server", async () => {
    let later = 0;
    const effects: Effects = { ...systemEffects, now: () => systemEffects.now() + later };
    const [before, after] = [await testClient(), await testClient()];
    const folder = await site({
      clients: [
        ...client({ file: "north.json" }).clients,
        { ...client({ url: "http://127.0.0.1:1/keys" }).clients[0], id: "south", tenant: "south" },
      ],
    });
    await writeFile(join(folder, "north.json"), JSON.stringify(before.jwks));
    const server = await runServer(folder, { effects });
    const ask = async (by: typeof before, id: string) => {
      const form = {
        grant_type: "client_credentials",
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: await by.sign({ iss: id, sub: id, aud: `${server.address}/token` }),
        scope: "system/Device.r",
      };
      const type = { "content-type": "application/x-www-form-urlencoded" };
      return (await server.post("/token", new URLSearchParams(form).toString(), type)).status;
    };
    try {
      expect([await ask(before, "north"), await ask(after, "north")]).toEqual([200, 401]);
      await writeFile(join(folder, "north.json"), JSON.stringify(after.jwks));
      later = 61_000;
      expect([await ask(before, "north"), await ask(after, "north")]).toEqual([401, 200]);
      expect(await ask(before, "south")).toBe(401);
    } finally {
      await server.stop();
    }
  });
});
