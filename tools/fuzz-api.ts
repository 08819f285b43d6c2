/**
 * `npm run fuzz:api -- --minutes 60 [--seed 1] [--json]`: asks every endpoint of a real server's OpenAPI what nobody should
 * ask, as systems and people with tokens that count and that do not. A fault is an answer of 500 or above, or none within
 * 20 seconds. `--only N` sends one number again.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createIdentity } from "../src/serving/identity/identity.ts";
import { PERSON_ROLES } from "../src/serving/identity/roles.ts";
import { testClient } from "../test/support/client-jwt.ts";
import { fhirRecord, patientView, recordBundle } from "../test/support/fhir-record.ts";
import { runServer } from "../test/support/running-server.ts";
import { makeServedSite } from "../test/support/served-site.ts";
import { fuzzRequest, operationsOf } from "./api-fuzz.ts";

const HANG_MS = 20_000;
/** Tokens live for 300 seconds. */
const RENEW_MS = 240_000;
const SEEDS_APART = 10_000_000;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

const system = await testClient();
const ehr = await testClient();
const { folder } = await makeServedSite({
  stage: "live",
  serving: {
    tenants: [{ id: "north", requestsPerMinute: 1_000_000, forecastsPerDay: 100_000_000 }],
    clients: [{ id: "fuzz", tenant: "north", jwks: { file: "fuzz.json" }, scopes: ["system/*.cruds"] }],
    cds: { clients: [{ iss: "https://ehr.example", tenant: "north", jwks: { file: "ehr.json" } }] },
  },
});
await writeFile(join(folder, "fuzz.json"), JSON.stringify(system.jwks));
await writeFile(join(folder, "ehr.json"), JSON.stringify(ehr.jwks));
const server = await runServer(folder);
const operations = operationsOf((await server.get("/openapi.json")).json);
const record = fhirRecord({ events: 30 });
const bundle = recordBundle(record);
const first = await server.post("/v1/forecasts", { bundle }, await systemHeaders());
const job = await server.post("/v1/jobs/forecasts", JSON.stringify({ bundle }), {
  ...(await systemHeaders()),
  "content-type": "application/x-ndjson",
});
const examples = {
  ids: [first.json.id, job.json.id, server.context.model.manifest.id, "longitude-patient-view", "launch"],
  bodies: {
    "/v1/forecasts": { bundle, explain: true },
    "/v1/forecasts/batch": { requests: [{ bundle }] },
    "/v1/forecasts/file": { bundle },
    "/v1/validations": { bundle, at: "2024-01-01" },
    "/v1/jobs/forecasts": { bundle },
    "/v1/jobs/validations": { bundle, at: "2024-01-01" },
    "/v1/chat/completions": {
      model: "longitude",
      stream: false,
      messages: [{ role: "user", content: "What was the last systolic blood pressure?" }],
      longitude: { bundle },
    },
    "/mcp": {
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "ask", arguments: { question: "What was the last glucose?", record: { bundle } } },
    },
    "/cds-services/{id}": patientView(record),
    "/fhir/Patient/$longitude-forecast": bundle,
  },
};
let [askers, renewAt] = [await askersNow(), performance.now() + RENEW_MS];
const faults: { number: number; what: string }[] = [];
const statuses: Record<string, number> = {};
const endpoints = new Set<string>();
const end = performance.now() + Number(values.minutes) * 60_000;
let number = values.only === undefined ? Number(values.seed) * SEEDS_APART : Number(values.only);
let sent = 0;
do {
  if (performance.now() > renewAt) [askers, renewAt] = [await askersNow(), performance.now() + RENEW_MS];
  await send(number++);
  sent += 1;
} while (values.only === undefined && performance.now() < end);
await server.stop();
const summary = { requests: sent, endpoints: endpoints.size, of: operations.length, statuses, faults };
if (values.json) console.log(JSON.stringify(summary));
else {
  console.log(
    `${sent} requests on ${endpoints.size} of ${operations.length} endpoints, ${faults.length} faults`,
  );
  for (const { number: at, what } of faults) console.log(`  --only ${at}: ${what}`);
}
process.exit(faults.length === 0 ? 0 : 1);

async function send(at: number): Promise<void> {
  const request = fuzzRequest(at, operations, examples);
  if (operations.some(({ method, route }) => method === request.method && route === request.route))
    endpoints.add(`${request.method} ${request.route}`);
  const asker = askers[at % askers.length];
  const own = request.path.startsWith("/cds-services") && at % 3 > 0 ? await ehrHeaders(request.path) : asker;
  try {
    const response = await fetch(`${server.address}${request.path}`, {
      method: request.method,
      headers: { ...request.headers, ...own },
      redirect: "manual",
      signal: AbortSignal.timeout(HANG_MS),
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    await response.text();
    statuses[response.status] = (statuses[response.status] ?? 0) + 1;
    if (response.status >= 500) note(at, `${request.method} ${request.route}: ${response.status}`);
  } catch (error) {
    note(
      at,
      `${request.method} ${request.route}: ${error instanceof Error ? `${error.name} ${error.message}` : "?"}`,
    );
  }
}

function note(at: number, what: string): void {
  faults.push({ number: at, what });
  console.error(`--only ${at}: ${what}`);
}

async function systemHeaders(): Promise<Record<string, string>> {
  const assertion = await system.sign({ iss: "fuzz", sub: "fuzz", aud: `${server.address}/token` });
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: assertion,
    scope: "system/*.cruds",
  });
  const kind = { "content-type": "application/x-www-form-urlencoded" };
  const { json } = await server.post("/token", form.toString(), kind);
  return { authorization: `Bearer ${json.access_token}` };
}

async function ehrHeaders(path: string): Promise<Record<string, string>> {
  const aud = `${server.address}${path}`;
  return { authorization: `Bearer ${await ehr.sign({ iss: "https://ehr.example", aud })}` };
}

/** Everybody who may ask, half of the time the system that may ask for everything. */
async function askersNow(): Promise<Record<string, string>[]> {
  const { sessions } = createIdentity(server.context);
  const all = await systemHeaders();
  const people: Record<string, string>[] = [];
  for (const role of PERSON_ROLES) {
    const cookie = await sessions.start({ id: `a.${role}`, tenant: "north", roles: [role] }, null, null);
    const csrf = (await sessions.find(cookie))?.csrf ?? "";
    people.push({ cookie: `longitude-session=${cookie}`, "x-csrf-token": csrf });
  }
  const refused = [
    {},
    { authorization: "Bearer eyJhbGciOiJub25lIn0.e30." },
    { authorization: "Basic \u00ff" },
  ];
  return [...people, ...refused].flatMap((one) => [one, all]);
}
