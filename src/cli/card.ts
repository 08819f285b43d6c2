/** `longitude card`: the model card of a release, in every form. */

import { existsSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { verifyRelease } from "../governance/release/manifest.ts";
import { keyOfEnclosingSite } from "./signing.ts";

/** Releases of an older version lack the last ones. */
const CARD_FILES = ["card.html", "card.json", "card.xml", "card.pdf", "tripod.json"] as const;

export function cardCommand(): Command {
  return new Command("card")
    .description(
      "Write the model card of a release: HTML, PDF, JSON, CHAI applied model card XML, and the TRIPOD+AI checklist.",
    )
    .argument("<folder>", "the release")
    .requiredOption("--out <dir>", "folder for card.html, card.pdf, card.json, card.xml and tripod.json")
    .option("--json", "print one JSON object on standard output")
    .action(async (folder: string, { out, json }: { out: string; json?: boolean }) => {
      const from = resolve(folder);
      const { id } = await verifyRelease(from, await keyOfEnclosingSite(from));
      await mkdir(out, { recursive: true });
      const files = CARD_FILES.filter((file) => existsSync(join(from, file)));
      for (const file of files) await cp(join(from, file), join(out, file));
      process.stdout.write(
        json === true
          ? `${JSON.stringify({ schema: "longitude.card-files/1", release: id, folder: resolve(out), files }, null, 2)}\n`
          : `wrote ${files.join(", ")} to ${resolve(out)}\n`,
      );
    });
}
