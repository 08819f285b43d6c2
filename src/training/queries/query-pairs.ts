/**
 * How queries stand to persons' records at clock ticks: what the query head reads of each pair, and what happened after.
 * Invariant: what is read lies on or before the tick's day; what is learned lies after it.
 */
import type { Random } from "../../effects/random.ts";
import type { EncodedPatient } from "../../tokens/encoded-patient.ts";
import type { TokenShares } from "../../tokens/outcome-tokens.ts";
import { DAYS_PER_YEAR } from "../../vetting/duration.ts";

export interface Tick {
  readonly patient: EncodedPatient;
  readonly day: number;
}

/** Numbers of one pair that `pairFeatures` writes. */
export const PAIR_FEATURES = 11;

/** Person-years that a person's own rate is shrunk by. */
const PRIOR_YEARS = 2;

type ByToken = ReadonlyMap<number, readonly (readonly [query: number, share: number])[]>;

/** Which queries a token belongs to, and by which share. */
export function byToken(queries: readonly TokenShares[]): ByToken {
  const found = new Map<number, [number, number][]>();
  for (const [q, { tokens, shares }] of queries.entries())
    tokens.forEach((token, i) => {
      const list = found.get(token) ?? [];
      list.push([q, shares[i] as number]);
      found.set(token, list);
    });
  return found;
}

/** So that the log of a rate is finite also for a set that no training person has, events a year. */
const LEAST_RATE = 1e-6;

/** Events a year of each query among training persons. @param rates by token */
export function queryRates(queries: readonly TokenShares[], rates: Float32Array): Float64Array {
  return Float64Array.from(queries, ({ tokens, shares }) =>
    tokens.reduce((sum, token, i) => sum + (rates[token] as number) * (shares[i] as number), LEAST_RATE),
  );
}

/**
 * Writes PAIR_FEATURES numbers for each query, one query after the other, at `offset` pairs into `into`.
 * @param logChances [queries], log of the model's probability that the very next event is the query's
 */
export function pairFeatures(
  { patient, day }: Tick,
  queries: readonly TokenShares[],
  lookup: ByToken,
  rates: Float64Array,
  logChances: ArrayLike<number>,
  into: Float32Array,
  offset: number,
): void {
  const count = new Float64Array(queries.length);
  const recent = new Float64Array(queries.length);
  const last = new Float64Array(queries.length).fill(Number.NEGATIVE_INFINITY);
  const { tokens, days } = patient;
  for (let i = 0; i < tokens.length; i++) {
    const at = days[i] as number;
    if (at > day) continue;
    for (const [q, share] of lookup.get(tokens[i] as number) ?? []) {
      count[q]! += share;
      if (at > day - DAYS_PER_YEAR) recent[q]! += share;
      last[q] = Math.max(last[q] as number, at);
    }
  }
  const years = Math.max(0, day - patient.firstDay) / DAYS_PER_YEAR;
  for (let q = 0; q < queries.length; q++) {
    const since = (day - (last[q] as number)) / DAYS_PER_YEAR;
    const rate = rates[q] as number;
    const own = ((count[q] as number) + rate * PRIOR_YEARS) / (years + PRIOR_YEARS);
    const at = (offset + q) * PAIR_FEATURES;
    into[at] = Math.max(-20, logChances[q] as number) / 4 + 1;
    into[at + 1] = Math.log(rate) / 4 + 1;
    into[at + 2] = Number.isFinite(since) ? 1 : 0;
    into[at + 3] = Math.log1p(count[q] as number);
    into[at + 4] = Math.log1p(recent[q] as number);
    into[at + 5] = Math.exp(-4 * since);
    into[at + 6] = Math.exp(-since);
    into[at + 7] = Math.exp(-since / 5);
    into[at + 8] = Math.log(own / rate) / 2;
    into[at + 9] = Math.log((queries[q] as TokenShares).tokens.length) / 2;
    into[at + 10] = Math.log1p(years) / 2;
  }
}

/** Day of the first happening of each query after the tick, infinity where there is none; see `pairTargets` for parts. */
export function firstHappenings(
  { patient, day }: Tick,
  queries: number,
  lookup: ByToken,
  death: number,
  random: Random,
): Float64Array {
  const first = new Float64Array(queries).fill(Number.POSITIVE_INFINITY);
  const happens = (token: number, at: number) => {
    if (at <= day || at > patient.lastDay) return;
    for (const [q, share] of lookup.get(token) ?? [])
      if (at < (first[q] as number) && (share === 1 || random.next() < share)) first[q] = at;
  };
  const { tokens, days } = patient;
  for (let i = 0; i < tokens.length; i++) happens(tokens[i] as number, days[i] as number);
  if (Number.isFinite(patient.deathDay)) happens(death, patient.deathDay);
  return first;
}

/**
 * Adds exposure (years) and events of the first happening of each query after the tick, death ending the risk, to rows of
 * [pieces] that begin at `offset`. A token that is the query's in part is so by a draw.
 */
export function pairTargets(
  { patient, day }: Tick,
  queries: readonly TokenShares[],
  lookup: ByToken,
  weight: number,
  { edgesYears, death, random }: { edgesYears: readonly number[]; death: number; random: Random },
  into: { exposure: Float32Array; events: Float32Array },
  offset: number,
): void {
  const first = firstHappenings({ patient, day }, queries.length, lookup, death, random);
  const pieces = edgesYears.length + 1;
  for (let q = 0; q < queries.length; q++) {
    const years = (Math.min(first[q] as number, patient.lastDay) - day) / DAYS_PER_YEAR;
    const happened = Number.isFinite(first[q]);
    let from = 0;
    for (let piece = 0; piece < pieces && from < years; piece++) {
      const to = edgesYears[piece] ?? Number.POSITIVE_INFINITY;
      const at = (offset + q) * pieces + piece;
      into.exposure[at]! += weight * (Math.min(to, years) - from);
      if (happened && years <= to) into.events[at]! += weight;
      from = to;
    }
  }
}
