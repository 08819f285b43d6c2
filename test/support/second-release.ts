/** A second release of a served site: the first one's model and evidence under another name, with what is to differ. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ownPrivateKey } from "../../src/artefacts/signed-json.ts";
import { readSite } from "../../src/cli/read-site.ts";
import { createRelease } from "../../src/governance/release/create-release.ts";
import type { ReleaseManifest } from "../../src/governance/release/manifest.ts";
import { recordStatement } from "../../src/governance/statements/record-statement.ts";
import type { Stage, Statement } from "../../src/governance/statements/statement.ts";
import { SERVING_AREAS } from "../../src/serving/serving-areas.ts";
import { openState, type State } from "../../src/state/open-state.ts";
import type { ServedSite } from "./served-site.ts";

export const SECOND_MODEL = "n".repeat(64);
const LATER = "2026-06-20T00:00:00.000Z";

export interface SecondRelease {
  /** Files in the place of the first one's, or besides: path → text. */
  readonly texts?: Readonly<Record<string, string>>;
  readonly lineage?: ReleaseManifest["lineage"];
  /** Counts the first one's approvals. */
  readonly inherits?: boolean;
  readonly stage?: Stage;
  readonly alias?: string;
  /** Of a server that runs already; else the site's own is opened and closed. */
  readonly state?: State;
}

/** @returns its id */
export async function addSecondRelease(made: ServedSite, options: SecondRelease = {}): Promise<string> {
  const { folder, release: first } = made;
  const one = join(folder, "releases", first);
  const key = await ownPrivateKey(join(folder, "keys", "release.pem"));
  const text = (path: string) => readFile(join(one, path), "utf8");
  const verdict = { ...JSON.parse(await text("verdict.json")), model: SECOND_MODEL };
  const created = await createRelease({
    ...{ site: "served", version: "2", createdAt: LATER, reviewBy: "2099-06-15", verdict },
    lineage: options.lineage ?? [],
    copies: { model: join(one, "model"), "evidence/internal": join(one, "evidence/internal") },
    texts: {
      "definitions.json": await text("definitions.json"),
      "verdict.json": JSON.stringify(verdict),
      "card.json": "{}",
      ...options.texts,
    },
    releases: join(folder, "releases"),
    key,
  });
  const { id } = created.manifest;
  const about = { subject: id, at: LATER, by: "tim" as const, reason: "for a test" };
  const release: Statement = {
    ...{ kind: "release", subject: id, at: LATER, by: "system", model: SECOND_MODEL, version: "2" },
    ...{ folder: `releases/${id}`, verdict: verdict.verdict, manifest: "h".repeat(64) },
    inherits: options.inherits === true ? first : null,
  };
  const said: Statement[] = [
    ...(options.stage === undefined ? [] : [{ kind: "stage" as const, to: options.stage, ...about }]),
    ...(options.alias === undefined ? [] : [{ kind: "alias" as const, name: options.alias, ...about }]),
  ];
  const state = options.state ?? (await openOwnState(folder));
  await state.transaction(async (tx) => {
    await recordStatement(tx, release, key, Date.parse(LATER));
    for (const statement of said) await recordStatement(tx, statement, made.people.tim, Date.parse(LATER));
  });
  if (options.state === undefined) await state.close();
  return id;
}

async function openOwnState(folder: string): Promise<State> {
  const site = await readSite(folder);
  const effects = { now: () => Date.parse(LATER), memoryBytes: () => 0 };
  return openState({ folder, config: site.configuration.state, areas: SERVING_AREAS, effects });
}
