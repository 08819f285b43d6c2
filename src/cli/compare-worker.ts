/** A worker thread that compares two releases: whoever asks the server for forecasts meanwhile does not wait for it. */
import { parentPort, workerData } from "node:worker_threads";
import { type ToldError, tellError } from "../errors/told-error.ts";
import type { RegisteredRelease } from "../governance/release/registry.ts";
import type { ReleaseComparison } from "../governance/release/release-comparison.ts";
import { compareReleases } from "./compare-releases.ts";
import type { Site } from "./read-site.ts";

export interface CompareStart {
  readonly site: Pick<Site, "folder" | "configuration">;
  readonly first: RegisteredRelease;
  readonly second: RegisteredRelease;
}

export type CompareAnswer = { readonly ok: true; readonly comparison: ReleaseComparison } | ToldError;

const port = parentPort;
if (port === null) throw new TypeError("compare-worker is started as a worker thread");
const { site, first, second } = workerData as CompareStart;
port.postMessage(
  await compareReleases(site, first, second).then(
    (comparison): CompareAnswer => ({ ok: true, comparison }),
    (error: unknown): CompareAnswer => tellError(error),
  ),
);
