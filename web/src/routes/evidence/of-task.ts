/** What each part of the evidence page is given of one task. */
import type { TaskEvidence } from "../../../../src/serving/workspace/evidence/evidence-answer.ts";

/** A task of enough people to show. */
type Shown = TaskEvidence & { readonly n: number; readonly figures: NonNullable<TaskEvidence["figures"]> };

export interface OfTask {
  readonly of: Shown;
  /** What the figures are of, in words. */
  readonly period: string;
}

export type Closer = NonNullable<TaskEvidence["closer"]>;
