/** The promise of the feed: what was acknowledged is there, once, whenever the process was killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { Hl7Message } from "../../src/ingest/hl7v2/hl7-message.ts";
import { journalFiles, journalRecords } from "../../src/ingest/hl7v2/read-journal.ts";
import { admission, answerCode, MllpClient } from "./mllp-client.ts";

const KILLS = 30;
const SENDERS = 4;

let work: string;
let folder: string;
let program: string;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "longitude-listen-"));
  folder = join(work, "feed");
  // In one file it starts in a tenth of the time.
  program = join(work, "listen.mjs");
  buildSync({
    entryPoints: ["test/ingest/listen-until-killed.ts"],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: program,
  });
});
afterAll(() => rm(work, { recursive: true, force: true }));

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
}

async function start(): Promise<Running> {
  const child = spawn(process.execPath, [program, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = (await once(child.stdout!, "data")) as [Buffer];
  return { child, port: Number(port.toString()) };
}

/** Sends its messages in order, each until it is acknowledged, as an interface engine does; stops when cut off. */
async function sendUntilCut(
  sender: number,
  port: number,
  next: number[],
  acknowledged: Set<string>,
): Promise<void> {
  const client = await MllpClient.open(port).catch(() => null);
  if (client === null) return;
  for (;;) {
    const id = `${sender}-${next[sender]!}`;
    client.send(admission(id, { person: String(sender) }));
    const answer = await client.answer();
    if (answer === null) break;
    expect(answerCode(answer)).toBe(`AA ${id}`);
    acknowledged.add(id);
    next[sender]! += 1;
  }
  client.close();
}

async function stored(): Promise<string[]> {
  const ids: string[] = [];
  const files = await journalFiles(join(folder, "journal"));
  for (const file of files) {
    for await (const { bytes } of journalRecords(file, file === files.at(-1))) {
      ids.push(Hl7Message.parse(bytes.toString())!.header.text(10)!);
    }
  }
  return ids;
}

it("no accepted message is lost or doubled by thirty kills at random moments", {
  timeout: 300_000,
}, async () => {
  const random = createRandom("kills");
  const next = new Array<number>(SENDERS).fill(0);
  const acknowledged = new Set<string>();
  for (let kill = 0; kill < KILLS; kill++) {
    const { child, port } = await start();
    const sending = next.map((_, sender) => sendUntilCut(sender, port, next, acknowledged));
    await new Promise((done) => setTimeout(done, 5 + random.integer(60)));
    child.kill("SIGKILL");
    await once(child, "exit");
    await Promise.all(sending);
  }
  const ids = await stored();
  expect(acknowledged.size).toBeGreaterThan(KILLS);
  expect(new Set(ids).size).toBe(ids.length);
  const there = new Set(ids);
  expect([...acknowledged].filter((id) => !there.has(id))).toEqual([]);
  // What was stored but not acknowledged is at most what each sender had under way.
  const { child, port } = await start();
  const client = await MllpClient.open(port);
  for (const [sender, number] of next.entries()) {
    const id = `${sender}-${number}`;
    client.send(admission(id, { person: String(sender) }));
    expect(answerCode(await client.answer())).toBe(`AA ${id}`);
  }
  client.close();
  child.kill("SIGKILL");
  await once(child, "exit");
  const after = await stored();
  expect(new Set(after).size).toBe(after.length);
});
