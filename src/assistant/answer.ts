/** What a question was answered with: every sentence with what supports it, what was cut, and how long it took. */
import type { CitedSentence, Support } from "./verification/support.ts";
import type { Shortfall } from "./verification/verify-sentence.ts";

export type Register = "clinician" | "patient";

/** Each has a file of phrases; a new one is a word here and that file. */
export type Language = "en" | "es";

export type AnswerStatus = "answered" | "cannot-answer" | "refused";

export interface Answer {
  readonly status: AnswerStatus;
  readonly register: Register;
  /** Left out where it is English. */
  readonly language?: Language;
  /** Said before anything else; null where the question names no sign of danger. */
  readonly urgent: { readonly flag: string; readonly text: string; readonly vetted: boolean } | null;
  readonly sentences: readonly CitedSentence[];
  readonly supports: readonly Support[];
  /** Whom to ask; set when the question was not, or not wholly, answered. */
  readonly askInstead: string | null;
  readonly notices: readonly string[];
  /** `composed`, or the model whose draft was kept. */
  readonly writtenBy: string;
  /** Sentences of a model's draft that nothing supported, by what was missing. */
  readonly cut: readonly Shortfall[];
  readonly tools: readonly ToolRun[];
}

export interface ToolRun {
  readonly tool:
    | "record"
    | "forecast"
    | "calculator"
    | "knowledge"
    | "differential"
    | "next-test"
    | "what-if"
    | "care-team"
    | "model";
  readonly outcome: "found" | "nothing" | "failed";
}
