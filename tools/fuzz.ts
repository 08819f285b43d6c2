/**
 * `npm run fuzz -- --minutes 60 [--seed 1] [--json]`: damages real inputs of every format and reads them. Anything but a
 * dataset or a registered error is a fault: an exception, a crash of the process, a minute of work without an end, more
 * memory than a reader may take. `--only N` runs one number again; the same number is the same damage on every machine.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { z } from "zod";

/** Of work, not of waiting: the machine may be busy with other things. */
const MAX_WORK_SECONDS = 60;
const MAX_WAIT_MS = 15 * 60_000;
const TICKS_A_SECOND = 100;
const MAX_MEGABYTES = 2048;
/** A fresh process now and then, so that its memory tells of the input and not of its age. */
const NUMBERS_A_PROCESS = 400;

const LINE = z.object({
  number: z.number(),
  target: z.string().optional(),
  time: z.number().optional(),
  fault: z.string().optional(),
  rssMegabytes: z.number().optional(),
});

interface Fault {
  readonly number: number;
  readonly what: string;
}

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const end = performance.now() + Number(values.minutes) * 60_000;
const work = await mkdtemp(join(tmpdir(), "longitude-fuzz-"));
const faults: Fault[] = [];
const targets: Record<string, number> = {};
let [done, peakMegabytes] = [0, 0];
try {
  let next = values.only === undefined ? Number(values.seed) * 1_000_000 : Number(values.only);
  do {
    next = (await runFrom(next, values.only === undefined ? NUMBERS_A_PROCESS : 1)) + 1;
  } while (values.only === undefined && performance.now() < end);
} finally {
  await rm(work, { recursive: true, force: true });
}
const summary = { inputs: done, faults, peakMegabytes, targets };
if (values.json) console.log(JSON.stringify(summary));
else {
  console.log(`${done} damaged inputs, ${faults.length} faults, peak memory ${peakMegabytes} MB`);
  for (const { number, what } of faults) console.log(`  --only ${number}: ${what}`);
}
process.exitCode = faults.length === 0 ? 0 : 1;

/** Runs numbers in one process until they or the time are over; the last number that was begun. */
async function runFrom(first: number, count: number): Promise<number> {
  const script = join(import.meta.dirname, "fuzz-worker.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script, String(first), String(count), work], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [number, ended, reason] = [first, first - 1, ""];
  let complaint = "";
  child.stderr.on("data", (text: Buffer) => {
    complaint = (complaint + text.toString()).slice(-1500);
  });
  const stop = (why: string): void => {
    reason = why;
    child.kill("SIGKILL");
  };
  let [worked, waitedFrom] = [0, performance.now()];
  const watch = setInterval(() => {
    const tooLong = workSeconds(child.pid) - worked > MAX_WORK_SECONDS;
    if (tooLong || performance.now() - waitedFrom > MAX_WAIT_MS) stop("hangs");
  }, 1000);
  for await (const text of createInterface({ input: child.stdout })) {
    worked = workSeconds(child.pid);
    waitedFrom = performance.now();
    const line = LINE.parse(JSON.parse(text));
    number = line.number;
    if (line.fault !== undefined) note({ number, what: `${line.target} ${line.time}: ${line.fault}` });
    else if (line.target !== undefined) targets[line.target] = (targets[line.target] ?? 0) + 1;
    if (line.rssMegabytes === undefined) continue;
    ended = number;
    done += 1;
    peakMegabytes = Math.max(peakMegabytes, line.rssMegabytes);
    if (line.rssMegabytes > MAX_MEGABYTES) stop(`takes ${line.rssMegabytes} MB`);
    if (performance.now() > end && values.only === undefined) stop("time is over");
  }
  clearInterval(watch);
  // When the time is over, the number in hand was cut off by this process.
  if (reason !== "time is over" && (ended < number || reason !== "")) {
    note({ number, what: `${reason || "the process crashed"} ${complaint}` });
  }
  return number;
}

function note(fault: Fault): void {
  faults.push(fault);
  console.error(`--only ${fault.number}: ${fault.what}`);
}

/** Time that a process has computed; 0 where the system does not tell. */
function workSeconds(pid: number | undefined): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  } catch {
    return 0;
  }
}
