/**
 * What every answer of this folder says of itself: which model, how it was computed, what its intervals hold.
 * Invariant: no answer leaves without the label; a forecast under another record is an association, never an effect.
 */
export const ASSOCIATION =
  "association in the records that the model learned from; not the effect of a treatment, and no advice to treat";

export interface Basis {
  /** Content address of the model. */
  readonly model: string;
  /** How the risks were computed: `direct`, `query`, `reach`. */
  readonly estimators: readonly string[];
  /** Futures drawn; 0 where one pass reads hazards. */
  readonly futures: number;
  /** What the intervals hold. */
  readonly interval: string;
  readonly label: typeof ASSOCIATION;
  /** Marks of what nobody has vetted, and the like. */
  readonly notices: readonly string[];
}
