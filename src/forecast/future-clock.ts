/**
 * The time of a simulated future: interval tokens move it, and a clock tick takes it to the next tick.
 * Invariant: time never runs backwards, and an event cannot fall beyond the next tick before that tick is drawn.
 */
import type { Random } from "../effects/random.ts";
import type { Vocabulary } from "../tokens/vocabulary.ts";
import { DAYS_PER_YEAR } from "../vetting/duration.ts";

export class FutureClock {
  /** Days since the prediction time. */
  days = 0;
  private ticks = 0;
  private readonly periodDays: number;

  constructor(
    private readonly vocabulary: Vocabulary,
    /** Age at the prediction time, years. */
    private readonly ageYears: number,
  ) {
    this.periodDays = vocabulary.file.clockYears * DAYS_PER_YEAR;
  }

  /** Advances by what `token` means and gives the token to feed: a tick restates the true age, whatever age was drawn. */
  advance(token: number, random: Random): number {
    if (this.vocabulary.isAge(token)) {
      this.ticks++;
      this.days = this.ticks * this.periodDays;
      return this.vocabulary.age(this.ageYears + this.days / DAYS_PER_YEAR);
    }
    const bin = this.vocabulary.intervalBin(token);
    if (bin !== null) {
      const low = this.vocabulary.file.intervalDays[bin] as number;
      const high = this.vocabulary.file.intervalDays[bin + 1] ?? this.periodDays;
      const gap = low * (Math.max(high, low) / low) ** random.next();
      const nextTick = (this.ticks + 1) * this.periodDays;
      this.days = Math.min(this.days + gap, nextTick);
    }
    return token;
  }
}
