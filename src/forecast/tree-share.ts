/**
 * How much of the say the trees beside a decoder have, chosen on tuning persons whom neither has learned from: the share
 * nearest to one half whose likelihood is within one standard error of the best. With few persons or like voices that is
 * one half; where one voice knows much less, the other speaks.
 */

import { encodePatient } from "../tokens/encoded-patient.ts";
import type { Checkpoint } from "../training/checkpoint.ts";
import { treeHazards } from "../trees/hazards/tree-hazards.ts";
import { EQUAL_SHARE, type TreeHead } from "../trees/hazards/tree-head.ts";
import { DAYS_PER_YEAR } from "../vetting/duration.ts";
import { labelAt, predictionDay } from "../vetting/label.ts";
import type { OutcomeDefinition } from "../vetting/outcome-definition.ts";
import type { PatientHistory } from "../vetting/patient-history.ts";
import { DirectReader, type Hazards } from "./direct-reading.ts";

const SHARES = Array.from({ length: 21 }, (_, i) => i / 20);
/** Fewer persons say nothing about shares. */
const FEWEST_PERSONS = 20;

/** Hazards of both voices on the log scale: trees^share x decoder^(1 - share); the decoder's where there are no trees. */
export function bothVoices(decoder: Hazards, trees: Hazards, share: number): Hazards {
  return decoder.map((hazard, i) => {
    const other = trees[i] as number;
    return Number.isNaN(other) ? hazard : hazard * (other / hazard) ** share;
  });
}

export interface TreeShareInput {
  readonly checkpoint: Checkpoint;
  /** Trees that were grown without the tuning persons. */
  readonly trees: TreeHead;
  /** Tuning persons. */
  readonly histories: readonly PatientHistory[];
  /** In the order of the checkpoint's outcomes. */
  readonly outcomes: readonly OutcomeDefinition[];
  readonly threads: number;
}

export async function chooseTreeShare(input: TreeShareInput): Promise<number> {
  const { checkpoint, trees, histories, outcomes, threads } = input;
  const requests = requestsOf(input);
  if (new Set(requests.map(({ person }) => person)).size < FEWEST_PERSONS) return EQUAL_SHARE;
  const reader = new DirectReader(checkpoint, threads);
  const decoded = await reader.hazards(requests);
  await reader.close();
  const { hazardEdgesYears, outcomes: described } = checkpoint.description;
  const names = described.map(({ name }) => name);
  const grown = treeHazards(trees, requests, names, hazardEdgesYears);
  /** Loss by share and person. */
  const losses = SHARES.map((share) => {
    const ofPerson = new Float64Array(histories.length);
    for (const [i, { history, day, person, landmark }] of requests.entries()) {
      const hazards = bothVoices(decoded[i] as Hazards, grown[i] as Hazards, share);
      for (const [k, outcome] of outcomes.entries())
        if (outcome.predictionTimes.some((time) => time.landmark === landmark))
          ofPerson[person] =
            (ofPerson[person] as number) + lossOf(hazards, hazardEdgesYears, history, outcome, k, day);
    }
    return ofPerson;
  });
  return nearestToEqual(losses, requests);
}

function requestsOf({ checkpoint, histories, outcomes }: TreeShareInput) {
  const times = new Map(
    outcomes.flatMap(({ predictionTimes }) => predictionTimes.map((time) => [time.landmark, time])),
  );
  return histories.flatMap((history, person) => {
    const patient = encodePatient(history, checkpoint.vocabulary);
    return [...times.values()].flatMap((time) => {
      const day = predictionDay(history, time);
      return day === null || history.lastDay <= day
        ? []
        : [{ person, history, patient, day, landmark: time.landmark }];
    });
  });
}

/** Negative log-likelihood of what happened under hazards constant in pieces: hazard x exposure - event x log hazard. */
function lossOf(
  hazards: Hazards,
  edgesYears: readonly number[],
  history: PatientHistory,
  outcome: OutcomeDefinition,
  k: number,
  day: number,
): number {
  const label = labelAt(history, outcome, k, day);
  if (!label.eligible) return 0;
  const years = label.outcome.days / DAYS_PER_YEAR;
  const pieces = edgesYears.length + 1;
  let loss = 0;
  let from = 0;
  for (let piece = 0; piece < pieces && from < years; piece++) {
    const to = edgesYears[piece] ?? Number.POSITIVE_INFINITY;
    const hazard = Math.max(1e-9, hazards[k * pieces + piece] as number);
    loss += hazard * (Math.min(to, years) - from);
    if (label.outcome.kind === "onset" && years <= to) loss -= Math.log(hazard);
    from = to;
  }
  return loss;
}

function nearestToEqual(
  losses: readonly Float64Array[],
  requests: readonly { readonly person: number }[],
): number {
  const persons = [...new Set(requests.map(({ person }) => person))];
  const total = (loss: Float64Array): number =>
    persons.reduce((sum, person) => sum + (loss[person] as number), 0);
  const best = losses.reduce((least, loss) => (total(loss) < total(least) ? loss : least));
  const good = SHARES.filter((_, s) => {
    const apart = persons.map((person) => (losses[s]?.[person] as number) - (best[person] as number));
    const mean = apart.reduce((sum, value) => sum + value, 0) / persons.length;
    const variance = apart.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (persons.length - 1);
    return mean <= Math.sqrt(variance / persons.length);
  });
  return good.reduce((nearest, share) =>
    Math.abs(share - EQUAL_SHARE) < Math.abs(nearest - EQUAL_SHARE) ? share : nearest,
  );
}
