import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemEffects } from "../../src/effects/effects.ts";
import { type TestClient, testClient } from "../support/client-jwt.ts";
import { fhirRecord, patientView } from "../support/fhir-record.ts";
import { type RunningServer, runServer } from "../support/running-server.ts";
import { makeServedSite } from "../support/served-site.ts";
import { temporaryFolder } from "../support/small-cohort.ts";
import { type RunningFhirServer, startFhirServer } from "../support/start-fhir-server.ts";

const VIEW = "/cds-services/longitude-patient-view";
const ISS = "https://ehr.example";
const record = fhirRecord({ events: 60 });
let fhir: RunningFhirServer;
let server: RunningServer;
let ehr: TestClient;
let rsa: TestClient;
let stranger: TestClient;
let keys: Server;
let asked = 0;
let keysAddress = "";

beforeAll(async () => {
  [ehr, rsa, stranger] = [await testClient(), await testClient("RS384"), await testClient()];
  fhir = await startFhirServer(await temporaryFolder(), [record], 7);
  keys = createServer((_request, response) => {
    asked += 1;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(ehr.jwks));
  });
  keys.listen(0, "127.0.0.1");
  await once(keys, "listening");
  keysAddress = `http://127.0.0.1:${(keys.address() as { port: number }).port}`;
  const { folder } = await makeServedSite({
    verdict: "deploy",
    stage: "live",
    serving: {
      cds: {
        clients: [
          { iss: ISS, tenant: "north", jwks: { file: "ehr.json" }, jku: [`${keysAddress}/keys`] },
          { iss: "https://rsa.example", tenant: "south", jwks: { file: "rsa.json" } },
        ],
        fhirServers: [fhir.base],
        origins: ["https://ehr.example"],
      },
    },
  });
  await writeFile(join(folder, "ehr.json"), JSON.stringify(ehr.jwks));
  await writeFile(join(folder, "rsa.json"), JSON.stringify(rsa.jwks));
  server = await runServer(folder);
});
afterAll(async () => {
  await server.stop();
  await fhir.stop();
  keys.close();
});

const claims = (change: object = {}) => ({ iss: ISS, aud: `${server.address}${VIEW}`, ...change });
const bearer = (jwt: string) => ({ authorization: `Bearer ${jwt}` });
const view = async (jwt: string, body: object = patientView(record)) => server.post(VIEW, body, bearer(jwt));

describe("a CDS client's JWT", () => {
  test("with ES384 or RS384 gives cards, live and without a mark", async () => {
    const { status, json } = await view(await ehr.sign(claims()));
    expect(status).toBe(200);
    expect(json.cards[0].summary).not.toMatch(/Sandbox|Pilot/);
    expect((await view(await rsa.sign(claims({ iss: "https://rsa.example" })))).status).toBe(200);
  });

  test("counts once", async () => {
    const jwt = await ehr.sign(claims());
    expect((await view(jwt)).status).toBe(200);
    const again = await view(jwt);
    expect([again.status, again.json.error.code]).toEqual([401, "ASSERTION_REFUSED"]);
  });

  test("counts once also when it comes twice at the same instant", async () => {
    const jwt = await ehr.sign(claims());
    const statuses = (await Promise.all(Array.from({ length: 6 }, () => view(jwt)))).map(
      ({ status }) => status,
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  });

  const now = Math.floor(systemEffects.now() / 1000);
  test.each<[string, () => Promise<string>]>([
    ["of an unknown issuer", () => ehr.sign(claims({ iss: "https://other.example" }))],
    ["of a stranger's key", () => stranger.sign(claims())],
    ["for another address", () => ehr.sign(claims({ aud: `${server.address}/cds-services` }))],
    ["for two audiences", () => ehr.sign(claims({ aud: [`${server.address}${VIEW}`, "https://x.example"] }))],
    ["that has expired", () => ehr.sign(claims({ exp: now - 120 }))],
    ["that lives for an hour", () => ehr.sign(claims({ exp: now + 3600 }))],
    ["without an expiry", () => ehr.sign(claims({ exp: undefined }))],
    ["without a jti", () => ehr.sign(claims({ jti: undefined }))],
    ["of the future", () => ehr.sign(claims({ iat: now + 600 }))],
    ["with a jku that is not listed", () => ehr.sign(claims(), { jku: `${keysAddress}/others` })],
    [
      "with a jku on the cloud's metadata address",
      () => ehr.sign(claims(), { jku: "http://169.254.169.254/keys" }),
    ],
    [
      "with a key of its own in the header",
      () => stranger.sign(claims(), { jwk: stranger.jwks.keys[0] as object }),
    ],
    [
      "signed with the public key as a password",
      () =>
        new SignJWT(claims({ jti: "confused", exp: now + 200 }))
          .setProtectedHeader({ alg: "HS256" })
          .sign(new TextEncoder().encode(JSON.stringify(ehr.jwks.keys[0]))),
    ],
    [
      "without a signature",
      async () => {
        const part = (json: object) => Buffer.from(JSON.stringify(json)).toString("base64url");
        return `${part({ alg: "none", typ: "JWT" })}.${part(claims({ jti: "n", exp: now + 200 }))}.`;
      },
    ],
    ["that is none", async () => "x.y.z"],
    ["that is very long", async () => "a".repeat(10_000)],
  ])("%s is refused, and nothing is fetched for it", async (_, jwt) => {
    const before = asked;
    const { status, json } = await view(await jwt());
    expect(status).toBe(401);
    expect(["ASSERTION_REFUSED", "ACCESS_REQUIRED"]).toContain(json.error.code);
    expect(asked).toBe(before);
  });

  test("may name a listed jku", async () => {
    expect((await view(await ehr.sign(claims(), { jku: `${keysAddress}/keys` }))).status).toBe(200);
    expect(asked).toBe(1);
  });

  test("is needed for discovery and feedback too", async () => {
    expect((await server.get("/cds-services")).status).toBe(401);
    expect((await server.post(`${VIEW}/feedback`, { feedback: [] })).status).toBe(400);
    const feedback = [{ card: "c", outcome: "accepted", outcomeTimestamp: "2026-06-15T00:00:00Z" }];
    expect((await server.post(`${VIEW}/feedback`, { feedback })).status).toBe(401);
    const jwt = await ehr.sign(claims({ aud: `${server.address}/cds-services` }));
    expect((await server.get("/cds-services", bearer(jwt))).status).toBe(200);
  });
});

describe("what the prefetch lacks", () => {
  const authorization = () => ({
    access_token: fhir.token,
    token_type: "Bearer",
    expires_in: 300,
    scope: "user/*.rs",
    subject: "longitude",
  });
  const fetching = async (change: object) =>
    view(await ehr.sign(claims()), {
      ...patientView(record, { prefetch: undefined }),
      fhirServer: fhir.base,
      fhirAuthorization: authorization(),
      ...change,
    });

  test("is fetched, page after page, and the card is that of the whole prefetch", async () => {
    const [fetched, given] = [await fetching({}), await view(await ehr.sign(claims()))];
    expect(fetched.status).toBe(200);
    const riskLines = (text: string) => text.split("\n").filter((line) => line.startsWith("|"));
    expect(riskLines(fetched.json.cards[0].detail)).toEqual(riskLines(given.json.cards[0].detail));
    expect(fetched.json.cards[0].links[0].url.startsWith(`${fhir.base}/`)).toBe(true);
  });

  test.each([
    ["a wrong token", { fhirAuthorization: { access_token: "wrong" } }],
    ["a server that the site does not list", { fhirServer: "http://127.0.0.1:1/fhir" }],
    ["the cloud's metadata address", { fhirServer: "http://169.254.169.254/latest" }],
    ["a listed name with another at its side", { fhirServer: "http://127.0.0.1@evil.example/fhir" }],
    ["another person", { context: { userId: "Practitioner/1", patientId: "nobody" } }],
  ])("is a 412 with %s", async (_, change) => {
    const { fhirAuthorization, ...rest } = change as { fhirAuthorization?: object };
    const merged =
      fhirAuthorization === undefined
        ? rest
        : { fhirAuthorization: { ...authorization(), ...fhirAuthorization } };
    const { status, json, text } = await fetching(merged);
    expect([status, json.error.code]).toEqual([412, "PREFETCH_MISSING"]);
    expect(text).not.toContain(fhir.token);
  });

  test("is fetched for the operation on a patient's id as well", async () => {
    const operation = async (token: string) =>
      server.post(`/fhir/Patient/${record.id}/$longitude-forecast`, {
        resourceType: "Parameters",
        parameter: [
          { name: "fhirServer", valueUrl: fhir.base },
          { name: "accessToken", valueString: token },
        ],
      });
    const { status, json } = await operation(fhir.token);
    expect([status, json.resourceType]).toEqual([200, "RiskAssessment"]);
    expect(json.subject.reference).toBe(`Patient/${record.id}`);
    const source = await server.get(`/fhir/Provenance/${json.id.replace("ans-", "prov-")}`);
    expect(source.json).toMatchObject({
      resourceType: "Provenance",
      target: [{ reference: `RiskAssessment/${json.id}` }],
    });
    const refused = await operation("wrong");
    expect([refused.status, refused.json.resourceType]).toEqual([412, "OperationOutcome"]);
  });

  test("is a 400 where the authorization names no server", async () => {
    const { status, json } = await fetching({ fhirServer: undefined });
    expect([status, json.error.code]).toEqual([400, "REQUEST_INVALID"]);
  });
});

test("browsers of listed origins may call, others not", async () => {
  const asks = (origin: string) =>
    fetch(`${server.address}${VIEW}`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST" },
    });
  expect((await asks("https://ehr.example")).headers.get("access-control-allow-origin")).toBe(
    "https://ehr.example",
  );
  expect((await asks("https://evil.example")).headers.get("access-control-allow-origin")).toBeNull();
});
