/**
 * One model inside the levels of one attribute (sex, age band, …): ranking, calibration in the large and missed cases
 * at the operating threshold, all levels in one pass. Weights for censoring are those of the whole task.
 */
import { prepareAuroc } from "../measures/auroc.ts";
import { NUMBERS } from "../measures/bootstrap.ts";
import type { Batch } from "./batch.ts";
import { aurocOfGroups } from "./group-ranking.ts";
import { addCounts, unpackLane } from "./packed-counts.ts";
import type { Figures } from "./resampled.ts";
import { addWeights, FREE, KINDS, kindsOf, ONSET_BEFORE, type RankedRisks } from "./score-histogram.ts";
import { inTimeOrder, type TimeColumns } from "./time-columns.ts";

export interface SubgroupAttribute {
  readonly name: string;
  /** Names of the levels. */
  readonly levels: readonly string[];
  /** Level per person, in the task's order. */
  readonly level: Uint8Array;
}

/** Per level, in this order. */
export const SUBGROUP_FIGURES = [
  "auroc",
  "observedIncidence",
  "meanRisk",
  "observedToExpected",
  "falseNegativeRate",
  "falsePositiveRate",
  "alertsPer100",
] as const;

export type SubgroupFigure = (typeof SUBGROUP_FIGURES)[number];

/** Groups of risk within which ties are counted as one half; all levels share them. */
const GROUPS = 32;

export function subgroupFigures(
  status: Uint8Array,
  columns: TimeColumns,
  risks: Float64Array,
  { groups, flagsFrom, auroc }: SharedGroups,
  attribute: SubgroupAttribute,
  everyone: Batch,
  weights: Float64Array,
): Figures {
  const levels = attribute.levels.length;
  const level = inTimeOrder(columns, attribute.level);
  const { n, events } = columns;
  const { lanes } = everyone;
  const kind = kindsOf(status, columns);
  const cells = levels * GROUPS;
  const cellOf = inTimeOrder(columns, groups).map((group, i) => (level[i] as number) * GROUPS + group);
  const cell = Int32Array.from(cellOf, (at, i) => (kind[i] as number) * cells + at);
  /** Cases behind controls. */
  const eventCell = Int32Array.from(
    events,
    (at) => (cellOf[at] as number) + (kind[at] === ONSET_BEFORE ? cells : 0),
  );
  const meanOf = meanByGroup(risks, groups, attribute.level, levels);
  const sums = new Float64Array(NUMBERS * KINDS * cells);
  const eventWeights = new Float64Array(lanes * 2 * cells);
  const drawn = new Float64Array(KINDS * cells);
  const cases = new Float64Array(GROUPS);
  const controls = new Float64Array(GROUPS);
  let weightAtHorizon: Float64Array = new Float64Array(lanes);

  const gather = (batch: Batch): void => {
    weightAtHorizon = batch.weightAtHorizon;
    sums.fill(0);
    for (let i = 0; i < n; i++) addCounts(sums, cell[i] as number, batch.counts, i);
    addWeights(eventWeights, eventCell, batch);
  };
  const measure = (lane: number, into: Float64Array): void => {
    const later = weightAtHorizon[lane] as number;
    unpackLane(sums, lane, lanes, drawn);
    for (let l = 0; l < levels; l++) {
      let [positive, negative, missed, alarmed, expected, persons, alerts] = [0, 0, 0, 0, 0, 0, 0];
      for (let g = 0; g < GROUPS; g++) {
        const at = l * GROUPS + g;
        const free = drawn[FREE * cells + at] as number;
        const c = later * free + (eventWeights[lanes * at + lane] as number);
        const p = eventWeights[lanes * (cells + at) + lane] as number;
        let drawnHere = 0;
        for (let k = 0; k < KINDS; k++) drawnHere += drawn[k * cells + at] as number;
        controls[g] = c;
        cases[g] = p;
        negative += c;
        positive += p;
        persons += drawnHere;
        expected += (c + p) * (meanOf[at] as number);
        if (g < flagsFrom) missed += p;
        else {
          alarmed += c;
          alerts += drawnHere;
        }
      }
      const total = positive + negative;
      const values: Record<SubgroupFigure, number> = {
        auroc: aurocOfGroups(cases, controls),
        observedIncidence: positive / total,
        meanRisk: expected / total,
        observedToExpected: positive / expected,
        falseNegativeRate: missed / positive,
        falsePositiveRate: alarmed / negative,
        alertsPer100: (100 * alerts) / persons,
      };
      for (const [j, name] of SUBGROUP_FIGURES.entries())
        into[l * SUBGROUP_FIGURES.length + j] = Number.isFinite(values[name]) ? values[name] : Number.NaN;
    }
  };
  const values = new Float64Array(levels * SUBGROUP_FIGURES.length);
  gather(everyone);
  measure(0, values);
  exactly(values, auroc, risks, attribute, weights);
  return { values, gather, measure };
}

/** What all attributes share. */
export interface SharedGroups {
  /** Group of risk per person, with a boundary at the operating threshold. */
  readonly groups: Uint16Array;
  /** First group that is flagged. */
  readonly flagsFrom: number;
  /** Exact AUROC for weights of the persons. */
  readonly auroc: (weights: Float64Array) => number;
}

export function sharedGroups(
  status: Uint8Array,
  { risks, order }: RankedRisks,
  operating: number,
): SharedGroups {
  const groups = new Uint16Array(risks.length);
  const below = risks.reduce((sum, risk) => sum + (risk < operating ? 1 : 0), 0);
  const above = risks.length - below;
  const half = Math.max(1, Math.min(GROUPS - 1, Math.round((GROUPS * below) / Math.max(1, risks.length))));
  let group = 0;
  for (let i = 0; i < order.length; i++) {
    const person = order[i] as number;
    const tied = i > 0 && i !== below && risks[person] === risks[order[i - 1] as number];
    if (!tied) {
      group =
        i < below
          ? Math.floor((i * half) / below)
          : half + Math.floor(((i - below) * (GROUPS - half)) / Math.max(1, above));
    }
    groups[person] = group;
  }
  return { groups, flagsFrom: half, auroc: prepareAuroc(status, risks, undefined, order) };
}

/** Mean risk of each group inside each level: [levels x GROUPS]. */
function meanByGroup(
  risks: Float64Array,
  groups: Uint16Array,
  level: Uint8Array,
  levels: number,
): Float64Array {
  const mean = new Float64Array(levels * GROUPS);
  const size = new Float64Array(levels * GROUPS);
  for (let i = 0; i < risks.length; i++) {
    const at = (level[i] as number) * GROUPS + (groups[i] as number);
    mean[at] = (mean[at] as number) + (risks[i] as number);
    size[at] = (size[at] as number) + 1;
  }
  return mean.map((sum, at) => (size[at] === 0 ? 0 : sum / (size[at] as number)));
}

/** Replaces, for the persons as they are, what groups of risk only come close to. */
function exactly(
  values: Float64Array,
  auroc: SharedGroups["auroc"],
  risks: Float64Array,
  { level, levels }: SubgroupAttribute,
  weights: Float64Array,
): void {
  for (const l of levels.keys()) {
    const own = weights.map((weight, i) => (level[i] === l ? weight : 0));
    const at = (name: SubgroupFigure): number => l * SUBGROUP_FIGURES.length + SUBGROUP_FIGURES.indexOf(name);
    const expected = own.reduce((sum, weight, i) => sum + weight * (risks[i] as number), 0);
    const total = own.reduce((sum, weight) => sum + weight, 0);
    values[at("auroc")] = auroc(own);
    values[at("meanRisk")] = expected / total;
    values[at("observedToExpected")] = ((values[at("observedIncidence")] as number) * total) / expected;
  }
}
