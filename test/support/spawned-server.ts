/** `longitude serve` in a process of its own, as a site starts it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const PROGRAM = join(import.meta.dirname, "../../bin/longitude.js");

export interface SpawnedServer {
  readonly address: string;
  readonly process: ChildProcess;
  /** @returns its exit code; null when the signal ended it */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export async function spawnServer(
  folder: string,
  flags: readonly string[] = ["--sandbox"],
  environment: Readonly<Record<string, string>> = {},
): Promise<SpawnedServer> {
  const words = [PROGRAM, "serve", "--site", folder, "--port", "0", "--json", ...flags];
  const child = spawn(process.execPath, words, {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, ...environment },
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done === true) throw new Error("the server did not start");
  const { address } = JSON.parse(String(first.value)) as { address: string };
  return {
    address,
    process: child,
    end: async (signal) => {
      child.kill(signal);
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      return child.exitCode;
    },
  };
}
