/**
 * `npm run bench:serve`: how long CDS `patient-view` takes, from the first byte sent to the last received: histories of 500
 * events, 16 outcomes with interval and drivers, read in one pass (no simulation, standard error 0), 20 requests a second.
 * Cold: each request is of another patient. Warm: the same patients again, within the hour. The server is a process of its
 * own with the embedded database, as `longitude serve` starts it; the load comes from this process, on the same machine.
 *
 *   npm run bench:serve -- [--json] [--patients 400] [--rate 20] [--events 500] [--postgres] [--minutes 0]
 *
 * The model has the size of the example's (four layers of width 96, context 256, boosted trees beside it) and random weights.
 * With --minutes the load goes on for so long, half of it new patients, and the memory of each minute is printed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import autocannon from "autocannon";
import { fhirRecord, patientView } from "../test/support/fhir-record.ts";
import { postgresPrograms, startPostgres } from "../test/support/postgres-server.ts";
import { makeServedSite } from "../test/support/served-site.ts";
import { benchOptions } from "./bench-options.ts";

const SIZE = { depth: 4, width: 96, heads: 3, feedForward: 256, context: 256 };
const OUTCOMES = 16;
const PATH = "/cds-services/longitude-patient-view";

interface Latencies {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly requestsPerSecond: number;
  /** Of the server, for each request. */
  readonly processorMs: number;
}

const options = benchOptions(import.meta.filename, {
  json: { type: "boolean", default: false },
  patients: { type: "string", default: "400" },
  rate: { type: "string", default: "20" },
  events: { type: "string", default: "500" },
  postgres: { type: "boolean", default: false },
  minutes: { type: "string", default: "0" },
});
const [patients, rate, events, minutes] = [
  options.patients,
  options.rate,
  options.events,
  options.minutes,
].map(Number) as [number, number, number, number];
/** Of the patients that are asked about again. */
const bodies = new Map<number, string>();
await main();

async function main(): Promise<void> {
  const programs = options.postgres ? await postgresPrograms() : null;
  const postgres = programs === null ? null : await startPostgres(programs);
  const url = await postgres?.newDatabase();
  if (url !== undefined) process.env.LONGITUDE_STATE_URL = url;
  const site = await makeServedSite({
    verdict: "do not deploy",
    outcomes: OUTCOMES,
    size: SIZE,
    trees: true,
    ...(url === undefined ? {} : { state: { engine: "postgres" } }),
  });
  const server = await startServer(site.folder);
  try {
    const cold = await load(server, patients, (i) => bodyOf(i));
    const warm = await load(server, patients, (i) => bodyOf(i));
    const memory = await soak(server);
    const model = (await (await fetch(`${server.address}/v1/model`)).json()) as { parameters: number };
    const result = {
      cold,
      warm,
      memoryMegabytes: await memoryOf(server.process),
      model: { parameters: model.parameters, outcomes: OUTCOMES, ...SIZE, trees: true, standardError: 0 },
      ...(memory.length === 0 ? {} : { memoryByMinute: memory }),
    };
    process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : textOf(result));
  } finally {
    server.process.kill("SIGTERM");
    if (server.process.exitCode === null) await once(server.process, "exit");
    await postgres?.stop();
  }
}

interface Server {
  readonly address: string;
  readonly process: ChildProcess;
}

async function startServer(folder: string): Promise<Server> {
  const words = ["bin/longitude.js", "serve", "--site", folder, "--sandbox", "--port", "0", "--json"];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "ignore"] });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const told: unknown = JSON.parse(String((await lines.next()).value));
  return { address: (told as { address: string }).address, process: child };
}

function bodyOf(patient: number): string {
  const known = bodies.get(patient);
  if (known !== undefined) return known;
  // Nobody's record is another's: each begins on another day of another year.
  const birthDate = `${1930 + (patient % 60)}-03-${String(1 + (Math.floor(patient / 60) % 28)).padStart(2, "0")}`;
  const body = JSON.stringify(patientView(fhirRecord({ id: `p${patient}`, events, birthDate })));
  if (patient < patients) bodies.set(patient, body);
  return body;
}

/** @param body of the n-th request */
async function load(server: Server, amount: number, body: (n: number) => string): Promise<Latencies> {
  for (let i = 0; i < Math.min(amount, patients); i++) body(i);
  const times: number[] = [];
  let [next, refused, last] = [0, 0, 0];
  const begun = performance.now();
  const processorBefore = await processorMs(server.process);
  // Each connection sends one request a second, and they begin one after the other: requests are spread, not in bursts.
  const one = async (connection: number): Promise<number> => {
    await setTimeout((1000 * connection) / rate);
    const { errors } = await new Promise<autocannon.Result>((resolve, reject) => {
      const instance = autocannon(
        {
          url: `${server.address}${PATH}`,
          connections: 1,
          amount: Math.ceil((amount - connection) / rate),
          overallRate: 1,
          method: "POST",
          timeout: 30,
          headers: { "content-type": "application/json" },
          requests: [{ setupRequest: (request) => ({ ...request, body: body(next++) }) }],
        },
        (error: Error | null, result) => (error === null ? resolve(result) : reject(error)),
      );
      instance.on("response", (_client, status, _bytes, time) => {
        last = performance.now();
        if (status === 200) times.push(time);
        else refused += 1;
      });
    });
    return errors;
  };
  const connections = Array.from({ length: Math.min(rate, amount) }, (_, connection) => one(connection));
  const errors = (await Promise.all(connections)).reduce((sum, failed) => sum + failed, 0);
  const duration = (last - begun) / 1000;
  if (refused + errors > 0) throw new Error(`${refused} requests were refused, ${errors} failed`);
  times.sort((a, b) => a - b);
  const at = (share: number) =>
    round(times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0);
  return {
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    requestsPerSecond: round(times.length / duration),
    processorMs: round(((await processorMs(server.process)) - processorBefore) / times.length),
  };
}

async function soak(server: Server): Promise<number[]> {
  const memory: number[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    const first = patients * (minute + 1);
    await load(server, 60 * rate, (i) => bodyOf(i % 2 === 0 ? i % patients : first + i));
    memory.push(await memoryOf(server.process));
    process.stderr.write(`minute ${minute + 1}: ${memory.at(-1)} MB\n`);
  }
  return memory;
}

async function memoryOf({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

/** User and system time so far, in ticks of a hundredth of a second. */
async function processorMs({ pid }: ChildProcess): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")).split(") ")[1]?.split(" ");
  return 10 * (Number(fields?.[11] ?? 0) + Number(fields?.[12] ?? 0));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function textOf(result: {
  cold: Latencies;
  warm: Latencies;
  memoryMegabytes: number;
  model: object;
}): string {
  const line = (name: string, { p50Ms, p95Ms, p99Ms, requestsPerSecond, processorMs }: Latencies) =>
    `${name}  p50 ${p50Ms} ms  p95 ${p95Ms} ms  p99 ${p99Ms} ms  ${requestsPerSecond} requests/s  ${processorMs} ms of processor each\n`;
  return `${line("cold", result.cold)}${line("warm", result.warm)}memory ${result.memoryMegabytes} MB\n${JSON.stringify(result.model)}\n`;
}
