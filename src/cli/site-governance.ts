/** How the workspace records what people state of releases: signed in their browser, judged here as on the command line. */
import { canonicalJson, toJson } from "../artefacts/canonical-json.ts";
import { isSignedBy } from "../artefacts/signed-json.ts";
import type { Effects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { GOVERNANCE_PERSON, RELEASE_FORBIDDEN, STATEMENT_TIME } from "../errors/registry.ts";
import { type Person, readPeople, requirePerson } from "../governance/people.ts";
import { type RegisteredRelease, registryOf } from "../governance/release/registry.ts";
import { readStatements, recordSigned, type Signed } from "../governance/statements/record-statement.ts";
import { refuseClockSetBack } from "../governance/statements/refuse-clock.ts";
import type { PersonStatement, RollBackStatement } from "../governance/statements/statement.ts";
import type { SiteGovernance } from "../serving/server-context.ts";
import type { State, StateTransaction } from "../state/open-state.ts";
import { isoTime } from "../state/value-parsers.ts";
import { goBackStatements } from "./go-back.ts";
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
    goingBack: async (id) => {
      const [people, statements] = [await peopleOf(), await state.transaction(readStatements)];
      const said = { at: isoTime(effects.now()), by: "-", reason: "-" };
      return goBackStatements(site, registryOf(statements, people, own), id, said, dayOf(effects.now()));
    },
    record: async (statement, signature) => {
      const people = await peopleOf();
      const publicKey = keyOfSigned(people, statement, signature);
      await state.transaction(async (tx) => {
        const now = effects.now();
        const statements = await readStatements(tx);
        await requireFresh(tx, statement, now);
        const registry = registryOf(statements, people, own);
        if (!isRecorded(statements, statement))
          await requireStatable(site, registry, people, tx, statement, dayOf(now));
        await recordSigned(tx, statement, { signature, publicKey }, now);
      });
    },
    rollBack: async (signed) => {
      const people = await peopleOf();
      const keys = signed.map(({ statement, signature }) => keyOfSigned(people, statement, signature));
      await state.transaction(async (tx) => {
        const now = effects.now();
        const statements = await readStatements(tx);
        for (const { statement } of signed) await requireFresh(tx, statement, now);
        if (signed.every(({ statement }) => isRecorded(statements, statement))) return;
        const [first] = signed;
        if (first === undefined) return;
        const { subject, at, by, reason } = first.statement;
        const registry = registryOf(statements, people, own);
        const asked = await goBackStatements(site, registry, subject, { at, by, reason }, dayOf(now));
        if (canonicalJson(toJson(asked)) !== canonicalJson(toJson(signed.map(({ statement }) => statement))))
          throw new LongitudeError(RELEASE_FORBIDDEN, "what was signed is not what going back means by now");
        for (const [i, { statement, signature }] of signed.entries())
          await recordSigned(tx, statement, { signature, publicKey: keys[i] as string }, now);
      });
    },
  };
}

type Stated = PersonStatement | RollBackStatement;

/** @throws LongitudeError GOVERNANCE_PERSON */
function keyOfSigned(people: readonly Person[], statement: Stated, signature: string): string {
  const role = statement.kind === "approval" ? statement.role : "governance";
  const { publicKey } = requirePerson(people, statement.by, role);
  if (!isSignedBy(toJson(statement), signature, publicKey))
    throw new LongitudeError(
      GOVERNANCE_PERSON,
      "it is not signed with the key that people.yaml has for this person",
    );
  return publicKey;
}

/** @throws LongitudeError CLOCK_SET_BACK, STATEMENT_TIME */
async function requireFresh(tx: StateTransaction, { at }: Stated, now: number): Promise<void> {
  await refuseClockSetBack(tx, now);
  const made = Date.parse(at);
  if (!(Math.abs(now - made) <= FRESH_MS) || isoTime(made) !== at)
    throw new LongitudeError(STATEMENT_TIME, "it was not signed within these five minutes");
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

/** Whether it is the very statement, sent again. */
function isRecorded(statements: readonly Signed[], statement: Stated): boolean {
  const text = canonicalJson(toJson(statement));
  return statements.some(({ publicKey: _, ...stated }) => canonicalJson(toJson(stated)) === text);
}
