/**
 * What is known of every release, read from the signed statements: its stage, who approved it, and whether it may be
 * served now.
 * Invariant: nobody's statement counts unless it was signed with the key that people.yaml has for them; a release is
 * served only past a passed gate, two approvals in two roles, and before its review date.
 */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { APPROVAL_REFUSED, RELEASE_FORBIDDEN, RELEASE_MISSING } from "../../errors/registry.ts";
import type { Verdict, VerdictWord } from "../gates/verdict.ts";
import type { Person } from "../people.ts";
import type { Signed } from "../statements/record-statement.ts";
import type { Approval, ReleaseStatement, Stage } from "../statements/statement.ts";

export interface StatedStage {
  readonly to: Stage;
  readonly at: string;
  /** Null: every outcome. */
  readonly outcome: string | null;
  /** Null: everywhere. */
  readonly unit: string | null;
}

export interface RegisteredRelease {
  readonly id: string;
  readonly model: string;
  readonly version: string;
  /** Folder below the site. */
  readonly folder: string;
  readonly stage: Stage;
  /** Every stage that was stated, of all of it or of an outcome or a unit, oldest first. */
  readonly stages: readonly StatedStage[];
  readonly verdict: string;
  readonly createdAt: string;
  readonly approvals: readonly {
    readonly by: string;
    readonly role: Approval["role"];
    readonly at: string;
  }[];
  /** Names that this release has now. */
  readonly aliases: readonly string[];
  /** The release whose approvals count for this one; null: none. */
  readonly inherits: string | null;
}

/** Oldest first. @param siteKey with which releases are signed */
export function registryOf(
  statements: readonly Signed[],
  people: readonly Person[],
  siteKey: string,
): readonly RegisteredRelease[] {
  const own = statements.filter((statement) =>
    statement.by === "system"
      ? statement.publicKey === siteKey
      : people.some(({ id, publicKey }) => id === statement.by && publicKey === statement.publicKey),
  );
  return own
    .filter((statement): statement is Signed & ReleaseStatement => statement.kind === "release")
    .map(({ subject: id, model, version, folder, verdict, at, inherits }) => {
      const about = own.filter(({ subject }) => subject === id);
      const stages = about.flatMap((statement): StatedStage[] =>
        statement.kind === "stage"
          ? [
              {
                to: statement.to,
                at: statement.at,
                outcome: statement.outcome ?? null,
                unit: statement.unit ?? null,
              },
            ]
          : [],
      );
      const stage = stages.findLast(({ outcome, unit }) => outcome === null && unit === null);
      return {
        id,
        model,
        version,
        folder,
        verdict,
        createdAt: at,
        stage: stage?.to ?? "candidate",
        stages,
        approvals: about.flatMap((statement) =>
          statement.kind === "approval" && mayApprove(people, statement.by, statement.role)
            ? [{ by: statement.by, role: statement.role, at: statement.at }]
            : [],
        ),
        aliases: stage?.to === "retired" ? [] : aliasesOf(own, id),
        inherits: inherits ?? null,
      };
    });
}

/** The newest statement about a name says whose it is. */
function aliasesOf(statements: readonly Signed[], id: string): string[] {
  const holders = new Map(
    statements.flatMap((statement) =>
      statement.kind === "alias" ? [[statement.name, statement.subject] as const] : [],
    ),
  );
  return [...holders].filter(([, holder]) => holder === id).map(([name]) => name);
}

/** By id or by alias. @throws LongitudeError RELEASE_MISSING */
export function findRelease(registry: readonly RegisteredRelease[], name: string): RegisteredRelease {
  return registry.find(({ aliases }) => aliases.includes(name)) ?? requireRelease(registry, name);
}

/** Its own approvals, or those of the release whose change plan it keeps to. */
export function countingApprovals(
  registry: readonly RegisteredRelease[],
  release: RegisteredRelease,
): RegisteredRelease["approvals"] {
  if (release.approvals.length > 0 || release.inherits === null) return release.approvals;
  return registry.find(({ id }) => id === release.inherits)?.approvals ?? [];
}

/** @throws LongitudeError RELEASE_MISSING */
export function requireRelease(registry: readonly RegisteredRelease[], id: string): RegisteredRelease {
  const found = registry.find((release) => release.id === id);
  if (found === undefined) throw new LongitudeError(RELEASE_MISSING, `the registry has no release ${id}`);
  return found;
}

/** Whether an approval may be given. @throws LongitudeError APPROVAL_REFUSED */
export function checkApproval(
  release: RegisteredRelease,
  people: readonly Person[],
  by: string,
  role: Approval["role"],
): void {
  const refuse = (why: string): never => {
    throw new LongitudeError(APPROVAL_REFUSED, `${release.id}: ${why}`);
  };
  const person = people.find(({ id }) => id === by);
  if (person === undefined || !person.roles.includes(role))
    refuse(`the person named does not have the role ${role}`);
  if (person?.roles.includes("trainer") === true)
    refuse("who trained models of this site does not approve them");
  if (release.approvals.some((approval) => approval.by === by)) refuse("this person has approved it already");
  if (release.approvals.some((approval) => approval.role === role))
    refuse(`the ${role} approval is there already`);
  if (release.verdict === "do not deploy") refuse("its verdict is: do not deploy");
  if (release.stage === "retired") refuse("it is retired");
}

function mayApprove(people: readonly Person[], by: string, role: Approval["role"]): boolean {
  const person = people.find(({ id }) => id === by);
  return person?.roles.includes(role) === true && !person.roles.includes("trainer");
}

/** The best stage that a verdict allows. */
const HIGHEST: Readonly<Record<VerdictWord, readonly Stage[]>> = {
  deploy: ["silent", "pilot", "live"],
  "deploy for these groups only": ["silent", "pilot", "live"],
  "silent only": ["silent"],
  "do not deploy": [],
};

/**
 * Whether a release may run at a stage now.
 * @param verdict of the release, as stored in it
 * @param today YYYY-MM-DD
 * @throws LongitudeError RELEASE_FORBIDDEN with the first thing that is missing
 */
export function requirePermission(
  release: RegisteredRelease,
  verdict: Verdict,
  reviewBy: string,
  stage: Stage,
  today: string,
): void {
  const refuse = (why: string): never => {
    throw new LongitudeError(RELEASE_FORBIDDEN, `${release.id} may not be ${stage}: ${why}`);
  };
  if (stage === "stopped" || stage === "retired" || stage === "candidate") return;
  if (release.stage === "retired") refuse("it is retired");
  if (!HIGHEST[verdict.verdict].includes(stage)) refuse(`its verdict is: ${verdict.verdict}`);
  const roles = new Set(release.approvals.map(({ role }) => role));
  const persons = new Set(release.approvals.map(({ by }) => by));
  for (const role of ["clinical", "technical"] as const)
    if (!roles.has(role)) refuse(`the ${role} approval is missing`);
  if (persons.size < 2) refuse("one person gave both approvals");
  if (reviewBy < today) refuse(`it was to be reviewed by ${reviewBy}`);
  const lapsed = verdict.tasks
    .flatMap(({ gates }) => gates)
    .filter(({ waived }) => waived !== null && waived.until < today).length;
  if (lapsed > 0) refuse(`${lapsed} waived gates are past the waiver's last day`);
}
