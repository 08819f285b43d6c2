/** Looks closer at the main model on one task: which thresholds, curves and groups are asked, and what came out. */
import { quantileOfSorted } from "../../trees/features/quantile-of-sorted.ts";
import { type Estimate, percentileEstimate } from "../measures/estimate.ts";
import { CASE } from "../measures/observations.ts";
import type { CloseUp, ResampledTask } from "../resampling/resample-task.ts";
import { differenceOf, type Resampled, ratioOf } from "../resampling/resampled.ts";
import { CALIBRATION_FIGURES, calibrationGrid } from "../resampling/smooth-calibration-figures.ts";
import {
  SUBGROUP_FIGURES,
  type SubgroupAttribute,
  type SubgroupFigure,
} from "../resampling/subgroup-figures.ts";
import { THRESHOLD_FIGURES } from "../resampling/threshold-figures.ts";
import type { EvaluationTask } from "./evaluation-schema.ts";
import type { EvidenceSubgroup, EvidenceTask, EvidenceThreshold } from "./evidence-schema.ts";
import { PERIODS, type Periods } from "./over-time.ts";
import { isResidual } from "./subgroups.ts";

export interface CloseUpSettings {
  /** Risks at which decisions are measured. */
  readonly thresholds: readonly number[];
  /** Shares of persons flagged at which decisions are measured; subgroups are compared at the first. */
  readonly alertShares: readonly number[];
  /** Levels with fewer persons have no figures. */
  readonly minimumCell: number;
  readonly minimumEvents: number;
}

type Asked = Pick<EvidenceThreshold, "risk" | "from" | "share">;

const CURVE_POINTS = 16;
const CALIBRATION_POINTS = 25;

export interface CloseUpPlan {
  readonly closeUp: CloseUp;
  readonly asked: readonly Asked[];
  /** Resampled last among the attributes; null: not asked. */
  readonly periods: Periods | null;
}

/** @param incidence observed at the horizon, around which the decision curve is drawn */
export function planCloseUp(
  model: string,
  risks: Float64Array,
  incidence: number,
  attributes: readonly SubgroupAttribute[],
  periods: Periods | null,
  { thresholds, alertShares }: CloseUpSettings,
): CloseUpPlan {
  const sorted = risks.slice().sort();
  const flagging = (share: number): number => quantileOfSorted(sorted, 1 - share);
  const asked: Asked[] = [
    ...thresholds.map((risk): Asked => ({ risk, from: "risk", share: null })),
    ...alertShares.map((share): Asked => ({ risk: flagging(share), from: "share", share })),
    ...decisionCurve(incidence).map((risk): Asked => ({ risk, from: "curve", share: null })),
  ].sort((a, b) => a.risk - b.risk);
  return {
    asked,
    periods,
    closeUp: {
      model,
      plan: {
        cuts: asked.map(({ risk }) => risk),
        decisions: asked.flatMap(({ from }, position) => (from === "curve" ? [] : [position])),
        operating: flagging(alertShares[0] ?? 0.1),
      },
      grid: calibrationGrid(risks, CALIBRATION_POINTS),
      attributes: periods === null ? attributes : [...attributes, periods.attribute],
    },
  };
}

/** Thresholds from a quarter of the incidence to four times it, even on the log scale, at most one half. */
function decisionCurve(incidence: number): number[] {
  const from = Math.max(0.001, incidence / 4);
  const to = Math.max(2 * from, Math.min(0.5, incidence * 4));
  return Array.from({ length: CURVE_POINTS }, (_, k) => from * (to / from) ** (k / (CURVE_POINTS - 1)));
}

/** What came out, as it is stored. */
export function describeCloseUp(
  task: Pick<EvaluationTask, "outcome" | "title" | "landmark" | "horizon" | "n" | "events">,
  { closeUp, asked, periods }: CloseUpPlan,
  resampled: NonNullable<ResampledTask["closeUp"]>,
  status: Uint8Array,
  time: Pick<NonNullable<EvidenceTask["overTime"]>, "leadTime" | "labelDelay">,
  settings: CloseUpSettings,
  method: string,
): EvidenceTask {
  const estimate = (of: Resampled | undefined, n = task.n): Estimate | null =>
    of === undefined ? null : percentileEstimate(of.value, of.samples, n, method);
  const { outcome, title, landmark, horizon, n, events } = task;
  const calibration = resampled.calibration;
  const groups = closeUp.attributes.map((attribute, a) =>
    subgroupOf(
      attribute,
      resampled.subgroups[a] as readonly Resampled[],
      status,
      closeUp.plan.operating,
      settings,
      estimate,
    ),
  );
  return {
    outcome,
    title,
    landmark,
    horizon,
    n,
    events,
    thresholds: asked.map((cut, c) => ({
      ...cut,
      figures: named(THRESHOLD_FIGURES, (j) =>
        estimate(resampled.thresholds[c * THRESHOLD_FIGURES.length + j]),
      ),
    })),
    calibration: {
      ...named(CALIBRATION_FIGURES, (j) => estimate(calibration[j])),
      curve: Array.from(closeUp.grid, (risk, k) => ({
        risk,
        observed: estimate(calibration[CALIBRATION_FIGURES.length + k]),
      })),
    },
    subgroups: groups.filter(({ attribute }) => attribute !== PERIODS),
    overTime:
      periods === null
        ? null
        : {
            grain: periods.grain,
            periods: (groups.at(-1)?.levels ?? []).map(({ difference: _, ratio: __, ...level }) => level),
            ...time,
          },
  };
}

function subgroupOf(
  { name: attribute, levels, level }: SubgroupAttribute,
  resampled: readonly Resampled[],
  status: Uint8Array,
  threshold: number,
  { minimumCell, minimumEvents }: CloseUpSettings,
  estimate: (of: Resampled | undefined, n?: number) => Estimate | null,
): EvidenceSubgroup {
  const sizes = levels.map((name, l) => {
    let [n, events] = [0, 0];
    for (let i = 0; i < level.length; i++) {
      if (level[i] !== l) continue;
      n++;
      if (status[i] === CASE) events++;
    }
    return { name, l, n, events, judged: n >= minimumCell && events >= minimumEvents && !isResidual(name) };
  });
  const figure = (l: number, name: SubgroupFigure): Resampled =>
    resampled[l * SUBGROUP_FIGURES.length + SUBGROUP_FIGURES.indexOf(name)] as Resampled;
  const reference = sizes.filter(({ judged }) => judged).sort((a, b) => b.n - a.n || a.l - b.l)[0] ?? null;
  const compare = (l: number, n: number, by: typeof differenceOf) =>
    reference === null || reference.l === l
      ? null
      : named(["auroc", "observedToExpected", "falseNegativeRate", "falsePositiveRate"], (_, name) =>
          estimate(by(figure(l, name), figure(reference.l, name)), n),
        );
  return {
    attribute,
    reference: reference?.name ?? null,
    threshold,
    levels: sizes.map(({ name, l, n, events, judged }) => ({
      name,
      n,
      events: events > 0 && events < minimumCell ? null : events,
      judged: judged ? "judged" : "too few to judge",
      figures: judged ? named(SUBGROUP_FIGURES, (_, key) => estimate(figure(l, key), n)) : null,
      difference: judged ? compare(l, n, differenceOf) : null,
      ratio: judged ? compare(l, n, ratioOf) : null,
    })),
  };
}

function named<const Names extends readonly string[]>(
  names: Names,
  of: (position: number, name: Names[number]) => Estimate | null,
): { [K in Names[number]]: Estimate | null } {
  return Object.fromEntries(names.map((name, j) => [name, of(j, name)])) as {
    [K in Names[number]]: Estimate | null;
  };
}
