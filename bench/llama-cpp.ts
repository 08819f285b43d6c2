/** llama.cpp beside which a bench or a test measures, where node-llama-cpp is installed: see peer-llama-cpp.mjs. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** The answer, or null when node-llama-cpp is not installed or ended badly (its reason goes to standard error). */
export function askLlamaCpp(request: {
  readonly ask: "version" | "probabilities" | "speed";
  readonly [key: string]: unknown;
}): Record<string, unknown> | null {
  const run = spawnSync(process.execPath, [join(import.meta.dirname, "peer-llama-cpp.mjs")], {
    input: JSON.stringify(request),
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (run.status === 0) return JSON.parse(run.stdout) as Record<string, unknown>;
  if (request.ask !== "version") console.error(`  llama.cpp: ${run.stderr.trim().split("\n").at(-1)}`);
  return null;
}
