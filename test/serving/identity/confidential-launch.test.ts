import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exportJWK, generateKeyPair } from "jose";
import { expect, test } from "vitest";
import { fhirRecord } from "../../support/fhir-record.ts";
import { runServer } from "../../support/running-server.ts";
import { makeServedSite } from "../../support/served-site.ts";
import { SmallBrowser } from "../../support/small-browser.ts";
import { temporaryFolder } from "../../support/small-cohort.ts";
import { startProgram } from "../../support/started-program.ts";

test.each(["ES384", "RS384"])(
  "a client with a key signs (%s) for the EHR's token endpoint; an EHR that is away is said to be so",
  async (alg) => {
    const work = await temporaryFolder();
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const [file, keys] = [join(work, "resources.json"), join(work, "client.json")];
    await writeFile(file, JSON.stringify([fhirRecord().patient]));
    await writeFile(keys, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: "k1", alg }] }));
    const ehr = await startProgram<{ iss: string }>("smart-server.js", [file, keys]);
    const { folder } = await makeServedSite({
      verdict: "deploy",
      stage: "live",
      serving: {
        smart: { servers: [{ iss: ehr.told.iss, clientId: "longitude", clientKeyFile: "private.json" }] },
      },
    });
    const key = JSON.stringify({ ...(await exportJWK(privateKey)), kid: "k1", alg });
    await writeFile(join(folder, "private.json"), key, { mode: 0o600 });
    const server = await runServer(folder);
    const launch = `${server.address}/launch?iss=${encodeURIComponent(ehr.told.iss)}&launch=p1`;
    try {
      const browser = new SmallBrowser();
      const { url } = await browser.visit(launch, {}, ({ pathname }) => pathname.startsWith("/app"));
      expect(url.pathname).toBe("/app/patient");
      const began = await browser.visit(launch, {}, ({ pathname }) => pathname === "/login/callback");
      await ehr.stop();
      const { status, json } = await browser.visit(began.url.href);
      expect([status, json.error.code]).toEqual([503, "LOGIN_UNAVAILABLE"]);
    } finally {
      await server.stop();
      await ehr.stop();
    }
  },
);
