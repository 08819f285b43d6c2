/** Starts the stand-in FHIR server of the examples as a process of its own, over resources that a test gives. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { FhirRecord } from "./fhir-record.ts";
import { bundle } from "./start-bulk-data-server.ts";

export interface RunningFhirServer {
  /** Base address. */
  readonly base: string;
  readonly token: string;
  stop(): Promise<void>;
}

/** @param work folder for its program and files */
export async function startFhirServer(
  work: string,
  records: readonly FhirRecord[],
  pageSize: number,
): Promise<RunningFhirServer> {
  const files = join(work, "fhir-files");
  await mkdir(files, { recursive: true });
  const resources = records.flatMap(({ patient, conditions, observations }) => [
    patient,
    ...conditions,
    ...observations,
  ]);
  await writeFile(join(files, "all.ndjson"), resources.map((one) => `${JSON.stringify(one)}\n`).join(""));
  const program = join(work, "fhir-server.mjs");
  bundle("examples/fhir-server.ts", program);
  const words = [program, "--folder", files, "--port", "0", "--page", String(pageSize)];
  const child: ChildProcess = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const told = JSON.parse(String((await lines.next()).value)) as { fhirServer: string; token: string };
  return {
    base: told.fhirServer,
    token: told.token,
    stop: async () => {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}
