/**
 * `npm run bench:ask`: how long the reader of an answer waits, from the question sent to its first words and to its last. The server is
 * a process of its own with the embedded database, asked by the client `openai` one question at a time, streamed, about records of
 * 500 events each: of the record, of a risk, for a score, of knowledge. No language model stands behind it. `ask`: the command as a
 * shell starts it, from nothing to the answer, and to its end when the answer is in the database.
 *
 *   npm run bench:ask -- [--json] [--questions 80] [--events 500] [--starts 5] [--passages FILE]
 *   npm run bench:ask -- [--json] --site DIR --subject KEY [--questions 80] [--starts 5]
 *
 * With a site that is built, its own record is asked: by the command, and warm in one process, reasoning among the questions.
 *
 * The model has the size of the example's (four layers of width 96, context 256, boosted trees beside it) and random weights. FILE holds
 * published passages in the shape of MedQuAD; without it knowledge is asked of a site that has none.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { loadavg } from "node:os";
import { join, resolve } from "node:path";
import OpenAI from "openai";
import { answerQuestion } from "../src/assistant/answer-question.ts";
import { askTools } from "../src/cli/ask-tools.ts";
import { readSite } from "../src/cli/read-site.ts";
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
const REASONED = [
  ...QUESTIONS.slice(0, 2),
  "Which test should be done next?",
  "What if diabetes were added?",
  "What is the differential?",
];
const SCHEMA = "longitude.ask-bench/2";
const PROGRAM = join(import.meta.dirname, "../bin/longitude.js");

/** From the question sent to the first words, to the last, and to the end of the process that said them. */
interface Waits {
  readonly firstMs: readonly number[];
  readonly wholeMs: readonly number[];
  readonly endMs?: readonly number[];
}

const options = benchOptions(import.meta.filename, {
  json: { type: "boolean", default: false },
  questions: { type: "string", default: "80" },
  events: { type: "string", default: "500" },
  starts: { type: "string", default: "5" },
  passages: { type: "string" },
  site: { type: "string" },
  subject: { type: "string" },
});
const events = Number(options.events);
const result = options.site === undefined ? await ofInventedSite() : await ofSite(options.site);
process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `${textOf(result)}\n`);

async function ofInventedSite() {
  const { folder, subjects } = await makeAskedSite([fhirRecord({ events, everyDays: 5 })], {
    verdict: "do not deploy",
    outcomes: OUTCOMES,
    size: SIZE,
    trees: true,
    ...(options.passages === undefined ? {} : { assistant: { passages: resolve(options.passages) } }),
  });
  const load = loadavg()[0] as number;
  const served = await askServer(folder, Number(options.questions));
  const started = await askCommand(folder, subjects[0] as string, QUESTIONS, Number(options.starts));
  const passages = options.passages !== undefined;
  return { schema: SCHEMA, load, events, passages, server: summary(served), ask: summary(started) };
}

async function ofSite(folder: string) {
  const { subject } = options;
  if (subject === undefined) throw new TypeError("--site needs --subject");
  const load = loadavg()[0] as number;
  const started = await askCommand(folder, subject, REASONED, Number(options.starts));
  const warm = await askWarm(folder, subject, Number(options.questions));
  return { schema: SCHEMA, load, ask: summary(started), warm: summary(warm) };
}

/** The tools opened once, the questions one after the other: an answer comes whole, so that first and last words are one. */
async function askWarm(folder: string, subject: string, questions: number): Promise<Waits> {
  const { tools, close } = await askTools(await readSite(folder), subject, options.passages);
  const waits: number[] = [];
  try {
    for (let i = -REASONED.length; i < questions; i++) {
      const begun = performance.now();
      await answerQuestion(REASONED.at(i % REASONED.length) as string, "patient", tools);
      if (i >= 0) waits.push(performance.now() - begun);
    }
  } finally {
    await close();
  }
  return { firstMs: waits, wholeMs: waits };
}

async function askServer(folder: string, questions: number): Promise<Waits> {
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

async function askCommand(
  folder: string,
  subject: string,
  questions: readonly string[],
  starts: number,
): Promise<Waits> {
  const waits = { firstMs: [] as number[], wholeMs: [] as number[], endMs: [] as number[] };
  // The first start of all makes the bundle of its sources.
  for (let i = -1; i < starts; i++) {
    const question = questions.at(i % questions.length) as string;
    const words = ["ask", "--site", folder, "--subject", subject, "--for", "patient", question];
    const begun = performance.now();
    const child = spawn(process.execPath, [PROGRAM, ...words], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(child, "exit");
    let [first, last] = [Number.NaN, Number.NaN];
    child.stdout.on("data", () => {
      last = performance.now() - begun;
      if (Number.isNaN(first)) first = last;
    });
    await ended;
    if (i < 0) continue;
    waits.firstMs.push(first);
    waits.wholeMs.push(last);
    waits.endMs.push(performance.now() - begun);
  }
  return waits;
}

function summary({ firstMs, wholeMs, endMs }: Waits) {
  const end = endMs === undefined ? null : quantiles(endMs);
  return { n: wholeMs.length, firstWords: quantiles(firstMs), whole: quantiles(wholeMs), end };
}

function quantiles(all: readonly number[]): { p50Ms: number; p95Ms: number } {
  const sorted = [...all].sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN);
  return { p50Ms: at(0.5), p95Ms: at(0.95) };
}

function textOf(
  found: Awaited<ReturnType<typeof ofInventedSite>> | Awaited<ReturnType<typeof ofSite>>,
): string {
  const line = (name: string, { n, firstWords, whole, end }: ReturnType<typeof summary>) =>
    `${name}: first words ${firstWords.p50Ms} ms (p95 ${firstWords.p95Ms}), whole answer ${whole.p50Ms} ms (p95 ${whole.p95Ms})${end === null ? "" : `, process ended ${end.p50Ms} ms (p95 ${end.p95Ms})`}, n ${n}`;
  const other = "warm" in found ? line("warm, in one process", found.warm) : line("server", found.server);
  return [other, line("longitude ask", found.ask)].join("\n");
}
