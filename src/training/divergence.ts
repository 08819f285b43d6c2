/**
 * Tells when a run learns nothing any more: a step whose loss is not a number, or a next-event loss that stays above
 * twice that of guessing evenly among all tokens. A healthy run starts at once that and only falls.
 */
import type { StepResult } from "./trainer.ts";

/** Weight of the newest step in the running mean: about the last twenty count. */
const NEWEST = 0.05;
const TIMES_GUESSING = 2;

export class DivergenceWatch {
  private mean: number | null = null;

  constructor(private readonly vocabulary: number) {}

  /** Why the run should stop, or null. */
  reasonToStop(result: StepResult): string | null {
    if (!Number.isFinite(result.nextEventLoss + result.onsetLoss + result.gradientNorm))
      return "the loss or its gradient is not a number";
    const guessing = Math.log(this.vocabulary);
    this.mean = (1 - NEWEST) * (this.mean ?? guessing) + NEWEST * result.nextEventLoss;
    return this.mean > TIMES_GUESSING * guessing
      ? `the next-event loss stays above ${TIMES_GUESSING} times that of guessing`
      : null;
  }
}
