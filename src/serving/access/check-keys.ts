/** Reads every file of keys and secrets that the configuration names, so that a fault shows at start and not at night. */
import { clientAuthentication } from "../identity/relying-party.ts";
import type { ServingConfig } from "../serving-config.ts";
import { keysOfFile } from "./client-jwt.ts";

/** @throws LongitudeError SERVE_KEYS, LOGIN_CONFIG */
export async function checkKeys(
  { clients, cds, people, smart }: ServingConfig,
  folder: string,
): Promise<void> {
  for (const { jwks } of [...clients, ...cds.clients])
    if ("file" in jwks) await keysOfFile(folder, jwks.file);
  const servers = people.provider === undefined ? smart.servers : [people.provider, ...smart.servers];
  for (const server of servers) await clientAuthentication({ ...server, folder });
}
