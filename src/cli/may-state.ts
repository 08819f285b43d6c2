/** What must hold before a person's statement about a release counts: the same for the command line and for the workspace. */
import { join } from "node:path";
import { LongitudeError } from "../errors/longitude-error.ts";
import { RELEASE_FORBIDDEN } from "../errors/registry.ts";
import type { Verdict } from "../governance/gates/verdict.ts";
import type { Person } from "../governance/people.ts";
import { verifyRelease } from "../governance/release/manifest.ts";
import {
  checkApproval,
  countingApprovals,
  type RegisteredRelease,
  requirePermission,
  requireRelease,
} from "../governance/release/registry.ts";
import type { Approval, StageStatement } from "../governance/statements/statement.ts";
import type { StateTransaction } from "../state/open-state.ts";
import { requireUnmarked } from "./affected-marks.ts";
import { readVerdict } from "./make-release.ts";
import type { Site } from "./read-site.ts";
import { siteKey } from "./signing.ts";
import { requireSilentEvidence } from "./silent-evidence.ts";

const RUNNING: readonly string[] = ["silent", "pilot", "live"];

/** @throws LongitudeError RELEASE_MISSING, APPROVAL_REFUSED, RELEASE_DAMAGED */
export async function requireApprovable(
  site: Site,
  registry: readonly RegisteredRelease[],
  people: readonly Person[],
  { subject, by, role }: Pick<Approval, "subject" | "by" | "role">,
): Promise<void> {
  const release = requireRelease(registry, subject);
  checkApproval(release, people, by, role);
  await verifyRelease(join(site.folder, release.folder), await siteKey(site));
}

/**
 * @param today YYYY-MM-DD
 * @throws LongitudeError RELEASE_MISSING, RELEASE_FORBIDDEN, RELEASE_DAMAGED, SILENT_EVIDENCE_MISSING
 */
export async function requireMovable(
  site: Site,
  registry: readonly RegisteredRelease[],
  tx: StateTransaction,
  { subject, to, outcome, unit }: Pick<StageStatement, "subject" | "to" | "outcome" | "unit">,
  today: string,
): Promise<void> {
  const release = requireRelease(registry, subject);
  const folder = join(site.folder, release.folder);
  const { reviewBy } = await verifyRelease(folder, await siteKey(site));
  const verdict = await readVerdict(folder);
  const part = {
    ...(outcome == null ? {} : { outcome }),
    ...(unit == null ? {} : { unit }),
  };
  if (RUNNING.includes(to)) await requireUnmarked(site, release.model);
  requirePermission(
    { ...release, approvals: countingApprovals(registry, release) },
    verdict,
    reviewBy,
    to,
    today,
  );
  if (outcome != null || unit != null) requirePart(release, verdict, to, outcome ?? null);
  if (to === "pilot" || to === "live") await requireSilentEvidence(site, tx, release, verdict, part, today);
}

/** A part of a release goes where the whole has been let in, and no further than the outcome's own verdict. */
function requirePart(
  release: RegisteredRelease,
  verdict: Verdict,
  to: StageStatement["to"],
  outcome: string | null,
): void {
  const refuse = (why: string): never => {
    throw new LongitudeError(RELEASE_FORBIDDEN, `${release.id} may not be ${to}: ${why}`);
  };
  if (to === "retired") refuse("a release is retired as a whole");
  if (!RUNNING.includes(to)) return;
  if (!RUNNING.includes(release.stage)) refuse(`the release is ${release.stage}`);
  if (outcome === null) return;
  const own = verdict.tasks.filter((task) => task.outcome === outcome);
  if (own.length === 0) refuse("it has no outcome of this name");
  if (to !== "silent" && own.every(({ verdict: word }) => !word.startsWith("deploy")))
    refuse("no task of the outcome has a verdict that lets it be shown");
}
