/** `longitude replay`: computes a stored answer anew, with the release that gave it, and compares the bytes. */
import { join } from "node:path";
import { Command } from "commander";
import { readPeople } from "../governance/people.ts";
import { registryOf, requireRelease } from "../governance/release/registry.ts";
import { readStatements } from "../governance/statements/record-statement.ts";
import { readStoredAnswer, replayAnswer } from "../serving/answers/answer-store.ts";
import { openServedModel } from "../serving/answers/served-model.ts";
import { SERVING_AREAS } from "../serving/serving-areas.ts";
import { governanceFile } from "./governance-folder.ts";
import { withState } from "./open-site-state.ts";
import { readSite } from "./read-site.ts";
import { printStated, siteKey } from "./signing.ts";

export function replayCommand(): Command {
  return new Command("replay")
    .description(
      "Compute a stored answer anew and compare the bytes; ends with 0 only when they are the same.",
    )
    .argument("<id>", "of the answer, as it stands in the card, the RiskAssessment or the forecast")
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .option("--json", "print one JSON object on standard output")
    .addHelpText(
      "after",
      `
The answer's input, release and seed are stored with it. With the embedded state, stop the server first.

Example:
  longitude replay ans-4f5c0d6f7f9b1e0a3c2d1e0f9a8b7c6d --site site/olmsted`,
    )
    .action(async (id: string, flags: { site: string; json?: boolean }) => {
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
      try {
        await replayAnswer(model, stored);
      } finally {
        await model.close();
      }
      printStated(flags, `${id}: the same ${Buffer.byteLength(stored.answer)} bytes, from ${release.id}`, {
        id,
        same: true,
        release: release.id,
        bytes: Buffer.byteLength(stored.answer),
      });
    });
}
