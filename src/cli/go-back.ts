/**
 * What going back from a release states: it is stopped, and the one whose approvals it counts gets its names and, where that is
 * permitted, its stage. The command line and the workspace record these statements, all of them or none.
 */
import { join } from "node:path";
import { verifyRelease } from "../governance/release/manifest.ts";
import {
  countingApprovals,
  type RegisteredRelease,
  requirePermission,
  requireRelease,
} from "../governance/release/registry.ts";
import type { RollBackStatement } from "../governance/statements/statement.ts";
import { requireUnmarked } from "./affected-marks.ts";
import { readVerdict } from "./make-release.ts";
import type { Site } from "./read-site.ts";
import { siteKey } from "./signing.ts";

/** @param today YYYY-MM-DD @throws LongitudeError RELEASE_MISSING, RELEASE_DAMAGED, RELEASE_FORBIDDEN, MODEL_AFFECTED */
export async function goBackStatements(
  site: Site,
  registry: readonly RegisteredRelease[],
  id: string,
  said: { readonly at: string; readonly by: string; readonly reason: string },
  today: string,
): Promise<RollBackStatement[]> {
  const release = requireRelease(registry, id);
  const stop: RollBackStatement = { kind: "stage", subject: id, ...said, to: "stopped" };
  if (release.inherits === null) return [stop];
  const before = requireRelease(registry, release.inherits);
  const folder = join(site.folder, before.folder);
  const { reviewBy } = await verifyRelease(folder, await siteKey(site));
  await requireUnmarked(site, before.model);
  const approvals = countingApprovals(registry, before);
  requirePermission({ ...before, approvals }, await readVerdict(folder), reviewBy, release.stage, today);
  const subject = before.id;
  return [
    stop,
    ...(before.stage === release.stage
      ? []
      : [{ kind: "stage" as const, subject, ...said, to: release.stage }]),
    ...release.aliases.map((name) => ({ kind: "alias" as const, subject, ...said, name })),
  ];
}
