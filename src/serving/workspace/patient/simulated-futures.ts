/**
 * Futures of one patient, drawn by the decoder alone and summed so that they can be read: the share of futures in which each
 * outcome has come by each year, and how measured values spread.
 * Invariant: only outcomes whose forecast may be shown are told; the same record, hour and seed give the same futures.
 */
import { z } from "zod";
import { createRandom } from "../../../effects/random.ts";
import { riskWithin } from "../../../forecast/direct-reading.ts";
import { FutureSimulator, type ShownFuture } from "../../../forecast/future-simulator.ts";
import { wilson } from "../../../privacy/proof/wilson.ts";
import { encodePatient } from "../../../tokens/encoded-patient.ts";
import { outcomeTokens } from "../../../tokens/outcome-tokens.ts";
import { binOf } from "../../../tokens/value-bins.ts";
import type { Vocabulary } from "../../../tokens/vocabulary.ts";
import { DAYS_PER_YEAR, MS_PER_DAY } from "../../../vetting/duration.ts";
import { historyAt } from "../../answers/history-at.ts";
import type { SourcedEvent } from "../../records/patient-record.ts";
import type { ServerContext } from "../../server-context.ts";

export const FUTURES = 200;
const YEARS = 10;
const LONGEST_FUTURE = 160;
const MOST_MEASURES = 4;
const FUSED = /^(.*)\/\/Q(\d+)$/;
const QUANTILES = [0.1, 0.25, 0.5, 0.75, 0.9] as const;

const shareSchema = z.strictObject({
  year: z.number(),
  share: z.number(),
  low: z.number(),
  high: z.number(),
  direct: z.number(),
});
const spreadSchema = z.strictObject({
  year: z.number(),
  /** Futures in which it was measured that year. */
  futures: z.int(),
  /** Quantiles 0.1, 0.25, 0.5, 0.75, 0.9. */
  quantiles: z.array(z.number()),
});

export const futuresSchema = z.strictObject({
  futures: z.int(),
  years: z.number(),
  /** Futures that ended with the length of what may be drawn, not with time or death. */
  cutShort: z.int(),
  outcomes: z.array(z.strictObject({ outcome: z.string(), title: z.string(), shares: z.array(shareSchema) })),
  measures: z.array(
    z.strictObject({ code: z.string(), unit: z.string().nullable(), spreads: z.array(spreadSchema) }),
  ),
});

export type Futures = z.output<typeof futuresSchema>;

/** @param outcomes names of those that may be shown */
export async function simulatedFutures(
  { model, effects, seed }: ServerContext,
  events: readonly SourcedEvent[],
  outcomes: ReadonlySet<string>,
): Promise<Futures> {
  const { checkpoint } = model.reader;
  const { vocabulary } = checkpoint;
  const now = effects.now();
  const day = Math.ceil(now / MS_PER_DAY);
  const history = historyAt(model, events, { knownUntil: now, day });
  const patient = encodePatient(history, vocabulary);
  const [reading] = await model.reader.read([{ patient, day, history }]);
  const told = model.outcomes.filter(({ name }) => outcomes.has(name));
  const queries = told.map(({ name, matches }) => ({ name, ...outcomeTokens(matches, vocabulary) }));
  const simulator = new FutureSimulator(checkpoint, {
    longestFuture: Math.min(LONGEST_FUTURE, Math.floor(checkpoint.architecture.context / 2)),
    threads: 1,
    random: createRandom(seed).fork("workspace"),
  });
  try {
    const plan = { queries: [], horizonsDays: [YEARS * DAYS_PER_YEAR], futures: FUTURES };
    const steps = simulator.simulate([{ patient, day, label: String(day) }], plan);
    const step = await steps.next();
    const futures = step.done === true ? [] : step.value.simulation.futures;
    const names = checkpoint.description.outcomes.map(({ name }) => name);
    return {
      futures: futures.length,
      years: YEARS,
      cutShort: futures.filter(({ end }) => end === "too long").length,
      outcomes: told.map(({ name, title }, k) => {
        const tokens = new Set(queries[k]?.tokens);
        const onsets = futures.map(
          ({ events: drawn }) => drawn.find(({ token }) => tokens.has(token))?.days ?? null,
        );
        const place = names.indexOf(name);
        return {
          outcome: name,
          title,
          shares: Array.from({ length: YEARS }, (_, i) => {
            const days = (i + 1) * DAYS_PER_YEAR;
            const count = onsets.filter((onset) => onset !== null && onset <= days).length;
            const direct = reading === undefined ? 0 : riskWithin(reading.hazards, checkpoint, place, days);
            const { value: share, low, high } = wilson(count, futures.length);
            return { year: i + 1, share, low, high, direct: Number(direct.toPrecision(4)) };
          }),
        };
      }),
      measures: measuresOf(futures, vocabulary, history.events),
    };
  } finally {
    await simulator.close();
  }
}

interface Measured {
  readonly code: string;
  readonly value: number | null;
  readonly unit: string | null;
}

/** Of what the record measures most, the spread of the values that the futures have each year. */
function measuresOf(
  futures: readonly ShownFuture[],
  vocabulary: Vocabulary,
  history: readonly Measured[],
): Futures["measures"] {
  const counts = new Map<string, number>();
  for (const { code, value } of history) if (value !== null) counts.set(code, (counts.get(code) ?? 0) + 1);
  const most = [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST_MEASURES);
  return most.flatMap(([code]) => {
    const unit = history.find((event) => event.code === code)?.unit ?? null;
    const spreads = Array.from({ length: YEARS }, (_, i) => {
      const values = futures
        .flatMap(({ events }) => {
          const own = events.filter(
            ({ days }) => days > i * DAYS_PER_YEAR && days <= (i + 1) * DAYS_PER_YEAR,
          );
          const drawn = own
            .map(({ token }) => tokenValue(token, code, vocabulary))
            .filter((value) => value !== null);
          return drawn.length === 0 ? [] : [drawn.reduce((sum, value) => sum + value, 0) / drawn.length];
        })
        .sort((a, b) => a - b);
      return {
        year: i + 1,
        futures: values.length,
        quantiles: values.length < 11 ? [] : QUANTILES.map((q) => at(values, q)),
      };
    });
    return spreads.some(({ quantiles }) => quantiles.length > 0) ? [{ code, unit, spreads }] : [];
  });
}

function at(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] as number;
}

/** The middle of the training persons' values of the token's bin; null for another code. */
function tokenValue(token: number, code: string, vocabulary: Vocabulary): number | null {
  const fused = FUSED.exec(vocabulary.name(token));
  const key = fused?.[1];
  if (fused === null || key === undefined || key.split("//")[0] !== code) return null;
  const edges = vocabulary.file.edges[key];
  if (edges === undefined) return null;
  const bin = Number(fused[2]) - 1;
  const values = (vocabulary.file.quantiles?.[key] ?? []).filter((value) => binOf(edges, value) === bin);
  return values[Math.floor(values.length / 2)] ?? edges[Math.min(bin, edges.length - 1)] ?? null;
}
