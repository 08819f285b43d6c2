/** What must hold before a person's statement about a release counts: the same for the command line and for the workspace. */
import { join } from "node:path";
import { LongitudeError } from "../errors/longitude-error.ts";
import { RELEASE_FORBIDDEN, RELEASE_MISSING, WAIVER_INVALID } from "../errors/registry.ts";
import { SILENT_GATE } from "../governance/gates/silent-gate.ts";
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
import type { Approval, StageStatement, Waiver } from "../governance/statements/statement.ts";
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

/** A waiver's last day is a day that is not past. @param today YYYY-MM-DD @throws LongitudeError WAIVER_INVALID */
export function requireLastDay(until: string, today: string): void {
  const day = Date.parse(`${until}T00:00:00.000Z`);
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== until || until < today)
    throw new LongitudeError(WAIVER_INVALID, "its last day is past, or is no day");
}

/**
 * A gate is waived that the newest release of the model fails, or the one that asks for silent evidence.
 * @param today YYYY-MM-DD
 * @throws LongitudeError RELEASE_MISSING, RELEASE_DAMAGED, WAIVER_INVALID
 */
export async function requireWaivable(
  site: Site,
  registry: readonly RegisteredRelease[],
  { subject, gate, outcome, until }: Pick<Waiver, "subject" | "gate" | "outcome" | "until">,
  today: string,
): Promise<void> {
  requireLastDay(until, today);
  const release = registry.findLast(({ model }) => model === subject);
  if (release === undefined)
    throw new LongitudeError(RELEASE_MISSING, "the registry has no release of this model");
  const folder = join(site.folder, release.folder);
  await verifyRelease(folder, await siteKey(site));
  const tasks = (await readVerdict(folder)).tasks.filter(
    (task) => outcome === null || task.outcome === outcome,
  );
  const waivable =
    gate === SILENT_GATE
      ? tasks.length > 0
      : tasks.some(({ gates }) => gates.some((one) => one.gate === gate && !one.passed));
  if (!waivable) throw new LongitudeError(WAIVER_INVALID, `no outcome named fails gate ${gate}`);
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
