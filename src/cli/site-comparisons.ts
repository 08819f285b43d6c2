/**
 * Comparisons of releases for the workspace: one at a time, in a thread of its own, each kept once it is there.
 * A release never changes, so neither does what two of them differ in.
 */
import { Worker } from "node:worker_threads";
import { errorTold } from "../errors/told-error.ts";
import type { RegisteredRelease } from "../governance/release/registry.ts";
import type { ReleaseComparison } from "../governance/release/release-comparison.ts";
import type { CompareAnswer, CompareStart } from "./compare-worker.ts";
import type { Site } from "./read-site.ts";

const KEPT = 32;

export type Compare = (first: RegisteredRelease, second: RegisteredRelease) => Promise<ReleaseComparison>;

/** @throws LongitudeError RELEASES_NOT_COMPARABLE, from what it returns */
export function siteComparisons({ folder, configuration }: Site): Compare {
  const kept = new Map<string, Promise<ReleaseComparison>>();
  let turn: Promise<unknown> = Promise.resolve();
  return (first, second) => {
    const key = `${first.id}|${second.id}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const made = turn.then(() => compareInThread({ site: { folder, configuration }, first, second }));
    turn = made.catch(() => undefined);
    kept.set(key, made);
    // What could not be compared may be once the site is built again.
    made.catch(() => kept.delete(key));
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return made;
  };
}

async function compareInThread(start: CompareStart): Promise<ReleaseComparison> {
  const worker = new Worker(new URL("./compare-worker.js", import.meta.url), {
    workerData: start,
    execArgv: [],
  });
  try {
    const answer = await new Promise<CompareAnswer>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.once("exit", (code) => reject(new Error(`the comparing worker ended with code ${code}`)));
    });
    if (!answer.ok) throw errorTold(answer);
    return answer.comparison;
  } finally {
    await worker.terminate();
  }
}
