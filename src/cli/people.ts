/** `longitude people`: keys of the people who approve, and of the site. */
import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Command } from "commander";
import { ownPrivateKey, publicKeyText, readPrivateKey } from "../artefacts/signed-json.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { GOVERNANCE_FILE } from "../errors/registry.ts";
import { readSite } from "./read-site.ts";
import { printStated, siteKey } from "./signing.ts";

export function peopleCommand(): Command {
  const people = new Command("people").description("Keys of the people who approve, and of the site.");
  people
    .command("key")
    .description("Make a key for one person: the private half into a file, the public half for people.yaml.")
    .requiredOption("--out <file>", "file for the private key; must not exist")
    .option("--json", "print one JSON object on standard output")
    .action(async ({ out, json }: { out: string; json?: boolean }) => {
      const path = resolve(out);
      if (
        await readPrivateKey(path).then(
          () => true,
          () => false,
        )
      )
        throw new LongitudeError(GOVERNANCE_FILE, `${path} holds a key already`);
      await mkdir(dirname(path), { recursive: true });
      const publicKey = publicKeyText(await ownPrivateKey(path));
      printStated({ ...(json === true ? { json } : {}) }, `publicKey: ${publicKey}`, {
        file: path,
        publicKey,
      });
    });
  people
    .command("site-key")
    .description("Print the public key with which the site signs its releases.")
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .option("--json", "print one JSON object on standard output")
    .action(async ({ site, json }: { site: string; json?: boolean }) => {
      const publicKey = await siteKey(await readSite(site));
      printStated({ ...(json === true ? { json } : {}) }, publicKey, { publicKey });
    });
  return people;
}
