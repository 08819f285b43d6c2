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

export interface StageSetting {
  /** Null: all outcomes. */
  readonly outcome: string | null;
  /** Null: all units. */
  readonly unit: string | null;
  readonly stage: ServedStage;
}

export interface ReleaseStage {
  readonly stage: ServedStage;
  /** Why it is no higher; null where nothing keeps it. */
  readonly because: string | null;
  readonly sandbox: boolean;
}

const ALLOWED: Readonly<Record<VerdictWord, ServedStage>> = {
  deploy: "live",
  "deploy for these groups only": "live",
  "silent only": "silent",
  "do not deploy": "withheld",
};

/** @param settings oldest first; of those about the outcome and the unit the last of each kind counts, the lowest wins */
export function effectiveStage(
  release: ReleaseStage,
  task: Pick<ServedTask, "verdict"> & { readonly outcome: { readonly name: string } },
  unit: string,
  settings: readonly StageSetting[],
): ShownStage {
  if (release.sandbox) return "sandbox";
  const own = task.verdict === null ? "withheld" : ALLOWED[task.verdict.verdict];
  const latest = new Map<string, ServedStage>();
  for (const setting of settings) {
    if (setting.outcome !== null && setting.outcome !== task.outcome.name) continue;
    if (setting.unit !== null && setting.unit !== unit) continue;
    latest.set(`${setting.outcome}\0${setting.unit}`, setting.stage);
  }
  return [release.stage, own, ...latest.values()].reduce((a, b) => (isLower(b, a) ? b : a));
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
