/**
 * The evidence that the served release carries, task by task, as it was measured and signed.
 * Invariant: a task of fewer persons than the minimum cell has no figures, and a count of onsets below it is not told.
 */
import { z } from "zod";
import { auditSchema } from "../../../evaluation/audits/audit.ts";
import { gapsOf } from "../../../evaluation/audits/leakage/gaps.ts";
import { type Evaluation, evaluationSchema } from "../../../evaluation/design/evaluation-schema.ts";
import { type Evidence, evidenceSchema } from "../../../evaluation/design/evidence-schema.ts";
import { estimateSchema } from "../../../evaluation/measures/estimate.ts";
import type { ServedModel } from "../../answers/served-model.ts";

/** Where the release itself states none. */
const MINIMUM_CELL = 11;

const evaluationTask = evaluationSchema.shape.tasks.element;
const evidenceTask = evidenceSchema.shape.tasks.element;
const taskId = evaluationTask.pick({
  outcome: true,
  title: true,
  landmark: true,
  horizon: true,
  horizonDays: true,
});

export const evidenceAnswerSchema = z.strictObject({
  release: z.string(),
  /** When the release was made, ISO 8601. */
  createdAt: z.string(),
  reviewBy: z.string(),
  /** Whether its review date has passed. */
  stale: z.boolean(),
  design: evaluationSchema.shape.design,
  persons: z.int(),
  mainModel: z.string(),
  minimumCell: z.int(),
  /** Each is asked for by its place. */
  tasks: z.array(taskId),
  audits: z.array(auditSchema),
});

export const taskEvidenceSchema = z.strictObject({
  task: taskId,
  mainModel: z.string(),
  minimumCell: z.int(),
  /** Null: fewer than the minimum cell. */
  n: z.int().nullable(),
  /** Null: some, but fewer than the minimum cell. */
  events: z.int().nullable(),
  /** Null: too few persons to show. */
  figures: evaluationTask
    .pick({ models: true, differences: true, verdictText: true, observedIncidence: true })
    .nullable(),
  /** Null where the release has no closer look at this task, or its figures are withheld. */
  closer: evidenceTask
    .pick({ thresholds: true, calibration: true, subgroups: true, overTime: true })
    .nullable(),
  /** The same task on other persons, the release's own design first; a measurement of too few persons has no figures. */
  designs: z.array(
    z.strictObject({
      kind: evaluationSchema.shape.design.unwrap().shape.kind,
      heldOut: z.string().nullable(),
      n: z.int().nullable(),
      auroc: estimateSchema.nullable(),
      observedToExpected: estimateSchema.nullable(),
    }),
  ),
  /** AUROC without onsets soon after the prediction; none where the audit did not look at this task. */
  gaps: z.array(z.strictObject({ gap: z.string(), auroc: estimateSchema.nullable() })),
});

export type EvidenceAnswer = z.output<typeof evidenceAnswerSchema>;
export type TaskEvidence = z.output<typeof taskEvidenceSchema>;

/** @param today YYYY-MM-DD */
export function evidenceAnswer(model: ServedModel, today: string): EvidenceAnswer {
  const { manifest, evaluation, evidence, audits } = model;
  return {
    release: manifest.id,
    createdAt: manifest.createdAt,
    reviewBy: manifest.reviewBy,
    stale: today > manifest.reviewBy,
    design: evaluation.design,
    persons: evaluation.persons,
    mainModel: evaluation.mainModel,
    minimumCell: leastOf(evidence),
    tasks: evaluation.tasks.map(pick),
    audits: [...audits],
  };
}

/** @param place among the tasks of the evaluation; null when there is none */
export function taskEvidence(model: ServedModel, place: number): TaskEvidence | null {
  const { evaluation, evidence, external, audits } = model;
  const task = evaluation.tasks[place];
  if (task === undefined) return null;
  const { n, events, models, differences, verdictText, observedIncidence } = task;
  const minimumCell = leastOf(evidence);
  const same = (one: { outcome: string; landmark: string; horizon: string }) =>
    one.outcome === task.outcome && one.landmark === task.landmark && one.horizon === task.horizon;
  const closer = evidence?.tasks.find(same);
  const few = n < minimumCell;
  return {
    task: pick(task),
    mainModel: evaluation.mainModel,
    minimumCell,
    n: few ? null : n,
    events: few || (events > 0 && events < minimumCell) ? null : events,
    figures: few ? null : { models, differences, verdictText, observedIncidence },
    closer:
      few || closer === undefined
        ? null
        : {
            thresholds: closer.thresholds,
            calibration: closer.calibration,
            subgroups: closer.subgroups,
            overTime: closer.overTime,
          },
    designs: [evaluation, ...(external === null ? [] : [external])].flatMap((measured) =>
      measured.tasks.filter(same).map((own) => designOf(measured, own, minimumCell)),
    ),
    gaps: few ? [] : gapsOf(audits, task),
  };
}

function designOf(
  { design: { kind, heldOut }, mainModel }: Evaluation,
  { n, models }: Evaluation["tasks"][number],
  minimumCell: number,
): TaskEvidence["designs"][number] {
  if (n < minimumCell) return { kind, heldOut, n: null, auroc: null, observedToExpected: null };
  const own = models[mainModel];
  const [auroc = null, observedToExpected = null] = [own?.auroc, own?.observedToExpected];
  return { kind, heldOut, n, auroc, observedToExpected };
}

/** Persons below whom a figure is withheld. */
export function leastOf(evidence: Evidence | null): number {
  return evidence?.minimumCell ?? MINIMUM_CELL;
}

function pick({ outcome, title, landmark, horizon, horizonDays }: z.output<typeof taskId>) {
  return { outcome, title, landmark, horizon, horizonDays };
}
