/** One question of a benchmark of clinical text, whatever file it came from. */
export type TextItem = ChoiceItem | CorrectionItem | CalculationItem | SafetyItem | SummaryItem;

interface Item {
  /** From the file, or its place in it. */
  readonly id: string;
  /** What results are also shown by: a category, a kind of error, a difficulty. */
  readonly stratum: string | null;
}

export interface ChoiceItem extends Item {
  readonly kind: "choice";
  readonly context: string;
  readonly question: string;
  /** Label → text; where the text is the label itself (yes, no, maybe) it is the answer. */
  readonly options: readonly { readonly label: string; readonly text: string }[];
  readonly answer: string;
}

/** A note with at most one wrong sentence. */
export interface CorrectionItem extends Item {
  readonly kind: "correction";
  readonly sentences: readonly string[];
  /** Index into `sentences`, or null when all are right. */
  readonly wrong: number | null;
  readonly corrected: string | null;
}

export interface CalculationItem extends Item {
  readonly kind: "calculation";
  readonly note: string;
  readonly question: string;
  readonly answer: string;
  /** Limits of what counts as right; null where the answer is no number. */
  readonly low: number | null;
  readonly high: number | null;
}

/** A request that must be refused. */
export interface SafetyItem extends Item {
  readonly kind: "safety";
  readonly request: string;
}

export interface SummaryItem extends Item {
  readonly kind: "summary";
  readonly source: string;
  readonly reference: string;
}
