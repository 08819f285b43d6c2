/** `longitude replay`: computes a stored answer anew, with the release that gave it, and compares the bytes. */
import { join } from "node:path";
import { Command } from "commander";
import { LongitudeError } from "../errors/longitude-error.ts";
import { USAGE_INVALID } from "../errors/registry.ts";
import { readPeople } from "../governance/people.ts";
import { registryOf, requireRelease } from "../governance/release/registry.ts";
import { readStatements } from "../governance/statements/record-statement.ts";
import { newestRequests, readStoredAnswer, replayAnswer } from "../serving/answers/answer-store.ts";
import { openServedModel } from "../serving/answers/served-model.ts";
import { SERVING_AREAS } from "../serving/serving-areas.ts";
import { governanceFile } from "./governance-folder.ts";
import { withState } from "./open-site-state.ts";
import { readSite } from "./read-site.ts";
import { printStated, siteKey } from "./signing.ts";

interface ReplayFlags {
  readonly site: string;
  readonly last: number;
  readonly json?: boolean;
}

export function replayCommand(): Command {
  return new Command("replay")
    .description(
      "Compute a stored answer anew and compare the bytes; without an id, list the newest requests.",
    )
    .argument("[id]", "of the answer, as it stands in the card, the RiskAssessment or the forecast")
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .option("--last <n>", "without an id: how many requests are listed", Number, 20)
    .option("--json", "print one JSON object on standard output")
    .addHelpText(
      "after",
      `
Ends with 0 only when the bytes are the same. The answer's input, release and seed are stored with it, also in silent mode.
With the embedded state, stop the server first.

Examples:
  longitude replay --site site/olmsted
  longitude replay ans-4f5c0d6f7f9b1e0a3c2d1e0f9a8b7c6d --site site/olmsted`,
    )
    .action((id: string | undefined, flags: ReplayFlags) =>
      id === undefined ? list(flags) : replay(id, flags),
    );
}

async function list(flags: ReplayFlags): Promise<void> {
  if (!Number.isInteger(flags.last) || flags.last < 1)
    throw new LongitudeError(USAGE_INVALID, "--last is a whole number from 1 on");
  const requests = await withState(await readSite(flags.site), SERVING_AREAS, (state) =>
    state.transaction((tx) => newestRequests(tx, flags.last)),
  );
  const lines = requests.map(({ at, kind, stage, unit, answer, milliseconds }) =>
    [at, kind, stage, unit === "" ? "-" : unit, answer, `${Math.round(milliseconds)} ms`].join("  "),
  );
  printStated(flags, lines.length === 0 ? "no requests yet" : lines.join("\n"), { requests });
}

async function replay(id: string, flags: ReplayFlags): Promise<void> {
  const site = await readSite(flags.site);
  const own = await siteKey(site);
  const people = await readPeople(governanceFile(site, "people.yaml"));
  const { stored, release } = await withState(site, SERVING_AREAS, (state) =>
    state.transaction(async (tx) => {
      const found = await readStoredAnswer(tx, id, null);
      const registry = registryOf(await readStatements(tx), people, own);
      return { stored: found, release: requireRelease(registry, found.release) };
    }),
  );
  const model = await openServedModel(join(site.folder, release.folder), own);
  const answer = await replayAnswer(model, stored).finally(() => model.close());
  const bytes = Buffer.byteLength(stored.answer);
  printStated(flags, `${id}: the same ${bytes} bytes, from ${release.id}`, {
    id,
    same: true,
    release: release.id,
    bytes,
    answer,
  });
}
