/**
 * `longitude registry roll-back`: judges a release by the rules of its own change plan on newer evidence. Where one is broken,
 * the release is stopped and the one before it takes over its names and its stage, in one step.
 */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { CHANGE_PLAN_INVALID, VERDICT_STALE } from "../errors/registry.ts";
import { evaluationSchema } from "../evaluation/design/evaluation-schema.ts";
import { type BrokenRule, brokenRules, readChangePlan } from "../governance/release/change-plan.ts";
import { verifyRelease } from "../governance/release/manifest.ts";
import {
  countingApprovals,
  findRelease,
  type RegisteredRelease,
  requirePermission,
  requireRelease,
} from "../governance/release/registry.ts";
import type { Statement } from "../governance/statements/statement.ts";
import { requireUnmarked } from "./affected-marks.ts";
import { CHANGE_PLAN_FILE, dayOf, readVerdict } from "./make-release.ts";
import { readSite, type Site } from "./read-site.ts";
import { printStated, readRegistry, type Signing, signed, signingCommand, siteKey } from "./signing.ts";
import { EVALUATION_FILE } from "./stages/measure-forecasts.ts";
import { PROVENANCE_FILE, provenanceSchema } from "./validation-provenance.ts";

export function rollBackCommand(): Command {
  return signingCommand(
    "roll-back",
    "Judge a release by its change plan on newer evidence; go back to the release before where a rule is broken.",
  )
    .requiredOption("--release <id>", "the release, by id or alias")
    .requiredOption(
      "--evidence <dir>",
      "folder that `longitude validate` wrote for this model on newer records",
    )
    .action(async (flags: Signing & { release: string; evidence: string }) => {
      const site = await readSite(flags.site);
      const release = findRelease(await readRegistry(site), flags.release);
      const broken = await rulesBroken(site, release, resolve(flags.evidence));
      if (broken.length > 0) await goBack(site, flags, release.id);
      const line =
        broken.length === 0
          ? `${release.id} keeps to its change plan: nothing is rolled back`
          : `${release.id} is stopped: ${broken.map(({ title, tasks }) => `${title} (${tasks.length} tasks)`).join("; ")}; ${release.inherits ?? "no release"} is in its place`;
      const rolledBack = broken.length > 0;
      printStated(flags, line, { release: release.id, rolledBack, to: release.inherits, broken });
    });
}

/** @throws LongitudeError CHANGE_PLAN_INVALID when the release holds no plan, VERDICT_STALE when the evidence is of another model */
async function rulesBroken(site: Site, release: RegisteredRelease, evidence: string): Promise<BrokenRule[]> {
  const folder = join(site.folder, release.folder);
  await verifyRelease(folder, await siteKey(site));
  const plan = await readChangePlan(join(folder, CHANGE_PLAN_FILE));
  if (plan === null) throw new LongitudeError(CHANGE_PLAN_INVALID, `${release.id} holds no change plan`);
  const read = async (file: string): Promise<unknown> =>
    JSON.parse(await readFile(join(evidence, file), "utf8").catch(() => "null"));
  const provenance = provenanceSchema.safeParse(await read(PROVENANCE_FILE));
  const evaluation = evaluationSchema.safeParse(await read(EVALUATION_FILE));
  if (!provenance.success || !evaluation.success || provenance.data.model !== release.model)
    throw new LongitudeError(
      VERDICT_STALE,
      `${evidence} does not say that it measured model ${release.model.slice(0, 16)}`,
    );
  return brokenRules(plan, evaluation.data);
}

/** The release is stopped; the one whose approvals it counted gets its names and, where that is permitted, its stage. */
async function goBack(site: Site, flags: Signing, id: string): Promise<void> {
  const { as: by, reason } = flags;
  await signed(site, flags, "governance", async (at, registry) => {
    const release = requireRelease(registry, id);
    const stop: Statement = { kind: "stage", subject: id, at, by, to: "stopped", reason };
    if (release.inherits === null) return stop;
    const before = requireRelease(registry, release.inherits);
    const folder = join(site.folder, before.folder);
    const { reviewBy } = await verifyRelease(folder, await siteKey(site));
    await requireUnmarked(site, before.model);
    const today = dayOf(systemEffects.now());
    const approvals = countingApprovals(registry, before);
    requirePermission({ ...before, approvals }, await readVerdict(folder), reviewBy, release.stage, today);
    const subject = before.id;
    return [
      stop,
      ...(before.stage === release.stage
        ? []
        : [{ kind: "stage" as const, subject, at, by, to: release.stage, reason }]),
      ...release.aliases.map((name) => ({ kind: "alias" as const, subject, at, by, name, reason })),
    ];
  });
}
