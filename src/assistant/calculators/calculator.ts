/** A formula that a record may be put into: its inputs with their units, its source, and what it was published to give. */
export type Input =
  | {
      readonly kind: "measured";
      readonly name: string;
      readonly codes: readonly string[];
      /** UCUM; values in other units are converted, or refused. */
      readonly unit: string;
    }
  | { readonly kind: "age" }
  /** 1 for a woman, 0 for a man. */
  | { readonly kind: "female" }
  /** 1 where the record has one of the codes, 0 where it has none. @see needed */
  | {
      readonly kind: "condition";
      readonly name: string;
      readonly codes: readonly string[];
      readonly needed: boolean;
    };

export interface Calculator {
  readonly id: string;
  readonly title: string;
  /** What people call it in questions. */
  readonly names: readonly string[];
  /** Paper and equation. */
  readonly source: string;
  /** As shown after the value; empty for a score. */
  readonly unit: string;
  readonly decimals: number;
  readonly leastAge: number;
  /** Measured inputs may lie this far apart, days. */
  readonly within: number;
  readonly inputs: readonly Input[];
  /** @param values of the inputs, in their order @returns null outside the range for which it was published */
  readonly compute: (...values: number[]) => number | null;
  /** Published or reproducible worked examples: the inputs, in their order, and the result as shown. */
  readonly worked: readonly (readonly [values: readonly number[], result: string])[];
}
