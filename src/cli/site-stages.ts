/**
 * Which release a site serves, what its registry permits that release now, and the keeper of its stages that judges by it.
 * Invariant: people and statements are read anew in each transaction: who was taken off the list does not count from then on.
 */
import type { Effects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { MODEL_AFFECTED, RELEASE_FORBIDDEN, SERVE_NO_RELEASE } from "../errors/registry.ts";
import { readPeople } from "../governance/people.ts";
import {
  countingApprovals,
  findRelease,
  type RegisteredRelease,
  registryOf,
  requirePermission,
  requireRelease,
} from "../governance/release/registry.ts";
import { readStatements } from "../governance/statements/record-statement.ts";
import type { ServedModel } from "../serving/answers/served-model.ts";
import { ALLOWED, type ReleaseStage, SERVED_STAGES } from "../serving/stages/effective-stage.ts";
import { StageKeeper } from "../serving/stages/stage-keeper.ts";
import type { State, StateTransaction } from "../state/open-state.ts";
import { requireUnmarked } from "./affected-marks.ts";
import { governanceFile } from "./governance-folder.ts";
import { dayOf } from "./make-release.ts";
import type { Site } from "./read-site.ts";
import { siteKey } from "./signing.ts";

type VerifiedRelease = Pick<ServedModel, "manifest" | "verdict">;

export async function siteStageKeeper(
  site: Site,
  verified: VerifiedRelease,
  sandbox: boolean,
  state: State,
  effects: Effects,
): Promise<StageKeeper> {
  const own = await siteKey(site);
  const { id } = verified.manifest;
  const readRelease = async (tx: StateTransaction) => {
    const registry = await readRegistered(site, own, tx);
    return stageOf(site, registry, requireRelease(registry, id), verified, dayOf(effects.now()), sandbox);
  };
  return new StageKeeper(id, readRelease, state, effects);
}

/** @param own public key of the site */
export async function readRegistered(
  site: Site,
  own: string,
  tx: StateTransaction,
): Promise<readonly RegisteredRelease[]> {
  return registryOf(await readStatements(tx), await readPeople(governanceFile(site, "people.yaml")), own);
}

const BEST_STAGE_FIRST = ["live", "pilot", "silent"] as const;

/**
 * The one that is named, else the newest of the highest stage, else the newest.
 * @param own public key of the site
 * @throws LongitudeError SERVE_NO_RELEASE
 */
export async function servedRelease(
  site: Site,
  own: string,
  state: State,
  name: string | undefined,
): Promise<RegisteredRelease> {
  return toBeServed(await state.transaction((tx) => readRegistered(site, own, tx)), name);
}

/** The same, of a registry that was read. @throws LongitudeError SERVE_NO_RELEASE */
export function toBeServed(
  registry: readonly RegisteredRelease[],
  name: string | undefined,
): RegisteredRelease {
  if (name !== undefined) return findRelease(registry, name);
  const usable = registry.filter(({ stage }) => stage !== "retired");
  const found =
    BEST_STAGE_FIRST.map((stage) => usable.findLast((release) => release.stage === stage)).find(
      (release) => release !== undefined,
    ) ?? usable.at(-1);
  if (found === undefined) throw new LongitudeError(SERVE_NO_RELEASE, "the site has no release to serve");
  return found;
}

const FORBIDDING: readonly string[] = [RELEASE_FORBIDDEN.code, MODEL_AFFECTED.code];

/** What the registry permits the release now. */
async function stageOf(
  site: Site,
  registry: readonly RegisteredRelease[],
  release: RegisteredRelease,
  { verdict, manifest }: VerifiedRelease,
  today: string,
  sandbox: boolean,
): Promise<ReleaseStage> {
  const none = { stated: [], highest: "withheld" as const, sandbox };
  if (release.stage === "stopped" || release.stage === "retired")
    return { ...none, stage: "stopped", highest: "stopped", because: `the release is ${release.stage}` };
  if (release.stage === "candidate")
    return {
      ...none,
      stage: "withheld",
      because: `the release is a candidate: no stage was stated; its verdict is: ${verdict.verdict}`,
    };
  try {
    await requireUnmarked(site, release.model);
    const approvals = countingApprovals(registry, release);
    requirePermission({ ...release, approvals }, verdict, manifest.reviewBy, release.stage, today);
    const stated = release.stages.flatMap(({ to, ...about }) => {
      const stage = SERVED_STAGES.find((one) => one === to);
      return stage === undefined ? [] : [{ ...about, stage }];
    });
    return { stage: release.stage, stated, highest: ALLOWED[verdict.verdict], because: null, sandbox };
  } catch (error) {
    if (!(error instanceof LongitudeError) || !FORBIDDING.includes(error.code)) throw error;
    return { ...none, stage: "withheld", because: error.message };
  }
}
