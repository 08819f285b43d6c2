/** How far a stage is, in whatever unit it counts. */
export interface Progress {
  /** What is being done, e.g. "training", "reading FHIR". */
  readonly step: string;
  readonly done: number;
  /** Null while the total is not known. */
  readonly total: number | null;
  /** What is counted, e.g. "persons", "steps"; empty for a step that cannot be counted. */
  readonly unit: string;
  /** Figures to show beside it, e.g. "loss 2.31, tuning 2.40". */
  readonly detail?: string;
}
