/**
 * What a differential rests on, measured once for a model, a horizon and a presenting problem: how risks are recalibrated
 * and which score a set takes in (tuning persons, by age), and how often the sets held what was found (held-out persons), in all
 * and by sex and age.
 * Invariant: nothing of a held-out person enters a line or a threshold.
 */
import { z } from "zod";
import type { Random } from "../../effects/random.ts";
import { prepareSubgroups } from "../../evaluation/design/subgroups.ts";
import { prepareAalenJohansen } from "../../evaluation/measures/aalen-johansen.ts";
import { drawResamples } from "../../evaluation/measures/bootstrap.ts";
import { type Estimate, estimateSchema } from "../../evaluation/measures/estimate.ts";
import { estimateOver, weightedMean } from "../../evaluation/measures/estimate-over.ts";
import { wilson } from "../../privacy/proof/wilson.ts";
import type { TimeToEvent } from "../../vetting/label.ts";
import { ageYears, type PatientHistory } from "../../vetting/patient-history.ts";
import type { Condition, ReasonedModel } from "../reasoned-model.ts";
import { type AgeGroup, ageGroups, fewestForThreshold, groupOfAge } from "./age-groups.ts";
import { conformalSet, conformalThreshold, scoresOf, truthScore } from "./conformal.ts";
import { becameOf, columnsOf, firstFound, standingOf } from "./findings.ts";
import { calibrated, type Recalibration, recalibrate } from "./recalibration.ts";

/** Of the folder that holds it. */
export const EVIDENCE_FILE = "differential_evidence.json";

const lineSchema = z.strictObject({ intercept: z.number(), slope: z.number() });
const coverageSchema = z.strictObject({
  ...estimateSchema.shape,
  /** Mean number of conditions in a set. */
  meanSize: z.number(),
});
const levelSchema = z.strictObject({
  attribute: z.string(),
  level: z.string(),
  coverage: coverageSchema,
  judgement: z.enum(["holds", "falls short", "too few to judge"]),
});

const ageGroupSchema = z.strictObject({
  /** Years, inside. */
  from: z.number().nullable(),
  /** Years, outside. */
  to: z.number().nullable(),
  threshold: z.number().nullable(),
  calibratedOn: z.int(),
  coverage: coverageSchema,
});

export const differentialEvidenceSchema = z.strictObject({
  schema: z.literal("longitude.differential-evidence/2"),
  horizonDays: z.number(),
  statedCoverage: z.number(),
  /** When the persons measured were looked at: at their index date, or when the problem stood in their record first. */
  lookedAt: z.enum(["index", "problem"]),
  conditions: z.array(
    z.strictObject({
      name: z.string(),
      recalibration: z.strictObject({
        persons: z.int(),
        cases: z.int(),
        line: lineSchema.nullable(),
        resampled: z.array(lineSchema),
      }),
      /** Observed (Aalen-Johansen) over expected cases of held-out persons, as recalibrated; null without cases. */
      observedToExpected: estimateSchema.nullable(),
    }),
  ),
  /** Of a person whose age is not recorded, from all. Null: more persons than there are would be needed; every condition is in the set. */
  threshold: z.number().nullable(),
  /** Each with a threshold of its own, from its own tuning persons, and measured on its own held-out persons. */
  ageGroups: z.array(ageGroupSchema),
  /** Tuning persons in whom something was found, whom the thresholds rest on. */
  calibratedOn: z.int(),
  /** Held-out persons in whom something was found. */
  coverage: coverageSchema,
  subgroups: z.array(levelSchema),
  /** The same sets made without a model: everybody's new conditions by how often they were found in tuning persons. */
  byFrequency: coverageSchema,
});

export type DifferentialEvidence = z.output<typeof differentialEvidenceSchema>;
type Coverage = z.output<typeof coverageSchema>;

/** A level with fewer persons is not judged; one with fewer than the second is not named. */
const [FEWEST_JUDGED, SMALLEST_CELL] = [50, 10];
/** With fewer tuning persons in whom something was found there is no threshold of their own. */
export const FEWEST_CALIBRATED = 50;
const RESAMPLES = 200;

export interface Cohort {
  readonly tuning: readonly PatientHistory[];
  readonly heldOut: readonly PatientHistory[];
}

export interface EvidenceOptions {
  readonly conditions: readonly Condition[];
  readonly horizonDays: number;
  readonly coverage: number;
  /** When a person is looked at; null: not at all. */
  readonly dayOf: (history: PatientHistory) => number | null;
  readonly lookedAt: DifferentialEvidence["lookedAt"];
  readonly random: Random;
}

/** Persons looked at, with the risks of their new conditions and what became of these. */
interface Group {
  readonly histories: readonly PatientHistory[];
  readonly days: Float64Array;
  /** [person][condition]; NaN where the condition is not new. */
  readonly risks: readonly Float64Array[];
  readonly became: readonly (readonly (TimeToEvent | null)[])[];
  /** Conditions found first, of each person. */
  readonly found: readonly (readonly number[])[];
}

/** Where nothing was measured: nothing is recalibrated, and a set that leaves out nothing promises nothing. */
export function withoutEvidence(conditions: readonly Condition[], horizonDays: number): DifferentialEvidence {
  const nothing = { ...wilson(0, 0), meanSize: conditions.length };
  const recalibration = { persons: 0, cases: 0, line: null, resampled: [] };
  return {
    schema: "longitude.differential-evidence/2",
    horizonDays,
    statedCoverage: 0,
    lookedAt: "index",
    conditions: conditions.map(({ name }) => ({ name, recalibration, observedToExpected: null })),
    threshold: null,
    ageGroups: [],
    calibratedOn: 0,
    coverage: nothing,
    subgroups: [],
    byFrequency: nothing,
  };
}

export async function measureDifferential(
  model: ReasonedModel,
  { tuning, heldOut }: Cohort,
  options: EvidenceOptions,
): Promise<DifferentialEvidence> {
  const { conditions, horizonDays, coverage, random } = options;
  const [from, to] = [await groupOf(model, tuning, options), await groupOf(model, heldOut, options)];
  const recalibrations = conditions.map((condition, c) => {
    const columns = columnsOf(from.became.map((became) => became[c] ?? null));
    const risks = Float64Array.from(columns.persons, (i) => from.risks[i]?.[c] as number);
    return recalibrate(columns, risks, horizonDays, random.fork(`line ${condition.name}`));
  });
  const sized = setsOf(from, to, coverage, (_, risks) => risks);
  const frequencies = conditions.map((_, c) => from.found.filter((found) => found.includes(c)).length);
  const simple = setsOf(from, to, coverage, (_, risks) =>
    risks.map((risk, c) => (Number.isNaN(risk) ? risk : (frequencies[c] as number))),
  );
  return {
    schema: "longitude.differential-evidence/2",
    horizonDays,
    statedCoverage: coverage,
    lookedAt: options.lookedAt,
    conditions: conditions.map(({ name }, c) => ({
      name,
      recalibration: {
        ...(recalibrations[c] as Recalibration),
        resampled: [...(recalibrations[c]?.resampled ?? [])],
      },
      observedToExpected: observedToExpected(to, c, recalibrations[c] as Recalibration, options),
    })),
    threshold: finite(sized.threshold),
    ageGroups: sized.groups.map(({ from: youngest, to: oldest, threshold, calibratedOn }, g) => ({
      from: youngest,
      to: oldest,
      threshold: finite(threshold),
      calibratedOn,
      coverage: coverageOf(sized, (person) => sized.groupOf(person) === g),
    })),
    calibratedOn: sized.calibratedOn,
    coverage: coverageOf(sized, () => true),
    subgroups: subgroupsOf(to, sized, coverage),
    byFrequency: coverageOf(simple, () => true),
  };
}

async function groupOf(
  model: ReasonedModel,
  all: readonly PatientHistory[],
  { conditions, horizonDays, dayOf }: EvidenceOptions,
): Promise<Group> {
  const looked = all.flatMap((history) => {
    const day = dayOf(history);
    return day === null || history.lastDay <= day ? [] : [{ history, day }];
  });
  const read = await model.risks(
    looked.map(({ history, day }) => model.request(history, day)),
    conditions,
    horizonDays,
  );
  const became = looked.map(({ history, day }) =>
    conditions.map((condition) =>
      standingOf(model, history, condition, day) === "new" ? becameOf(model, history, condition, day) : null,
    ),
  );
  return {
    histories: looked.map(({ history }) => history),
    days: Float64Array.from(looked, ({ day }) => day),
    risks: read.map((risks, i) => risks.map((risk, c) => (became[i]?.[c] == null ? Number.NaN : risk))),
    became,
    found: became.map((one) => firstFound(one, horizonDays)),
  };
}

function finite(threshold: number): number | null {
  return Number.isFinite(threshold) ? threshold : null;
}

interface Sets {
  /** Of all. */
  readonly threshold: number;
  readonly groups: readonly (AgeGroup & { readonly threshold: number; readonly calibratedOn: number })[];
  /** Place of a held-out person's age group; -1 where the age is not recorded. */
  readonly groupOf: (person: number) => number;
  readonly calibratedOn: number;
  /** Of each held-out person in whom something was found: place, whether the set held it, and its size. */
  readonly held: readonly { readonly person: number; readonly held: boolean; readonly size: number }[];
}

function setsOf(
  from: Group,
  to: Group,
  coverage: number,
  ranked: (person: number, risks: Float64Array) => Float64Array,
): Sets {
  const truths = (group: Group) =>
    group.found.flatMap((found, person) => {
      if (found.length === 0) return [];
      const scores = scoresOf(ranked(person, group.risks[person] as Float64Array));
      return [{ person, scores, truth: truthScore(scores, found), age: ageOf(group, person) }];
    });
  const calibration = truths(from);
  const thresholdOf = (some: typeof calibration) =>
    conformalThreshold(
      some.map(({ truth }) => truth),
      coverage,
    );
  const ages = ageGroups(
    calibration.map(({ age }) => age),
    fewestForThreshold(coverage),
  );
  const groups = ages.map((group, g) => {
    const own = calibration.filter(({ age }) => groupOfAge(ages, age) === g);
    return { ...group, threshold: thresholdOf(own), calibratedOn: own.length };
  });
  const threshold = thresholdOf(calibration);
  const groupOf = (person: number) => groupOfAge(ages, ageOf(to, person));
  return {
    threshold,
    groups,
    groupOf,
    calibratedOn: calibration.length,
    held: truths(to).map(({ person, scores, truth }) => {
      const own = groups[groupOf(person)]?.threshold ?? threshold;
      return { person, held: truth <= own, size: conformalSet(scores, own).length };
    }),
  };
}

function ageOf({ histories, days }: Group, person: number): number {
  return ageYears(histories[person] as PatientHistory, days[person] as number);
}

function coverageOf({ held }: Sets, of: (person: number) => boolean): Coverage {
  const some = held.filter(({ person }) => of(person));
  const size = some.reduce((sum, one) => sum + one.size, 0) / Math.max(1, some.length);
  return { ...wilson(some.filter((one) => one.held).length, some.length), meanSize: size };
}

function subgroupsOf(
  { histories, days }: Group,
  sets: Sets,
  stated: number,
): DifferentialEvidence["subgroups"] {
  const persons = Int32Array.from(sets.held, ({ person }) => person);
  const attributes = prepareSubgroups(
    histories,
    SMALLEST_CELL,
  )({ positions: persons, predictionDays: Float64Array.from(persons, (i) => days[i] as number) });
  return attributes
    .filter(({ name }) => name === "sex" || name === "age" || name === "sex and age")
    .flatMap(({ name, levels, level }) =>
      levels.map((title, l) => {
        const inside = new Set(persons.filter((_, i) => level[i] === l));
        const coverage = coverageOf(sets, (person) => inside.has(person));
        return { attribute: name, level: title, coverage, judgement: judge(coverage, stated) };
      }),
    );
}

function judge(
  { n, high }: Coverage,
  stated: number,
): DifferentialEvidence["subgroups"][number]["judgement"] {
  if (n < FEWEST_JUDGED) return "too few to judge";
  return high < stated ? "falls short" : "holds";
}

function observedToExpected(
  group: Group,
  c: number,
  recalibration: Recalibration,
  { horizonDays, random, conditions }: EvidenceOptions,
): Estimate | null {
  const columns = columnsOf(group.became.map((became) => became[c] ?? null));
  if (columns.persons.length === 0) return null;
  const expected = Float64Array.from(columns.persons, (i) =>
    calibrated(recalibration, group.risks[i]?.[c] as number),
  );
  const incidence = prepareAalenJohansen(columns, horizonDays);
  const resamples = drawResamples(expected.length, RESAMPLES, random.fork(`held out ${conditions[c]?.name}`));
  return estimateOver(
    resamples,
    (weights) => incidence(weights) / weightedMean(expected, weights),
    "Aalen-Johansen over mean risk, percentile bootstrap of persons",
  );
}
