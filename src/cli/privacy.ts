/** `longitude privacy`: the identified zone of a site. */
import { Command } from "commander";
import { lockSite } from "../artefacts/site-lock.ts";
import { systemEffects } from "../effects/effects.ts";
import { createZone, openZone } from "../privacy/zone/open-zone.ts";
import { systemEntropy } from "../privacy/zone/system-entropy.ts";
import type { Zone } from "../privacy/zone/zone.ts";
import { breakGlassCommands } from "./break-glass.ts";
import { forgetPersonsCommand } from "./privacy-forget.ts";
import { privacyOf } from "./privacy-of.ts";
import { proofCommands } from "./privacy-proof.ts";
import { readSite } from "./read-site.ts";

interface SiteFlags {
  readonly site: string;
  readonly json: boolean;
}

export function privacyCommand(): Command {
  const privacy = new Command("privacy")
    .description("The identified zone of a site: make it, rotate its key, prove the de-identification.")
    .addCommand(
      verb("init", "Make the identified zone that privacy.zone names, with a first master key.").action(init),
    )
    .addCommand(
      verb(
        "rotate",
        "Take a new master key: data keys are wrapped anew, sealed files stay as they are.",
      ).action(rotate),
    )
    .addCommand(
      verb(
        "clean",
        "Remove identified records that a killed run left in the clear in the zone's work folder.",
      ).action(clean),
    );
  for (const command of [forgetPersonsCommand(), ...proofCommands(), ...breakGlassCommands()])
    privacy.addCommand(command);
  return privacy;
}

function verb(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .option("--json", "print one JSON object on standard output", false);
}

async function init({ site, json }: SiteFlags): Promise<void> {
  const config = privacyOf(await readSite(site));
  const zone = await createZone(config, systemEntropy);
  say(
    json,
    { zone: zone.id, folder: zone.folder },
    `made the identified zone ${zone.id} in ${zone.folder}\nBack up its keys apart from it: a lost key cannot be replaced.`,
  );
}

async function rotate({ site, json }: SiteFlags): Promise<void> {
  const zone = await openZone(privacyOf(await readSite(site)), systemEntropy);
  const { rewrapped, retired } = await alone(zone, () => zone.rotate());
  say(
    json,
    { zone: zone.id, rewrapped, retired },
    `${rewrapped} data keys are wrapped with the new master key; ${retired} older master key(s) retired`,
  );
}

async function clean({ site, json }: SiteFlags): Promise<void> {
  const zone = await openZone(privacyOf(await readSite(site)), systemEntropy);
  await alone(zone, () => zone.clearWork());
  say(json, { zone: zone.id, cleaned: true }, "the zone's work folder is empty");
}

/** Nobody else works in the zone meanwhile. */
async function alone<T>(zone: Zone, act: () => Promise<T>): Promise<T> {
  const lock = await lockSite(zone.folder, systemEffects);
  try {
    return await act();
  } finally {
    await lock.release();
  }
}

function say(json: boolean, object: object, text: string): void {
  process.stdout.write(json ? `${JSON.stringify(object)}\n` : `${text}\n`);
}
