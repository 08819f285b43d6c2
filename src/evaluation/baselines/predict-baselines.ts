/**
 * Risks of every baseline for the persons eligible for each task. Models are applied as stored; nothing is learnt.
 */

import { LongitudeError } from "../../errors/longitude-error.ts";
import { ARTEFACT_DAMAGED, CONFIG_INVALID } from "../../errors/registry.ts";
import type { RiskRow } from "../../forecast/risk-table.ts";
import { type BinnedFeatures, selectUnits } from "../../trees/boosting/binned-features.ts";
import { rowPerUnit } from "../../trees/boosting/boosting-rows.ts";
import { treeValues } from "../../trees/boosting/tree.ts";
import type { BoostedModel } from "../../trees/boosting/tune-then-fit.ts";
import { slotHazards } from "../../trees/hazards/hazard-slots.ts";
import {
  type OutcomesSection,
  type PredictionTime,
  resolveOutcomes,
} from "../../vetting/outcome-definition.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import { taskPersons } from "../design/task-persons.ts";
import {
  BASELINE_NAMES,
  type BaselineModels,
  type BaselineName,
  type BaselineTask,
  type CoxModel,
} from "./baseline-models.ts";
import { cumulativeIncidence } from "./competing-incidence.ts";
import { hazardFeatures, type LandmarkFeatures, landmarkFeatures, selectRows } from "./landmark-features.ts";
import { linearPredictor } from "./ridge-cox.ts";
import { logOdds } from "./ridge-logistic.ts";

export interface PredictBaselinesInput {
  readonly models: BaselineModels;
  readonly histories: readonly PatientHistory[];
  /** The written outcomes, with which `histories` were built. */
  readonly outcomes: OutcomesSection;
}

export interface PredictBaselinesEvent {
  readonly kind: "baselines applied";
  readonly outcome: string;
  readonly landmark: string;
  readonly done: number;
  readonly total: number;
}

export async function* predictBaselines(
  input: PredictBaselinesInput,
): AsyncGenerator<PredictBaselinesEvent, Record<BaselineName, RiskRow[]>, void> {
  const { models, histories } = input;
  const definitions = resolveOutcomes(input.outcomes);
  const rows = Object.fromEntries(BASELINE_NAMES.map((name) => [name, []])) as unknown as Record<
    BaselineName,
    RiskRow[]
  >;
  let done = 0;
  for (const landmark of models.landmarks) {
    const asked = definitions
      .flatMap(({ predictionTimes }) => predictionTimes)
      .find((time) => time.landmark === landmark.name);
    const anchor = asked?.anchor ?? "index";
    const time = { landmark: landmark.name, anchor, offsetDays: landmark.offsetDays, horizons: [] };
    const features = landmarkFeatures(models.catalogue, landmark, histories, time);
    const hazard = hazardFeatures(models.catalogue, models.boostedHazards.cuts, histories, time);
    for (const task of models.tasks) {
      if (task.landmark !== landmark.name) continue;
      const k = definitions.findIndex((outcome) => outcome.name === task.outcome);
      const outcome = definitions[k];
      if (outcome === undefined) {
        throw new LongitudeError(
          CONFIG_INVALID,
          `baselines were fitted for the outcome ${task.outcome}, which is not defined`,
        );
      }
      const own: PredictionTime = { ...time, horizons: task.horizons };
      const persons = taskPersons(histories, outcome, k, own);
      const risks = taskRisks(models.boostedHazards, task, features, hazard.binned, persons.positions);
      for (const name of BASELINE_NAMES) {
        for (const [i, position] of persons.positions.entries()) {
          rows[name].push({
            subjectId: (histories[position] as PatientHistory).subjectId,
            predictionDay: persons.predictionDays[i] as number,
            outcome: task.outcome,
            landmark: task.landmark,
            risks: Object.fromEntries(task.horizons.map((h, j) => [h.name, risks[name][j]?.[i] as number])),
          });
        }
      }
      done++;
      yield {
        kind: "baselines applied",
        outcome: task.outcome,
        landmark: task.landmark,
        done,
        total: models.tasks.length,
      };
    }
  }
  return rows;
}

/** @returns per model, per horizon, one risk a person */
function taskRisks(
  hazards: BaselineModels["boostedHazards"],
  task: BaselineTask,
  features: LandmarkFeatures,
  hazardBinned: BinnedFeatures,
  positions: Int32Array,
): Record<BaselineName, Float64Array[]> {
  const rows = positions.map((position) => features.rowOf[position] as number);
  const ageSex = selectRows(features.ageSex, features.ageSexWidth, rows);
  const linear = selectRows(features.linear, features.linearWidth, rows);
  const binned = selectUnits(features.binned, rows);
  const horizonDays = task.horizons.map((horizon) => horizon.days);
  return {
    ageSex: task.horizons.map((h) => logOdds(ageSex, features.ageSexWidth, h.ageSex.parameters).map(expit)),
    logistic: task.horizons.map((h) =>
      logOdds(linear, features.linearWidth, h.logistic.parameters).map(expit),
    ),
    trees: task.horizons.map((h) => treeLogOdds(h.trees, binned).map(expit)),
    cox: coxRisks(task.cox, linear, features.linearWidth, horizonDays),
    boostedHazards: hazardRisks(hazards, task, selectUnits(hazardBinned, rows), horizonDays),
  };
}

function expit(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

function treeLogOdds(model: BoostedModel, features: LandmarkFeatures["binned"]): Float64Array {
  const score = new Float64Array(features.units).fill(model.offset);
  const step = new Float64Array(features.units);
  for (const tree of model.trees) {
    treeValues(tree, rowPerUnit(features), step);
    for (let i = 0; i < score.length; i++) score[i] = (score[i] as number) + (step[i] as number);
  }
  return score;
}

function coxRisks(
  model: CoxModel,
  design: Float64Array,
  width: number,
  horizonDays: readonly number[],
): Float64Array[] {
  const onset = linearPredictor(design, width, model.coefficients).map(Math.exp);
  const death =
    model.deathCoefficients === null
      ? null
      : linearPredictor(design, width, model.deathCoefficients).map(Math.exp);
  return horizonDays.map((horizon) => {
    const pieces = model.grid.filter((day) => day <= horizon).length;
    return onset.map((ratio, i) =>
      cumulativeIncidence(
        model.hazard.slice(0, pieces).map((hazard) => hazard * ratio),
        death === null ? null : model.deathHazard.slice(0, pieces).map((h) => h * (death[i] as number)),
      ),
    );
  });
}

function hazardRisks(
  hazards: BaselineModels["boostedHazards"],
  task: BaselineTask,
  features: BinnedFeatures,
  horizonDays: readonly number[],
): Float64Array[] {
  const { slotDays, outcomes } = hazards;
  const own = outcomes.find(({ outcome }) => outcome === task.outcome);
  if (own === undefined)
    throw new LongitudeError(ARTEFACT_DAMAGED, `no hazard is stored for ${task.outcome}`);
  const slots = Math.ceil(Math.max(...horizonDays) / slotDays);
  const onset = slotHazards(own.model, features, slots);
  const factor = task.deathFactor ?? 0;
  const death = hazards.death === null || factor === 0 ? null : slotHazards(hazards.death, features, slots);
  return horizonDays.map((horizon) => {
    const length = horizon / slotDays;
    const share = Float64Array.from({ length: slots }, (_, slot) => Math.max(0, Math.min(1, length - slot)));
    return Float64Array.from({ length: features.units }, (_, unit) => {
      const from = unit * slots;
      return cumulativeIncidence(
        share.map((part, slot) => part * (onset[from + slot] as number)),
        death === null ? null : share.map((part, slot) => part * factor * (death[from + slot] as number)),
      );
    });
  });
}
