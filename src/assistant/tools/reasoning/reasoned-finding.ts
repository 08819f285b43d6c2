/** What the tools of reasoning share: findings that link to the forecasts that they rest on, and figures as they are told. */
import type { Basis } from "../../../reasoning/basis.ts";
import type { Say } from "../../language/phrases.ts";
import type { Gathered } from "../tools.ts";
import type { ReasoningWay } from "./reasoning-question.ts";

export interface ReasonedOf {
  readonly days: number;
  /** Names of the outcomes that it is about. */
  readonly outcomes: readonly string[];
  /** What was changed or laid into the record. */
  readonly changes?: readonly string[];
}

/** Statements of an answer, all of which are shown. */
export function reasoned(
  way: ReasoningWay,
  statements: readonly string[],
  { model, estimators }: Pick<Basis, "model" | "estimators">,
  { days, outcomes, changes = [] }: ReasonedOf,
): Gathered {
  const link = { type: "reasoning", way, model, estimators, outcomes, horizonDays: days, changes } as const;
  return { finding: { kind: "reasoning", statements, link }, shown: statements };
}

export function forecastFinding(
  statements: readonly string[],
  outcome: string,
  days: number,
  estimator: string,
): Gathered {
  const link = { type: "forecast", outcome, horizonDays: days, estimator } as const;
  return { finding: { kind: "forecast", statements, link }, shown: statements };
}

export function percentOf(risk: number): string {
  return (100 * risk).toFixed(1);
}

export function yearsOf(days: number): number {
  return Number((days / 365.25).toFixed(1));
}

/** `about 12`, of 100 people. */
export function countOf(risk: number, say: Say): string {
  const outOf = Math.round(100 * risk);
  return (outOf === 0 ? say("fewerThanOne") : say("about", { n: outOf })).toLowerCase();
}
