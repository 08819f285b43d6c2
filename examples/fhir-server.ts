/**
 * Stands in for a hospital's FHIR server, to try `longitude serve` against: reads NDJSON files of a folder and answers reads
 * and searches by patient, in pages, to whoever brings the token that it prints.
 *
 *   npx tsx examples/fhir-server.ts --folder site/olmsted/export [--port 8090] [--recent] [--page 100]
 *
 * `--recent` moves each person's dates as one, so that the newest event lies thirty days back: a record of today.
 * Not a FHIR server for anything else: it knows no other search, and listens on this machine alone.
 */
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { systemEffects } from "../src/effects/effects.ts";
import { recentRecord } from "../src/serving/records/recent-record.ts";

interface Resource {
  readonly resourceType: string;
  readonly id: string;
  readonly [key: string]: unknown;
}

const { values: options } = parseArgs({
  options: {
    folder: { type: "string" },
    port: { type: "string", default: "8090" },
    recent: { type: "boolean", default: false },
    page: { type: "string", default: "100" },
  },
});
if (options.folder === undefined) {
  process.stderr.write("--folder: where the NDJSON files are\n");
  process.exit(2);
}
const page = Number(options.page);
const token = randomUUID();
/** `Patient/1` → its resources, the Patient itself first. */
const records = readRecords(options.folder);

const server = createServer((request, response) => {
  const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
  const [base, type = "", id, more] = url.pathname.slice(1).split("/");
  if (request.headers.authorization !== `Bearer ${token}`) return answer(response, 401, failure("login"));
  if (base !== "fhir" || request.method !== "GET" || more !== undefined)
    return answer(response, 404, failure("not-found"));
  if (id !== undefined) {
    const found = (type === "Patient" ? (records.get(`Patient/${id}`) ?? []) : [...records.values()].flat()).find(
      (resource) => resource.resourceType === type && resource.id === id,
    );
    return found === undefined ? answer(response, 404, failure("not-found")) : answer(response, 200, found);
  }
  const patient = url.searchParams.get("patient") ?? "";
  const found = (records.get(patient.includes("/") ? patient : `Patient/${patient}`) ?? []).filter(
    ({ resourceType }) => resourceType === type,
  );
  const offset = Number(url.searchParams.get("_offset") ?? 0);
  const count = Math.min(page, Number(url.searchParams.get("_count") ?? page));
  const next = new URL(url);
  next.searchParams.set("_offset", String(offset + count));
  return answer(response, 200, {
    resourceType: "Bundle",
    type: "searchset",
    total: found.length,
    link: [
      { relation: "self", url: url.href },
      ...(offset + count < found.length ? [{ relation: "next", url: next.href }] : []),
    ],
    entry: found.slice(offset, offset + count).map((resource) => ({ resource })),
  });
});
server.listen(Number(options.port), "127.0.0.1", () => {
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : options.port;
  process.stdout.write(`${JSON.stringify({ fhirServer: `http://127.0.0.1:${port}/fhir`, token })}\n`);
});

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/fhir+json" });
  response.end(JSON.stringify(body));
}

function failure(code: string): object {
  return { resourceType: "OperationOutcome", issue: [{ severity: "error", code }] };
}

function readRecords(folder: string): ReadonlyMap<string, readonly Resource[]> {
  const read = new Map<string, Resource[]>();
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".ndjson"))) {
    for (const line of readFileSync(join(folder, name), "utf8").split("\n")) {
      if (line === "") continue;
      const resource = JSON.parse(line) as Resource;
      const subject = resource.subject as { readonly reference?: string } | undefined;
      const person =
        resource.resourceType === "Patient" ? `Patient/${resource.id}` : (subject?.reference ?? "");
      const of = read.get(person) ?? [];
      if (resource.resourceType === "Patient") of.unshift(resource);
      else of.push(resource);
      read.set(person, of);
    }
  }
  const now = systemEffects.now();
  return options.recent ? new Map([...read].map(([person, of]) => [person, recentRecord(of, now)])) : read;
}
