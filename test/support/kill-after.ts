/** Runs `longitude` in a process of its own, and kills it when its time is over. */
import { spawn } from "node:child_process";
import { join } from "node:path";

const PROGRAM = join(import.meta.dirname, "../../bin/longitude.js");

/** @returns whether it was killed before it had ended */
export async function killAfter(ms: number, args: readonly string[]): Promise<boolean> {
  const running = spawn(process.execPath, [PROGRAM, ...args], { stdio: "ignore" });
  const ended = new Promise<string | null>((resolve) =>
    running.once("exit", (_code, signal) => resolve(signal)),
  );
  const timer = setTimeout(() => running.kill("SIGKILL"), ms);
  const signal = await ended;
  clearTimeout(timer);
  return signal === "SIGKILL";
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

export async function runLongitude(args: readonly string[]): Promise<Ran> {
  const running = spawn(process.execPath, [PROGRAM, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let [out, error] = ["", ""];
  running.stdout.on("data", (part: Buffer) => (out += part.toString()));
  running.stderr.on("data", (part: Buffer) => (error += part.toString()));
  const code = await new Promise<number>((resolve) =>
    running.once("close", (status) => resolve(status ?? -1)),
  );
  return { code, out, error };
}
