import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fastify from "fastify";
import { validatorCompiler } from "fastify-type-provider-zod";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildWorkspace } from "../../../src/cli/workspace-build.ts";
import { systemEffects } from "../../../src/effects/effects.ts";
import { createIdentity } from "../../../src/serving/identity/identity.ts";
import type { PersonRole } from "../../../src/serving/identity/roles.ts";
import { JOB_KINDS } from "../../../src/serving/jobs/job-tables.ts";
import { ROUTE_LIST } from "../../../src/serving/route-list.ts";
import { type TestClient, testClient } from "../../support/client-jwt.ts";
import { fhirRecord } from "../../support/fhir-record.ts";
import { type RunningServer, runServer } from "../../support/running-server.ts";
import { makeServedSite } from "../../support/served-site.ts";
import { ALL, ASKERS, type Asker, SYSTEMS, TABLE } from "./rights.table.ts";

const ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const VIEW = "longitude-patient-view";
const record = fhirRecord({ events: 30 });
const bundle = {
  resourceType: "Bundle",
  type: "collection",
  entry: [record.patient, ...record.conditions, ...record.observations].map((resource) => ({ resource })),
};
const BODIES: Readonly<Record<string, object | string>> = {
  "POST /session/break-glass": { patient: "p9", reason: "for a test of rights" },
  "POST /cds-services/:id": {
    hook: "patient-view",
    hookInstance: "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
    context: { userId: "Practitioner/1", patientId: "p1" },
  },
  "POST /cds-services/:id/feedback": {
    feedback: [
      {
        card: "c-1",
        outcome: "accepted",
        acceptedSuggestions: [{ id: "s-1" }],
        outcomeTimestamp: "2026-01-01T00:00:00Z",
      },
    ],
  },
  "POST /fhir/Patient/$longitude-forecast": bundle,
  "POST /Patient/$longitude-forecast": bundle,
  "POST /v1/forecasts": { bundle },
  "POST /v1/forecasts/batch": { requests: [{ bundle }] },
  "POST /fhir/Patient/:id/$longitude-forecast": { resourceType: "Parameters" },
  "POST /v1/forecasts/file": `${JSON.stringify({ bundle })}\n`,
  "POST /v1/validations": `${JSON.stringify({ bundle, at: "2024-01-01" })}\n`,
  "POST /v1/chat/completions": {
    model: "longitude",
    messages: [{ role: "user", content: "What is gout?" }],
  },
  "POST /v1/jobs/forecasts": `${JSON.stringify({ bundle })}\n`,
  "POST /v1/jobs/validations": `${JSON.stringify({ bundle, at: "2024-01-01" })}\n`,
  "POST /workspace/monitoring/silent": { unit: "a ward of a test", reason: "for a test" },
  "POST /workspace/release/statements": {
    statement: {
      ...{ kind: "stage", subject: "rel-0", at: "2026-06-15T00:00:00.000Z", by: "eve", to: "live" },
      reason: "for a test",
    },
    signature: `${"A".repeat(86)}==`,
  },
  "POST /workspace/release/roll-back": {
    signed: [
      {
        statement: {
          ...{ kind: "stage", subject: "rel-0", at: "2026-06-15T00:00:00.000Z", by: "eve", to: "stopped" },
          reason: "for a test",
        },
        signature: `${"A".repeat(86)}==`,
      },
    ],
  },
  "POST /workspace/redaction/next": {},
  "POST /workspace/redaction/readings": { content: "0".repeat(64), missed: 0 },
  "POST /workspace/errors/open": { task: 0, key: "0".repeat(32) },
  "POST /workspace/errors/tags": {
    ...{ id: "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", task: 0, threshold: 0, key: "0".repeat(32) },
    ...{ mode: "other", reason: "for a test" },
  },
  "POST /workspace/vetting/next": { role: "review" },
  "POST /workspace/vetting/decisions": {
    ...{ id: "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", item: "none", role: "review" },
    ...{ verdict: "approve", confidence: 3, reason: "for a test" },
  },
  "POST /mcp": { jsonrpc: "2.0", id: 1, method: "tools/list" },
  "POST /v1/stages": { stage: "live", reason: "for a test" },
};

let server: RunningServer;
let ehr: TestClient;
const clients = new Map<string, TestClient>();
const tokens = new Map<string, string>();
type Tenant = "north" | "south";
let answers: Readonly<Record<Tenant, string>>;
let chats: typeof answers;
const jobs: Record<string, Readonly<Record<Tenant, string>>> = {};

beforeAll(async () => {
  await buildWorkspace(() => {});
  const names = Object.keys(SYSTEMS) as (keyof typeof SYSTEMS)[];
  const id = (name: string) => name.replace(", ", "-");
  const { folder } = await makeServedSite({
    verdict: "deploy",
    stage: "live",
    serving: {
      clients: names.map((name) => ({
        id: id(name),
        tenant: name.split(",")[0],
        jwks: { file: `${id(name)}.json` },
        scopes: SYSTEMS[name],
      })),
      cds: { clients: [{ iss: "https://ehr.example", tenant: "north", jwks: { file: "ehr.json" } }] },
    },
  });
  ehr = await testClient();
  await writeFile(join(folder, "ehr.json"), JSON.stringify(ehr.jwks));
  for (const name of names) {
    const client = await testClient();
    clients.set(name, client);
    await writeFile(join(folder, `${id(name)}.json`), JSON.stringify(client.jwks));
  }
  server = await runServer(folder);
  for (const name of names) {
    const given = await askToken(
      clients.get(name) as TestClient,
      { iss: id(name), sub: id(name) },
      SYSTEMS[name].join(" "),
    );
    tokens.set(name, given.json.access_token);
  }
  const made = async (path: string): Promise<Record<Tenant, string>> => {
    const body = BODIES[`POST ${path}`];
    const both = ALL.map((name) =>
      server.post(path, body, { authorization: `Bearer ${tokens.get(name)}`, ...typeOf(body) }),
    );
    const [north, south] = await Promise.all(both);
    return { north: north!.json.id, south: south!.json.id };
  };
  answers = await made("/v1/forecasts");
  chats = await made("/v1/chat/completions");
  for (const kind of JOB_KINDS) jobs[kind] = await made(`/v1/jobs/${kind}`);
});
afterAll(() => server.stop());

/** Bodies that are text are lines. */
function typeOf(body: unknown): Record<string, string> {
  return typeof body === "string" ? { "content-type": "application/x-ndjson" } : {};
}

async function askToken(client: TestClient, claims: object, scope: string, header: object = {}) {
  const assertion = await client.sign({ aud: `${server.address}/token`, ...claims }, { ...header });
  return askWith(assertion, scope);
}
function askWith(assertion: string, scope = "system/*.cruds") {
  const form = {
    grant_type: "client_credentials",
    client_assertion_type: ASSERTION,
    client_assertion: assertion,
    scope,
  };
  return server.post("/token", new URLSearchParams(form).toString(), {
    "content-type": "application/x-www-form-urlencoded",
  });
}

async function headersOf(asker: Asker, path: string): Promise<Record<string, string>> {
  if (asker === "nobody") return {};
  if (asker === "forged") return { authorization: "Bearer eyJhbGciOiJub25lIn0.e30." };
  if (asker === "cds client")
    return {
      authorization: `Bearer ${await ehr.sign({ iss: "https://ehr.example", aud: `${server.address}${path}` })}`,
    };
  const token = tokens.get(asker);
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  const { sessions } = createIdentity(server.context);
  const person = { id: `a.${asker}`, tenant: "north", roles: [asker as PersonRole] };
  const cookie = await sessions.start(person, null, null);
  const { csrf } = (await sessions.find(cookie))!;
  return { cookie: `longitude-session=${cookie}`, "x-csrf-token": csrf };
}

async function registered(): Promise<string[]> {
  const app = fastify();
  const routes: string[] = [];
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.addHook("onRoute", ({ method, url }) => {
    for (const one of [method].flat()) if (one !== "HEAD") routes.push(`${one} ${url}`);
  });
  await app.register(async (within) => {
    for (const addRoutes of ROUTE_LIST) await addRoutes(within, server.context);
  });
  await app.ready();
  await app.close();
  return routes;
}

describe("the table of rights", () => {
  test("has every route of the server", async () => {
    expect((await registered()).sort()).toEqual(TABLE.map(([route]) => route).sort());
  });

  test.each(TABLE)("%s is for those it names alone", async (route, may) => {
    const [method, pattern = ""] = route.split(" ");
    const own = pattern.startsWith("/fhir/Device/") ? server.context.model.manifest.id : VIEW;
    for (const asker of ASKERS) {
      const tenant = asker.startsWith("south") ? "south" : "north";
      const answer = answers[tenant];
      const [, family = "", kind = ""] = /^\/v1\/(?:(jobs)\/)?([a-z]+)/.exec(pattern) ?? [];
      const ids: Record<string, string | undefined> = { answers: answer, chat: chats[tenant] };
      const id = (family === "jobs" ? jobs[kind]?.[tenant] : ids[kind]) ?? own;
      const path = pattern
        .replace("Provenance/:id", `Provenance/${answer.replace("ans-", "prov-")}`)
        .replace(":id", id)
        .replace(":file", "card.json")
        .replace(":key", "launch")
        .replace("*", "index.html");
      const headers = { ...(await headersOf(asker, path)), ...typeOf(BODIES[route]) };
      const { status } =
        method === "POST"
          ? await server.post(path, BODIES[route] ?? {}, headers)
          : await (method === "GET" ? server.get : server.delete)(path, headers);
      const through = may === "everybody" || may.includes(asker);
      // Routes that take no session at all refuse by what was sent: 400.
      const refusals = may.length === 0 ? [400, 401, 403] : [401, 403];
      expect([asker, refusals.includes(status) ? "refused" : "let through"]).toEqual([
        asker,
        through ? "let through" : "refused",
      ]);
      expect(status).toBeLessThan(500);
      if (through) expect(status).not.toBe(404);
    }
  });

  test("lets nobody send a body who shows no token, or one that does not count", async () => {
    for (const headers of [{}, { authorization: `Bearer ${tokens.get("north, all")}x` }]) {
      const { status, json } = await server.post(
        "/v1/forecasts",
        { anything: 1 },
        headers as Record<string, string>,
      );
      expect([status, json.error.code]).toEqual([401, "ACCESS_REQUIRED"]);
    }
  });

  test("shows a tenant no answer of another", async () => {
    for (const [name, other] of [
      ["north, all", answers.south],
      ["south, all", answers.north],
    ] as const) {
      const headers = { authorization: `Bearer ${tokens.get(name)}` };
      expect((await server.get(`/v1/answers/${other}`, headers)).status).toBe(404);
      expect((await server.post(`/v1/answers/${other}/replay`, {}, headers)).status).toBe(404);
    }
  });

  test("shows a tenant no job of another, and ends none", async () => {
    const headers = { authorization: `Bearer ${tokens.get("north, all")}` };
    for (const kind of JOB_KINDS) {
      const path = `/v1/jobs/${kind}/${jobs[kind]?.south}`;
      expect((await server.get(path, headers)).status).toBe(404);
      expect((await server.get(`${path}/lines`, headers)).status).toBe(404);
      expect((await server.delete(path, headers)).status).toBe(404);
    }
  });
});

describe("a tenant's own trail", () => {
  test("has its requests, page by page, and no other's", async () => {
    const read = async (name: string, query = "") =>
      (await server.get(`/v1/audit${query}`, { authorization: `Bearer ${tokens.get(name)}` })).json;
    const [north, south] = [await read("north, all"), await read("south, all")];
    expect(north.entries[0]).toMatchObject({
      client: "north-all",
      kind: "v1.forecast",
      answer: answers.north,
    });
    expect(south.entries[0].client).toBe("south-all");
    expect(north.entries.every((one: { client: string }) => !one.client.startsWith("south"))).toBe(true);
    const page = await read("north, all", "?limit=1");
    expect(page.next).toBe(north.entries[0].id);
    const rest = await read("north, all", `?after=${page.next}`);
    expect(rest.entries.map(({ id }: { id: string }) => id)).toEqual(
      north.entries.slice(1).map(({ id }: { id: string }) => id),
    );
    expect((await read("south, all", `?after=${page.next}`)).entries).toEqual([]);
  });
});

describe("the token endpoint", () => {
  const NORTH = { iss: "north-all", sub: "north-all" };
  const client = () => clients.get("north, all") as TestClient;
  const now = () => Math.floor(systemEffects.now() / 1000);

  test("gives tokens of at most five minutes, for scopes that the client has", async () => {
    const { json } = await askToken(client(), NORTH, "system/Device.r system/Device.x patient/*.rs");
    expect(json).toMatchObject({ token_type: "bearer", expires_in: 300, scope: "system/Device.r" });
    const metrics = clients.get("north, metrics") as TestClient;
    const claims = { iss: "north-metrics", sub: "north-metrics" };
    expect((await askToken(metrics, claims, "system/*.cruds")).json.error).toBe("invalid_scope");
  });

  test.each<[string, object, object]>([
    ["another audience", { aud: "https://elsewhere.example/token" }, {}],
    ["more than one audience", { aud: ["https://elsewhere.example", "x"] }, {}],
    ["another issuer", { iss: "south-all" }, {}],
    ["another subject", { sub: "south-all" }, {}],
    ["no subject", { sub: undefined }, {}],
    ["no expiry", { exp: undefined }, {}],
    ["an expiry in an hour", { exp: now() + 3600 }, {}],
    ["an expiry that has passed", { exp: now() - 120 }, {}],
    ["no jti", { jti: undefined }, {}],
    ["a jti without end", { jti: "x".repeat(500) }, {}],
    ["a kid that is a path", {}, { kid: "../../../../dev/null" }],
    ["a kid that is SQL", {}, { kid: "' or '1'='1" }],
    ["a key of its own in its header", {}, { jwk: { kty: "oct", k: "AA" } }],
    ["an x5u", {}, { x5u: "http://169.254.169.254/" }],
    ["a jku that is not listed", {}, { jku: "http://169.254.169.254/keys" }],
    ["a critical condition", {}, { crit: ["b64"], b64: true }],
  ])("refuses an assertion with %s", async (_what, claims, header) => {
    const answered = await askToken(client(), { ...NORTH, ...claims }, "system/Device.r", header);
    expect([answered.status, answered.json.error]).toEqual([401, "invalid_client"]);
  });

  test("refuses algorithm none, and the public key as a secret", async () => {
    const part = (of: object) => Buffer.from(JSON.stringify(of)).toString("base64url");
    const claims = { ...NORTH, aud: `${server.address}/token`, jti: "j", exp: now() + 200 };
    const { createHmac } = await import("node:crypto");
    for (const alg of ["none", "None", "HS256", "HS384", "RS256"]) {
      const signed = `${part({ alg, kid: client().jwks.keys[0]?.kid })}.${part(claims)}`;
      const hmac = createHmac("sha256", JSON.stringify(client().jwks.keys[0]))
        .update(signed)
        .digest("base64url");
      for (const signature of ["", hmac]) expect((await askWith(`${signed}.${signature}`)).status).toBe(401);
    }
  });

  test("refuses the same assertion again, whoever is first of many at once", async () => {
    const assertion = await client().sign({ ...NORTH, aud: `${server.address}/token` });
    const statuses = (await Promise.all(Array.from({ length: 5 }, () => askWith(assertion)))).map(
      (one) => one.status,
    );
    expect(statuses.sort()).toEqual([200, 401, 401, 401, 401]);
  });

  test("gives no token that another kind of token, or a changed one, could stand for", async () => {
    const token = tokens.get("north, metrics") as string;
    const [head = "", body = "", signature = ""] = token.split(".");
    const claims = JSON.parse(Buffer.from(body, "base64url").toString());
    const widened = Buffer.from(JSON.stringify({ ...claims, scope: "system/*.cruds" })).toString("base64url");
    const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString("base64url");
    const assertion = await client().sign({ ...NORTH, aud: server.address });
    for (const forged of [`${head}.${widened}.${signature}`, `${none}.${widened}.`, assertion])
      expect((await server.get("/v1/model", { authorization: `Bearer ${forged}` })).status).toBe(401);
  });
});
