/**
 * The conditions that the model expects to be found in one person within a horizon, new ones apart from known ones: each
 * with a calibrated probability and its interval, and the conformal set with the coverage that was measured for it.
 */
import { codeMatcher } from "../../vetting/outcome-definition.ts";
import { ageYears, type PatientHistory } from "../../vetting/patient-history.ts";
import { ASSOCIATION, type Basis } from "../basis.ts";
import type { Condition, ReasonedModel } from "../reasoned-model.ts";
import type { Figure } from "../what-if/paired-futures.ts";
import { agesOf, groupOfAge } from "./age-groups.ts";
import { conformalSet, scoresOf } from "./conformal.ts";
import type { DifferentialEvidence } from "./differential-evidence.ts";
import { standingOf } from "./findings.ts";
import { calibrated, calibratedFigure } from "./recalibration.ts";

export interface ExpectedCondition {
  readonly name: string;
  readonly title: string;
  /** Calibrated on tuning persons; where these had too few cases, as the model says it. */
  readonly probability: number;
  /** 95 % interval of the calibration; null where there is none. */
  readonly interval: Pick<Figure, "low" | "high"> | null;
  readonly inSet: boolean;
}

export interface Differential {
  readonly basis: Basis;
  /** Conditions that may be found, the likeliest first. */
  readonly expected: readonly ExpectedCondition[];
  readonly known: readonly {
    readonly name: string;
    readonly title: string;
    readonly sinceDays: number | null;
  }[];
  /** Conditions that the site asks of others only. */
  readonly notAsked: readonly { readonly name: string; readonly title: string }[];
  readonly set: {
    readonly statedCoverage: number;
    readonly of: string;
    readonly calibratedOn: number;
    /** The persons of this one's age, whose threshold it is; null where the age is not recorded, or all ages have one. */
    readonly group: {
      readonly ages: string;
      readonly calibratedOn: number;
      readonly measured: DifferentialEvidence["coverage"];
    } | null;
    readonly lookedAt: DifferentialEvidence["lookedAt"];
    readonly measured: DifferentialEvidence["coverage"];
    readonly subgroups: DifferentialEvidence["subgroups"];
    readonly byFrequency: DifferentialEvidence["byFrequency"];
  };
}

const COVERED =
  "persons in whom one of these conditions is found within the horizon: the set holds the one found first";

/** Conditions of a differential: every outcome of the site but death. */
export function differentialConditions(model: ReasonedModel): Condition[] {
  return withoutDeath(model, model.trainedConditions);
}

/** Death is forecast, and nothing that a complaint could turn out to be. */
export function withoutDeath(model: ReasonedModel, conditions: readonly Condition[]): Condition[] {
  const { outcomes } = model.checkpoint.description;
  return conditions.filter(({ trained }) => trained === null || outcomes[trained]?.isDeath !== true);
}

/** When a presenting problem stood in a record first; null when it never did. */
export function problemDay(codes: readonly string[]): (history: PatientHistory) => number | null {
  const inSet = codeMatcher(codes);
  return ({ events }) => events.find(({ code }) => inSet(code))?.availableDay ?? null;
}

export async function differential(
  model: ReasonedModel,
  { history, day }: { readonly history: PatientHistory; readonly day: number },
  conditions: readonly Condition[],
  evidence: DifferentialEvidence,
  notices: readonly string[],
): Promise<Differential> {
  const standings = conditions.map((condition) => standingOf(model, history, condition, day));
  const placesOf = (standing: string) => [...standings.keys()].filter((c) => standings[c] === standing);
  const titled = (c: number) => ({ name: conditions[c]?.name ?? "", title: conditions[c]?.title ?? "" });
  const [read] = await model.risks([model.request(history, day)], conditions, evidence.horizonDays);
  const risks = Float64Array.from(conditions, (_, c) =>
    standings[c] === "new" ? (read?.[c] as number) : Number.NaN,
  );
  const own = evidence.ageGroups[groupOfAge(evidence.ageGroups, ageYears(history, day))];
  const threshold = own === undefined ? evidence.threshold : own.threshold;
  const set = new Set(conformalSet(scoresOf(risks), threshold ?? Number.POSITIVE_INFINITY));
  const expected = placesOf("new").map((c) => {
    const recalibration = evidence.conditions[c]?.recalibration;
    if (recalibration === undefined) throw new TypeError("the evidence is of other conditions");
    const figure = calibratedFigure(recalibration, risks[c] as number);
    return {
      ...titled(c),
      probability: calibrated(recalibration, risks[c] as number),
      interval: figure === null ? null : { low: figure.low, high: figure.high },
      inSet: set.has(c),
    };
  });
  expected.sort((a, b) => b.probability - a.probability);
  return {
    basis: {
      model: model.version,
      estimators: conditions.some(({ trained }) => trained === null) ? ["direct", "query"] : ["direct"],
      futures: 0,
      interval: "95 % of the recalibration on tuning persons (percentile bootstrap of persons)",
      label: ASSOCIATION,
      notices,
    },
    expected,
    known: placesOf("known").map((c) => ({
      ...titled(c),
      sinceDays: sinceDays(history, conditions[c] as Condition, day),
    })),
    notAsked: placesOf("not asked").map(titled),
    set: {
      statedCoverage: evidence.statedCoverage,
      of: COVERED,
      calibratedOn: evidence.calibratedOn,
      group:
        own === undefined || evidence.ageGroups.length === 1
          ? null
          : { ages: agesOf(own), calibratedOn: own.calibratedOn, measured: own.coverage },
      lookedAt: evidence.lookedAt,
      measured: evidence.coverage,
      subgroups: evidence.subgroups,
      byFrequency: evidence.byFrequency,
    },
  };
}

function sinceDays(
  { outcomeDays, events }: PatientHistory,
  { trained, matches }: Condition,
  day: number,
): number | null {
  const first =
    trained === null
      ? events.find(({ code, value }) => matches(code, value))?.day
      : outcomeDays[trained]?.find((onset) => onset <= day);
  return first === undefined ? null : day - first;
}
