/** How the workspace records what people state of releases: signed in their browser, judged here as on the command line. */
import { canonicalJson, toJson } from "../artefacts/canonical-json.ts";
import { isSignedBy } from "../artefacts/signed-json.ts";
import type { Effects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { GOVERNANCE_PERSON, STATEMENT_TIME } from "../errors/registry.ts";
import { type Person, readPeople, requirePerson } from "../governance/people.ts";
import { type RegisteredRelease, registryOf } from "../governance/release/registry.ts";
import { readStatements, recordSigned, type Signed } from "../governance/statements/record-statement.ts";
import { refuseClockSetBack } from "../governance/statements/refuse-clock.ts";
import type { PersonStatement } from "../governance/statements/statement.ts";
import type { SiteGovernance } from "../serving/server-context.ts";
import type { State, StateTransaction } from "../state/open-state.ts";
import { isoTime } from "../state/value-parsers.ts";
import { governanceFile } from "./governance-folder.ts";
import { dayOf, validWaivers } from "./make-release.ts";
import { requireApprovable, requireMovable, requireWaivable } from "./may-state.ts";
import type { Site } from "./read-site.ts";

/** From signing to recording: longer, and it is to be signed anew. */
const FRESH_MS = 5 * 60_000;

export function siteGovernance(site: Site, own: string, state: State, effects: Effects): SiteGovernance {
  const peopleOf = () => readPeople(governanceFile(site, "people.yaml"));
  return {
    people: async () => (await peopleOf()).map(({ id, name, roles }) => ({ id, name, roles })),
    waivers: async () => {
      const [people, statements] = [await peopleOf(), await state.transaction(readStatements)];
      const models = new Set(registryOf(statements, people, own).map(({ model }) => model));
      return [...models].flatMap((model) => validWaivers(statements, people, model));
    },
    record: async (statement, signature) => {
      const people = await peopleOf();
      const role = statement.kind === "approval" ? statement.role : "governance";
      const { publicKey } = requirePerson(people, statement.by, role);
      if (!isSignedBy(toJson(statement), signature, publicKey))
        throw new LongitudeError(
          GOVERNANCE_PERSON,
          "it is not signed with the key that people.yaml has for this person",
        );
      await state.transaction(async (tx) => {
        const now = effects.now();
        await refuseClockSetBack(tx, now);
        const made = Date.parse(statement.at);
        if (!(Math.abs(now - made) <= FRESH_MS) || isoTime(made) !== statement.at)
          throw new LongitudeError(STATEMENT_TIME, "it was not signed within these five minutes");
        const statements = await readStatements(tx);
        const registry = registryOf(statements, people, own);
        if (!statements.some((one) => one.kind === statement.kind && isSame(one, statement))) {
          await requireStatable(site, registry, people, tx, statement, dayOf(now));
        }
        await recordSigned(tx, statement, { signature, publicKey }, now);
      });
    },
  };
}

async function requireStatable(
  site: Site,
  registry: readonly RegisteredRelease[],
  people: readonly Person[],
  tx: StateTransaction,
  statement: PersonStatement,
  today: string,
): Promise<void> {
  switch (statement.kind) {
    case "approval":
      return requireApprovable(site, registry, people, statement);
    case "waiver":
      return requireWaivable(site, registry, statement, today);
    case "stage":
      return requireMovable(site, registry, tx, statement, today);
  }
}

/** The very statement, sent again. */
function isSame(one: Signed, other: PersonStatement): boolean {
  const { publicKey: _, ...stated } = one;
  return canonicalJson(toJson(stated)) === canonicalJson(toJson(other));
}
