/** The zone that a configuration names, with whoever holds its master key. */
import type { PrivacyConfig } from "../privacy-config.ts";
import { KeyCommand } from "./key-command.ts";
import { KeyFile } from "./key-file.ts";
import type { Entropy, KeyPort } from "./key-port.ts";
import { Zone } from "./zone.ts";

type ZoneConfig = Pick<PrivacyConfig, "zone" | "keys">;

export async function openZone(config: ZoneConfig, entropy: Entropy): Promise<Zone> {
  return Zone.open(config.zone, portOf(config, entropy), entropy);
}

export async function createZone(config: ZoneConfig, entropy: Entropy): Promise<Zone> {
  const port = portOf(config, entropy);
  if (port instanceof KeyFile) await port.create();
  return Zone.create(config.zone, port, entropy);
}

/** Null: a file in the zone itself. */
function portOf({ keys }: ZoneConfig, entropy: Entropy): KeyPort | null {
  if (keys === undefined) return null;
  return "file" in keys ? new KeyFile(keys.file, entropy) : new KeyCommand(keys.command);
}
