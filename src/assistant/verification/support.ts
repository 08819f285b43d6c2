/**
 * What an answer may stand on: something that a tool found, with the statements that it makes.
 * Invariant: a statement is true of its source by construction; nothing else may support a sentence.
 */
export type SupportKind = "record" | "forecast" | "passage" | "calculation" | "policy" | "reasoning";

export interface Support {
  /** `E1`, `F1`, `K1`, `C1`, `P1`, `R1`: what a sentence cites. */
  readonly id: string;
  readonly kind: SupportKind;
  /** What it says, a sentence each. */
  readonly statements: readonly string[];
  readonly link: SupportLink;
}

export type SupportLink =
  | {
      readonly type: "events";
      readonly events: readonly {
        readonly code: string;
        readonly time: string | null;
        readonly position: number;
      }[];
    }
  | {
      readonly type: "forecast";
      readonly outcome: string;
      readonly horizonDays: number;
      readonly estimator: string;
    }
  | {
      readonly type: "passage";
      readonly id: string;
      readonly publisher: string;
      readonly title: string;
      readonly url: string;
      readonly vetted: boolean;
    }
  | {
      readonly type: "formula";
      readonly name: string;
      readonly source: string;
      readonly positions: readonly number[];
    }
  | {
      readonly type: "reasoning";
      readonly way: "differential" | "next-test" | "what-if" | "care-team";
      /** Content address of the model. */
      readonly model: string;
      /** How its forecasts were computed: `direct`, `query`, `reach`. */
      readonly estimators: readonly string[];
      /** Names of the outcomes forecast. */
      readonly outcomes: readonly string[];
      readonly horizonDays: number;
      /** Codes changed in the record or laid into it, or the test. */
      readonly changes: readonly string[];
    }
  | { readonly type: "policy"; readonly name: string };

/** One sentence of a draft or an answer, with the ids that it cites. */
export interface CitedSentence {
  readonly text: string;
  readonly cites: readonly string[];
}
