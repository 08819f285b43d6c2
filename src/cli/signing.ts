/** What the verbs share with which people sign: who they are, with which key, and the statement that is recorded. */
import { join, resolve } from "node:path";
import { Command } from "commander";
import { ownPrivateKey, publicKeyText, readPrivateKey } from "../artefacts/signed-json.ts";
import { systemEffects } from "../effects/effects.ts";
import { personWithKey, readPeople } from "../governance/people.ts";
import { type RegisteredRelease, registryOf } from "../governance/release/registry.ts";
import { governanceArea } from "../governance/statements/governance-tables.ts";
import { readStatements, recordStatement } from "../governance/statements/record-statement.ts";
import { refuseClockSetBack } from "../governance/statements/refuse-clock.ts";
import type { Statement } from "../governance/statements/statement.ts";
import type { StateArea } from "../state/migrate.ts";
import type { StateTransaction } from "../state/open-state.ts";
import { isoTime } from "../state/value-parsers.ts";
import { governanceFile, siteKeyFile } from "./governance-folder.ts";
import { withState } from "./open-site-state.ts";
import type { Site } from "./read-site.ts";

export interface Signing {
  readonly site: string;
  readonly as: string;
  readonly key: string;
  readonly reason: string;
  readonly json?: boolean;
}

export function signingCommand(verb: string, description: string): Command {
  return new Command(verb)
    .description(description)
    .requiredOption("--site <dir>", "folder with longitude.yaml")
    .requiredOption("--as <id>", "who: a person of governance/people.yaml")
    .requiredOption("--key <file>", "this person's private key")
    .requiredOption("--reason <text>", "why, in one line without health data")
    .option("--json", "print one JSON object on standard output");
}

type People = Awaited<ReturnType<typeof readPeople>>;

/** Records what a person states, all of it or nothing, after checking that they may. */
export async function signed(
  site: Site,
  { as: by, key: keyFile }: Signing,
  role: "clinical" | "technical" | "governance",
  statementOf: (
    at: string,
    registry: readonly RegisteredRelease[],
    people: People,
    tx: StateTransaction,
  ) => Statement | readonly Statement[] | Promise<Statement | readonly Statement[]>,
  areas: readonly StateArea[] = [],
): Promise<void> {
  const people = await readPeople(governanceFile(site, "people.yaml"));
  const key = await readPrivateKey(resolve(keyFile));
  personWithKey(people, by, role, key);
  const own = await siteKey(site);
  await withState(site, [governanceArea, ...areas], (state) =>
    state.transaction(async (tx: StateTransaction) => {
      const now = systemEffects.now();
      await refuseClockSetBack(tx, now);
      const registry = registryOf(await readStatements(tx), people, own);
      const stated = await statementOf(isoTime(now), registry, people, tx);
      for (const statement of [stated].flat()) await recordStatement(tx, statement, key, now);
    }),
  );
}

export async function readRegistry(site: Site): Promise<readonly RegisteredRelease[]> {
  const people = await readPeople(governanceFile(site, "people.yaml"));
  const own = await siteKey(site);
  return withState(site, [governanceArea], async (state) =>
    registryOf(await state.transaction(readStatements), people, own),
  );
}

export async function siteKey(site: Site): Promise<string> {
  return publicKeyText(await ownPrivateKey(siteKeyFile(site)));
}

/** SITE/releases/ID lies in a site, whose key is trusted; elsewhere there is none. */
export async function keyOfEnclosingSite(folder: string): Promise<string | null> {
  const key = await readPrivateKey(join(folder, "..", "..", "keys", "release.pem")).catch(() => null);
  return key === null ? null : publicKeyText(key);
}

/** What was stated: a line for people, or one JSON object. */
export function printStated({ json }: { readonly json?: boolean }, line: string, stated: object): void {
  process.stdout.write(json === true ? `${JSON.stringify(stated, null, 2)}\n` : `${line}\n`);
}
