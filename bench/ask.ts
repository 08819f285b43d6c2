/**
 * `npm run bench:ask`: how long the reader of an answer waits, from the question sent to its first words and to its last. The server is
 * a process of its own with the embedded database, asked by the client `openai` one question at a time, streamed, about records of
 * 500 events each: of the record, of a risk, for a score, of knowledge. No language model stands behind it. `ask`: the command as a
 * shell starts it, from nothing to the answer.
 *
 *   npm run bench:ask -- [--json] [--questions 80] [--events 500] [--starts 5] [--passages FILE]
 *
 * The model has the size of the example's (four layers of width 96, context 256, boosted trees beside it) and random weights. FILE holds
 * published passages in the shape of MedQuAD; without it knowledge is asked of a site that has none.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import OpenAI from "openai";
import { makeAskedSite } from "../test/support/asked-site.ts";
import { fhirRecord, recordBundle } from "../test/support/fhir-record.ts";
import { spawnServer } from "../test/support/spawned-server.ts";
import { benchOptions } from "./bench-options.ts";

const SIZE = { depth: 4, width: 96, heads: 3, feedForward: 256, context: 256 };
const OUTCOMES = 16;
const QUESTIONS = [
  "What was my last systolic blood pressure?",
  "What is my risk of death in the next 5 years?",
  "What is my non-HDL cholesterol?",
  "What are the symptoms of gout?",
];
const PROGRAM = join(import.meta.dirname, "../bin/longitude.js");

interface Waits {
  readonly firstMs: readonly number[];
  readonly wholeMs: readonly number[];
}

const options = benchOptions(import.meta.filename, {
  json: { type: "boolean", default: false },
  questions: { type: "string", default: "80" },
  events: { type: "string", default: "500" },
  starts: { type: "string", default: "5" },
  passages: { type: "string" },
});
const events = Number(options.events);
const { folder, subjects } = await makeAskedSite([fhirRecord({ events, everyDays: 5 })], {
  verdict: "do not deploy",
  outcomes: OUTCOMES,
  size: SIZE,
  trees: true,
  ...(options.passages === undefined ? {} : { assistant: { passages: resolve(options.passages) } }),
});
const served = await askServer(Number(options.questions));
const started = await askCommand(Number(options.starts));
const result = {
  schema: "longitude.ask-bench/1",
  events,
  passages: options.passages !== undefined,
  server: summary(served),
  ask: summary(started),
};
process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `${textOf()}\n`);

async function askServer(questions: number): Promise<Waits> {
  const server = await spawnServer(folder);
  const client = new OpenAI({ baseURL: `${server.address}/v1`, apiKey: "none", maxRetries: 0 });
  try {
    return await askAll(client, questions);
  } finally {
    await server.end("SIGTERM");
  }
}

async function askAll(client: OpenAI, questions: number): Promise<Waits> {
  const waits = { firstMs: [] as number[], wholeMs: [] as number[] };
  for (let i = 0; i < questions; i++) {
    const bundle = recordBundle(fhirRecord({ id: `p${i}`, events, everyDays: 5 }));
    const body = {
      model: "longitude-patient",
      messages: [{ role: "user" as const, content: QUESTIONS[i % QUESTIONS.length] as string }],
      stream: true as const,
      longitude: { bundle },
    };
    const begun = performance.now();
    let first = Number.NaN;
    const headers = { authorization: null };
    for await (const { choices } of await client.chat.completions.create(body, { headers }))
      if (Number.isNaN(first) && (choices[0]?.delta.content ?? "") !== "") first = performance.now() - begun;
    waits.firstMs.push(first);
    waits.wholeMs.push(performance.now() - begun);
  }
  return waits;
}

async function askCommand(starts: number): Promise<Waits> {
  const waits = { firstMs: [] as number[], wholeMs: [] as number[] };
  for (let i = 0; i < starts; i++) {
    const question = QUESTIONS[i % QUESTIONS.length] as string;
    const words = ["ask", "--site", folder, "--subject", subjects[0] as string, "--for", "patient", question];
    const begun = performance.now();
    const child = spawn(process.execPath, [PROGRAM, ...words], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(child, "exit");
    await once(child.stdout, "data");
    waits.firstMs.push(performance.now() - begun);
    child.stdout.resume();
    await ended;
    waits.wholeMs.push(performance.now() - begun);
  }
  return waits;
}

function summary({ firstMs, wholeMs }: Waits) {
  return { n: wholeMs.length, firstWords: quantiles(firstMs), whole: quantiles(wholeMs) };
}

function quantiles(all: readonly number[]): { p50Ms: number; p95Ms: number } {
  const sorted = [...all].sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN);
  return { p50Ms: at(0.5), p95Ms: at(0.95) };
}

function textOf(): string {
  const line = (name: string, { n, firstWords, whole }: ReturnType<typeof summary>) =>
    `${name}: first words ${firstWords.p50Ms} ms (p95 ${firstWords.p95Ms}), whole answer ${whole.p50Ms} ms (p95 ${whole.p95Ms}), n ${n}`;
  return [line("server", result.server), line("longitude ask", result.ask)].join("\n");
}
