/**
 * What is known of the ways to estimate a risk, measured on tuning persons and stored beside the query head, and the
 * choice that follows from it: the way that ranks better where that is established, else the cheapest.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { LongitudeError } from "../errors/longitude-error.ts";
import { ARTEFACT_DAMAGED } from "../errors/registry.ts";
import type { TokenShares } from "../tokens/outcome-tokens.ts";

export const EVIDENCE_FILE = "estimator_evidence.json";

/** One pass of the onset head, one pass of the query head, or futures drawn (read by SCOPE). */
export const WAYS = ["direct", "query", "simulation"] as const;
export type Way = (typeof WAYS)[number];

const numberWithInterval = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });

const measuredSchema = z.strictObject({
  cIndex: z.number(),
  /** Observed over expected events within the horizon, Aalen-Johansen; null without expected events. */
  observedToExpected: z.number().nullable(),
});

const rowSchema = z.strictObject({
  name: z.string(),
  kind: z.enum(["outcome", "codes", "values"]),
  /** Tokens and their shares, as one text: how a question is recognised. */
  key: z.string(),
  persons: z.int(),
  events: z.int(),
  ways: z.strictObject({
    direct: measuredSchema.optional(),
    query: measuredSchema,
    simulation: measuredSchema,
  }),
  /** C-index of the first way minus that of the second, with a 95 % interval (paired resamples of persons). */
  differences: z.record(z.string(), numberWithInterval),
});

export const evidenceSchema = z.strictObject({
  schema: z.literal("longitude.estimator-evidence/1"),
  horizonDays: z.number(),
  persons: z.int(),
  futures: z.int(),
  rows: z.array(rowSchema),
  /** Mean over all rows of the C-index of the query head minus that of simulation. */
  queryMinusSimulation: numberWithInterval.nullable(),
  /** Of one question about one person: milliseconds, and tokens drawn. */
  cost: z.strictObject({
    query: z.strictObject({ milliseconds: z.number(), tokens: z.literal(0) }),
    simulation: z.strictObject({ milliseconds: z.number(), tokens: z.number() }),
  }),
});

export type EstimatorEvidence = z.output<typeof evidenceSchema>;
export type EvidenceRow = z.output<typeof rowSchema>;

/** Null when the folder has none. */
export async function readEvidence(folder: string): Promise<EstimatorEvidence | null> {
  const text = await readFile(join(folder, EVIDENCE_FILE), "utf8").catch(() => null);
  if (text === null) return null;
  const parsed = evidenceSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new LongitudeError(ARTEFACT_DAMAGED, `${EVIDENCE_FILE} does not hold evidence on estimators`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How a set of events is recognised among those that were measured. */
export function keyOf({ tokens, shares }: TokenShares): string {
  return [...tokens].map((token, i) => `${token}:${(shares[i] as number).toFixed(2)}`).join(" ");
}

export interface Choice {
  readonly way: Way;
  /** In words, with the figures that it rests on. */
  readonly why: string;
}

/** @param available ways that can answer this question, the cheapest first */
export function chooseWay(
  evidence: EstimatorEvidence | null,
  query: TokenShares,
  available: readonly Way[],
): Choice {
  const [cheapest] = available;
  if (cheapest === undefined) throw new TypeError("no way can answer");
  if (available.length === 1) return { way: cheapest, why: "the only way to answer this question here" };
  if (evidence === null) return { way: cheapest, why: "the cheapest; no evidence was measured" };
  const row = evidence.rows.find(({ key }) => key === keyOf(query));
  if (row === undefined) return chooseByAll(evidence, available);
  let way = cheapest;
  const reasons: string[] = [];
  for (const other of available.slice(1)) {
    const difference = row.differences[`${way} - ${other}`];
    if (difference === undefined) continue;
    const worse = difference.high < 0;
    reasons.push(
      `C-index of ${way} minus ${other} ${written(difference)}: ${verdict(difference, way, other)}`,
    );
    if (worse) way = other;
  }
  const measured = `on ${row.persons} tuning persons with ${row.events} events of this set`;
  return { way, why: reasons.length === 0 ? "the cheapest" : `${measured}: ${reasons.join("; ")}` };
}

/** A set that was not measured itself: what holds over all sets that were. */
function chooseByAll(evidence: EstimatorEvidence, available: readonly Way[]): Choice {
  const way = available[0] as Way;
  const { queryMinusSimulation: all, rows, persons } = evidence;
  if (way !== "query" || all === null) return { way, why: "the cheapest; this set was not measured" };
  const why = `this set was not measured; over ${rows.length} sets on ${persons} tuning persons, mean C-index of query minus simulation ${written(all)}: ${verdict(all, "query", "simulation")}`;
  return { way: all.high < 0 && available.includes("simulation") ? "simulation" : way, why };
}

function verdict({ low, high }: { low: number; high: number }, first: Way, second: Way): string {
  if (high < 0) return `${second} ranks better`;
  return low > 0 ? `${first} ranks better and costs less` : `not told apart, and ${first} costs less`;
}

function written({ value, low, high }: { value: number; low: number; high: number }): string {
  return `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}
