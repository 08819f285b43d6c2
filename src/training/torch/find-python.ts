/** Looks for a Python that can do what is asked: LONGITUDE_PYTHON, else python3. */
import { spawnSync } from "node:child_process";

export interface Python {
  readonly path: string;
  /** Versions of the modules asked for. */
  readonly versions: Readonly<Record<string, string>>;
}

/** @returns the first Python that can import all of `modules`, or null */
export function findPython(modules: readonly string[]): Python | null {
  const script = [
    "import json, importlib.metadata as m",
    ...modules.map((name) => `import ${name}`),
    `print(json.dumps({n: m.version(n) for n in ${JSON.stringify(modules)}}))`,
  ].join("\n");
  for (const path of [process.env.LONGITUDE_PYTHON, "python3"]) {
    if (path === undefined || path === "") continue;
    const run = spawnSync(path, ["-c", script], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    if (run.status === 0) return { path, versions: JSON.parse(run.stdout) as Record<string, string> };
  }
  return null;
}
