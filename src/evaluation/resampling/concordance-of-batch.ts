/**
 * Harrell's C-index of the resamples of a batch: what `prepareConcordance` computes, from the last time to the first.
 * Ranks up to `MOST_RANKS` are exact; above, neighbouring scores share one of `COARSE_RANKS`.
 */
import { NUMBERS } from "../measures/bootstrap.ts";
import { ONSET } from "../measures/observations.ts";
import type { Batch } from "./batch.ts";
import { addCounts, unpack } from "./packed-counts.ts";
import { scoreGroups } from "./score-groups.ts";
import type { RankedRisks } from "./score-histogram.ts";
import { inTimeOrder, type TimeColumns } from "./time-columns.ts";

const MOST_RANKS = 512;
const COARSE_RANKS = 128;

/** @returns batch => C-index per lane; NaN without a comparable pair */
export function concordanceOf(
  columns: TimeColumns,
  lanes: number,
  { risks, order }: RankedRisks,
): (batch: Batch) => Float64Array {
  const { kind, runs } = columns;
  const groups = scoreGroups(risks, [], { most: MOST_RANKS, coarse: COARSE_RANKS }, order);
  const ranks = groups.count;
  const rank = inTimeOrder(columns, groups.of);
  /** Who is still under observation, and who has the onset at the time in hand, by rank. */
  const entered = new Float64Array(NUMBERS * ranks);
  const onsets = new Float64Array(NUMBERS * ranks);
  const hasOnset = new Uint8Array(ranks);
  const pairs = pairsOf(lanes, entered, onsets, hasOnset);

  return ({ counts }) => {
    entered.fill(0);
    pairs.reset();
    for (let run = runs.length - 2; run >= 0; run--) {
      const [from, to] = [runs[run] as number, runs[run + 1] as number];
      let any = false;
      // First who is censored at this time: still under observation for its onsets.
      for (let at = from; at < to; at++) {
        const r = rank[at] as number;
        if (kind[at] === ONSET) {
          any = true;
          hasOnset[r] = 1;
          addCounts(onsets, r, counts, at);
        } else addCounts(entered, r, counts, at);
      }
      if (!any) continue;
      pairs.count();
      for (let r = 0; r < ranks; r++) {
        if (hasOnset[r] === 0) continue;
        addCounts(entered, r, onsets, r);
        hasOnset[r] = 0;
        onsets.fill(0, NUMBERS * r, NUMBERS * (r + 1));
      }
    }
    return pairs.indices();
  };
}

/** Sums the pairs of those with an onset and those under observation after it. */
function pairsOf(lanes: number, entered: Float64Array, onsets: Float64Array, hasOnset: Uint8Array) {
  const below = new Float64Array(NUMBERS);
  const sum = new Float64Array(NUMBERS);
  const lower = new Float64Array(lanes);
  const drawn = new Float64Array(lanes);
  /** Twice the concordant pairs, so that ties stay whole numbers. */
  const concordant = new Float64Array(lanes);
  const comparable = new Float64Array(lanes);
  return {
    reset(): void {
      concordant.fill(0);
      comparable.fill(0);
    },
    count(): void {
      // Those with a lower rank, summed in registers: through memory each addition would wait for the one before.
      let [a, b, c, d] = [0, 0, 0, 0];
      sum.fill(0);
      for (let r = 0, at = 0; r < hasOnset.length; r++, at += NUMBERS) {
        const [ea, eb, ec, ed] = [
          entered[at] as number,
          entered[at + 1] as number,
          entered[at + 2] as number,
          entered[at + 3] as number,
        ];
        if (hasOnset[r] === 1) {
          below[0] = 2 * a + ea;
          below[1] = 2 * b + eb;
          below[2] = 2 * c + ec;
          below[3] = 2 * d + ed;
          unpack(below, 0, lanes, lower);
          unpack(onsets, r, lanes, drawn);
          for (let lane = 0; lane < lanes; lane++)
            concordant[lane] =
              (concordant[lane] as number) + (drawn[lane] as number) * (lower[lane] as number);
          addCounts(sum, 0, onsets, r);
        }
        a += ea;
        b += eb;
        c += ec;
        d += ed;
      }
      below[0] = a;
      below[1] = b;
      below[2] = c;
      below[3] = d;
      unpack(below, 0, lanes, lower);
      unpack(sum, 0, lanes, drawn);
      for (let lane = 0; lane < lanes; lane++)
        comparable[lane] = (comparable[lane] as number) + (drawn[lane] as number) * (lower[lane] as number);
    },
    indices: (): Float64Array =>
      concordant.map((twice, lane) => {
        const pairs = comparable[lane] as number;
        return pairs === 0 ? Number.NaN : twice / (2 * pairs);
      }),
  };
}
