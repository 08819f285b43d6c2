/**
 * One future of one patient, drawn token by token, and what three unbiased estimators read from it (risks of an outcome
 * within each horizon, death competing):
 * - Monte Carlo: did the outcome happen within the horizon (1 or 0).
 * - SCOPE: the sum of the conditional probabilities of the outcome at each step until it happens, or death or the
 *   horizon comes. One future serves any number of outcomes.
 * - REACH: the future is drawn as if the outcome could not happen, and 1 - product of (1 - conditional probability) is
 *   the risk along it. One future serves one outcome.
 * (Solo et al. 2026, "Efficient Variance-reduced Estimation from Generative EHR Models", arXiv 2602.03730.)
 * Both truncate exactly at the horizon: a step counts when the event that it may draw would fall within it, and events
 * fall at a definite time because intervals are drawn before them.
 */
import type { Random } from "../effects/random.ts";
import type { NoteCodec } from "../tokens/notes/note-codec.ts";
import type { Vocabulary } from "../tokens/vocabulary.ts";
import type { Future } from "./decoding-engine.ts";
import { FutureClock } from "./future-clock.ts";
import { chanceOf, type OutcomeQuery, shareOf } from "./outcome-query.ts";
import { drawToken } from "./token-draw.ts";

export type FutureEnd = "death" | "horizon" | "too long" | "settled";

export interface FutureSettings {
  readonly vocabulary: Vocabulary;
  readonly queries: readonly OutcomeQuery[];
  /** Ascending, days. */
  readonly horizonsDays: readonly number[];
  /** Most tokens. */
  readonly longest: number;
  /** At the prediction time. */
  readonly ageYears: number;
  /** Ends a future once every outcome has happened: nothing more can be learned from it. */
  readonly endWhenSettled: boolean;
}

abstract class SimulatedFuture implements Future {
  readonly events: { days: number; token: number }[] = [];
  end: FutureEnd | null = null;
  /** Tokens drawn. */
  tokens = 0;
  protected readonly clock: FutureClock;
  private readonly marks: NoteCodec["marks"] | null;
  private readonly neverDrawn: number[];
  /** A note was begun: it ends at once, because a future tells that a note is written and never what it says. */
  private inNote = false;

  constructor(
    protected readonly settings: FutureSettings,
    protected readonly random: Random,
  ) {
    const { vocabulary, ageYears } = settings;
    this.clock = new FutureClock(vocabulary, ageYears);
    this.marks = vocabulary.notes?.marks ?? null;
    this.neverDrawn = [vocabulary.pad, vocabulary.start, vocabulary.index];
    if (this.marks !== null) this.neverDrawn.push(this.marks.cut, this.marks.end);
  }

  next(probabilities: Float32Array): number | null {
    const { vocabulary, horizonsDays, longest } = this.settings;
    if (this.inNote) {
      this.inNote = false;
      return ++this.tokens >= longest ? this.finish("too long") : (this.marks?.end ?? null);
    }
    // Marks of the sequence itself and pieces of text are no events: what is left shares their probability.
    for (const token of this.neverDrawn) probabilities[token] = 0;
    probabilities.fill(0, 0, vocabulary.file.textTokens);
    let total = 0;
    for (let i = 0; i < probabilities.length; i++) total += probabilities[i] as number;
    const drawn = this.draw(probabilities, total);
    if (drawn === null) return this.finish("settled");
    this.tokens++;
    const fed = this.clock.advance(drawn, this.random);
    if (this.clock.days > (horizonsDays.at(-1) as number)) return this.finish("horizon");
    this.inNote = drawn === this.marks?.start;
    if (!this.inNote && !vocabulary.isAge(drawn) && vocabulary.intervalBin(drawn) === null)
      this.events.push({ days: this.clock.days, token: drawn });
    const settled = this.happened(drawn);
    if (drawn === vocabulary.death) return this.finish("death");
    if (settled) return this.finish("settled");
    return this.tokens >= longest ? this.finish("too long") : fed;
  }

  /** Reads what the step tells, then draws its token; null when the rest of the future cannot matter. */
  protected abstract draw(probabilities: Float32Array, total: number): number | null;

  /** Told of each token that falls within the longest horizon; @returns whether nothing more can be learned. */
  protected abstract happened(token: number): boolean;

  private finish(end: FutureEnd): null {
    this.end = end;
    return null;
  }
}

/** A future as the model draws it: Monte Carlo and SCOPE, for every query at once. */
export class FreeFuture extends SimulatedFuture {
  /** SCOPE, [query x horizon]. */
  readonly sums: Float64Array;
  /** Days until each query's outcome; infinity when it does not happen. */
  readonly onsets: Float64Array;
  /** Tokens drawn until each query's outcome, or until the end. */
  readonly tokensUntil: Int32Array;

  constructor(settings: FutureSettings, random: Random) {
    super(settings, random);
    this.sums = new Float64Array(settings.queries.length * settings.horizonsDays.length);
    this.onsets = new Float64Array(settings.queries.length).fill(Number.POSITIVE_INFINITY);
    this.tokensUntil = new Int32Array(settings.queries.length);
  }

  protected draw(probabilities: Float32Array, total: number): number {
    const { queries, horizonsDays } = this.settings;
    const now = this.clock.days;
    queries.forEach((query, k) => {
      if (Number.isFinite(this.onsets[k])) return;
      this.tokensUntil[k]!++;
      const chance = chanceOf(query, probabilities) / total;
      for (let h = 0; h < horizonsDays.length; h++)
        if (now <= (horizonsDays[h] as number)) this.sums[k * horizonsDays.length + h]! += chance;
    });
    return drawToken(probabilities, total * this.random.next());
  }

  protected happened(token: number): boolean {
    const { queries, endWhenSettled } = this.settings;
    queries.forEach((query, k) => {
      if (Number.isFinite(this.onsets[k])) return;
      const share = shareOf(query, token);
      if (share === 1 || (share > 0 && this.random.next() < share)) this.onsets[k] = this.clock.days;
    });
    return endWhenSettled && this.onsets.every(Number.isFinite);
  }
}

/** A future drawn as if the outcome of its one query could not happen: REACH. */
export class SparedFuture extends SimulatedFuture {
  /** Probability of being spared until each horizon. */
  readonly spared: Float64Array;
  private readonly query: OutcomeQuery;

  constructor(settings: FutureSettings, random: Random) {
    super(settings, random);
    this.query = settings.queries[0] as OutcomeQuery;
    this.spared = new Float64Array(settings.horizonsDays.length).fill(1);
  }

  protected draw(probabilities: Float32Array, total: number): number | null {
    const { horizonsDays } = this.settings;
    const { tokens, shares } = this.query;
    const hit = chanceOf(this.query, probabilities);
    const now = this.clock.days;
    horizonsDays.forEach((horizon, h) => {
      if (now <= horizon) this.spared[h] = (this.spared[h] as number) * Math.max(0, 1 - hit / total);
    });
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i] as number;
      probabilities[token] = (probabilities[token] as number) * (1 - (shares[i] as number));
    }
    const left = total - hit;
    return left <= 1e-9 * total ? null : drawToken(probabilities, left * this.random.next());
  }

  protected happened(): boolean {
    return false;
  }
}
