/** A program of the tests as a process of its own, which says in one line of JSON where it listens. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface StartedProgram<Told> {
  readonly told: Told;
  stop(): Promise<void>;
}

export async function startProgram<Told>(
  name: string,
  words: readonly string[] = [],
): Promise<StartedProgram<Told>> {
  const child = spawn(process.execPath, [join(import.meta.dirname, name), ...words], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  for await (const line of createInterface({ input: child.stdout }))
    if (line.startsWith("{"))
      return {
        told: JSON.parse(line) as Told,
        stop: async () => {
          child.kill("SIGKILL");
          if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
        },
      };
  throw new Error(`${name} did not start`);
}
