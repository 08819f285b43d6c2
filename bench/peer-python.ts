/** The Python beside which a bench measures, and how it is started. */
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");

export interface PeerPython {
  readonly path: string;
  /** Of `module`. */
  readonly version: string;
}

/** The first of the stated Python, LONGITUDE_PYTHON and python3 that has `module`; null when none has. */
export function findPython(module: string, stated?: string): PeerPython | null {
  for (const path of [stated, process.env.LONGITUDE_PYTHON, "python3"]) {
    if (path === undefined) continue;
    try {
      const version = execFileSync(path, ["-c", `import ${module}; print(${module}.__version__)`], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
      return { path, version: version.trim() };
    } catch {
      // This Python is missing or lacks the module: try the next.
    }
  }
  return null;
}

/** Runs a script of trainers/torch with a JSON request; null, with the reason on standard error, when it fails. */
export function runPeer(python: PeerPython, script: string, request: object): unknown {
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...env } = process.env;
  const run = spawnSync(python.path, [join(ROOT, "trainers/torch", script)], {
    input: JSON.stringify(request),
    encoding: "utf8",
    maxBuffer: 1 << 26,
    env,
  });
  if (run.status === 0) return JSON.parse(run.stdout) as unknown;
  console.error(`  ${script} does not run here: ${run.stderr.trim().split("\n").at(-1)}`);
  return null;
}
