/**
 * `longitude registry roll-back`: goes back because a person says so, or judges a release by the rules of its own change plan on newer
 * evidence. Where one is broken, the release is stopped and the one before it takes over its names and its stage, in one step.
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
import { findRelease, type RegisteredRelease } from "../governance/release/registry.ts";
import { goBackStatements } from "./go-back.ts";
import { CHANGE_PLAN_FILE, dayOf } from "./make-release.ts";
import { readSite, type Site } from "./read-site.ts";
import { printStated, readRegistry, type Signing, signed, signingCommand, siteKey } from "./signing.ts";
import { EVALUATION_FILE } from "./stages/measure-forecasts.ts";
import { PROVENANCE_FILE, provenanceSchema } from "./validation-provenance.ts";

export function rollBackCommand(): Command {
  return signingCommand(
    "roll-back",
    "Go back to the release before; with newer evidence, only where a rule of the change plan is broken.",
  )
    .requiredOption("--release <id>", "the release, by id or alias")
    .option(
      "--evidence <dir>",
      "folder that `longitude validate` wrote for this model on newer records; left out: go back because you say so",
    )
    .action(async (flags: Signing & { release: string; evidence?: string }) => {
      const site = await readSite(flags.site);
      const release = findRelease(await readRegistry(site), flags.release);
      const { evidence } = flags;
      const broken = evidence === undefined ? [] : await rulesBroken(site, release, resolve(evidence));
      const rolledBack = evidence === undefined || broken.length > 0;
      if (rolledBack) await goBack(site, flags, release.id);
      const why =
        broken.map(({ title, tasks }) => `${title} (${tasks.length} tasks)`).join("; ") || flags.reason;
      const line = !rolledBack
        ? `${release.id} keeps to its change plan: nothing is rolled back`
        : `${release.id} is stopped: ${why}; ${release.inherits ?? "no release"} is in its place`;
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

async function goBack(site: Site, flags: Signing, id: string): Promise<void> {
  const { as: by, reason } = flags;
  const today = dayOf(systemEffects.now());
  await signed(site, flags, "governance", (at, registry) =>
    goBackStatements(site, registry, id, { at, by, reason }, today),
  );
}
