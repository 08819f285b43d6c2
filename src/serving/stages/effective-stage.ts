/**
 * What may be done with an outcome's forecast in a unit: the lowest of what the release has reached, what the outcome's
 * own verdict allows, and where somebody, or an alarm, has put it.
 * Invariant: nothing raises a stage here; going up takes a signed statement past gates and approvals.
 */
import type { VerdictWord } from "../../governance/gates/verdict.ts";
import type { ServedTask } from "../answers/served-model.ts";

/** From lowest to highest; `sandbox` stands apart: shown to this machine alone, marked, and never in care. */
export const SERVED_STAGES = ["withheld", "stopped", "silent", "pilot", "live"] as const;
export type ServedStage = (typeof SERVED_STAGES)[number];
export type ShownStage = ServedStage | "sandbox";

/** Lowered by a call or an alarm. */
export interface StageSetting {
  /** ISO 8601. */
  readonly at: string;
  /** Null: all outcomes. */
  readonly outcome: string | null;
  /** Null: all units. */
  readonly unit: string | null;
  readonly stage: ServedStage;
}

export interface ReleaseStage {
  readonly stage: ServedStage;
  /** Signed statements about the whole or a part, oldest first; the last about an outcome in a unit counts there. */
  readonly stated: readonly (StageSetting & { readonly stage: ServedStage })[];
  /** No part goes higher, whatever was stated. */
  readonly highest: ServedStage;
  /** Why it is no higher; null where nothing keeps it. */
  readonly because: string | null;
  readonly sandbox: boolean;
}

/** The best stage that a verdict allows. */
export const ALLOWED: Readonly<Record<VerdictWord, ServedStage>> = {
  deploy: "live",
  "deploy for these groups only": "live",
  "silent only": "silent",
  "do not deploy": "withheld",
};

/**
 * The stage that was last stated for the outcome in the unit, or lower: what was lowered since then stays lowered, because
 * the lowest of all settings counts, in whatever order they came.
 */
export function effectiveStage(
  release: ReleaseStage,
  task: Pick<ServedTask, "verdict"> & { readonly outcome: { readonly name: string } },
  unit: string,
  settings: readonly StageSetting[],
): ShownStage {
  if (release.sandbox) return "sandbox";
  const own = task.verdict === null ? "withheld" : ALLOWED[task.verdict.verdict];
  const { stage, at } = statedFor(release, task.outcome.name, unit);
  const lowered = settings
    .filter((setting) => concerns(setting, task.outcome.name, unit) && setting.at >= at)
    .map((setting) => setting.stage);
  return lowestOf([stage, own, release.highest, ...lowered]);
}

/** Where an outcome in a unit stands by the last signed statement about it. */
function statedFor(release: ReleaseStage, outcome: string, unit: string): { stage: ServedStage; at: string } {
  const last = release.stated.findLast((one) => concerns(one, outcome, unit));
  return last === undefined ? { stage: release.stage, at: "" } : last;
}

function concerns(
  { outcome, unit }: Pick<StageSetting, "outcome" | "unit">,
  ofOutcome: string,
  inUnit: string,
): boolean {
  return (outcome === null || outcome === ofOutcome) && (unit === null || unit === inUnit);
}

/** Highest stage of a whole scope, null meaning all: what a setting must not exceed. */
export function stageOfScope(
  release: ReleaseStage,
  { outcome, unit }: Pick<StageSetting, "outcome" | "unit">,
  settings: readonly StageSetting[],
): ServedStage {
  const covers = (one: Pick<StageSetting, "outcome" | "unit">) =>
    (one.outcome === null || one.outcome === outcome) && (one.unit === null || one.unit === unit);
  const last = release.stated.findLast(covers) ?? { stage: release.stage, at: "" };
  const lowered = settings.filter((one) => covers(one) && one.at >= last.at).map(({ stage }) => stage);
  return lowestOf([last.stage, release.highest, ...lowered]);
}

function lowestOf(stages: readonly ServedStage[]): ServedStage {
  return stages.reduce((a, b) => (isLower(b, a) ? b : a));
}

export function isLower(a: ServedStage, b: ServedStage): boolean {
  return SERVED_STAGES.indexOf(a) < SERVED_STAGES.indexOf(b);
}

/** Whether somebody sees the forecast. */
export function isShown(stage: ShownStage): boolean {
  return stage === "pilot" || stage === "live" || stage === "sandbox";
}

/** Whether it is computed at all. */
export function isComputed(stage: ShownStage): boolean {
  return isShown(stage) || stage === "silent";
}
