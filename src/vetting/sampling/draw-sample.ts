/**
 * Draws charts for review, by stratum: people whom the definition finds, near misses, and everybody else.
 * Few have the outcome, so equal shares would show nearly none of them; each person's weight is the inverse of the
 * chance with which they were drawn, so that estimates are about all people again.
 * Invariant: within a stratum everybody has the same chance; the same records, definition and seed draw the same people.
 */
import type { Random } from "../../effects/random.ts";
import { codeMatcher, codesOf } from "../event-set.ts";
import type { OutcomeDefinition, WrittenOutcome } from "../outcome-definition.ts";
import type { PatientHistory } from "../patient-history.ts";

export const STRATA = ["positive", "near miss", "negative"] as const;
export type StratumName = (typeof STRATA)[number];

export interface SampleStratum {
  readonly name: StratumName;
  /** People in it. */
  readonly population: number;
  /** Of them drawn, by simple random sampling without replacement. */
  readonly drawn: number;
}

export interface DrawnSample {
  readonly id: string;
  readonly outcome: string;
  /** Of the definition that made the strata; a sample of another one is stale. */
  readonly contentHash: string;
  readonly seed: string;
  readonly strata: readonly SampleStratum[];
  /** In random order, so that the order tells a reviewer nothing. */
  readonly drawn: readonly { readonly subjectKey: string; readonly stratum: StratumName }[];
}

/** Which stratum a person is in. @param k position of the outcome in the definitions that `history` was built with */
export function stratumOf(
  history: PatientHistory,
  k: number,
  isNear: (code: string) => boolean,
): StratumName {
  if ((history.outcomeDays[k] ?? []).length > 0) return "positive";
  return history.events.some(({ code }) => isNear(code)) ? "near miss" : "negative";
}

/** Codes of the neighbourhood: each code of the definition with its last character left open (E11* → E1*). */
export function neighbourhood(written: WrittenOutcome): (code: string) => boolean {
  const codes = codesOf(written.events);
  const stems = codes.map((code) => (code.endsWith("*") ? code.slice(0, -1) : code));
  return codeMatcher([...codes, ...stems.map((stem) => `${stem.slice(0, -1)}*`)]);
}

export function drawSample(
  outcome: Pick<OutcomeDefinition, "name">,
  contentHash: string,
  people: ReadonlyMap<StratumName, readonly string[]>,
  perStratum: number,
  seed: string,
  random: Random,
): DrawnSample {
  const strata: SampleStratum[] = [];
  const drawn: DrawnSample["drawn"][number][] = [];
  for (const name of STRATA) {
    const everybody = [...(people.get(name) ?? [])].sort();
    const chosen = random.fork(name).shuffle(everybody).slice(0, perStratum);
    strata.push({ name, population: everybody.length, drawn: chosen.length });
    drawn.push(...chosen.map((subjectKey) => ({ subjectKey, stratum: name })));
  }
  const where = outcome.name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return {
    id: `label-${where}-${contentHash.slice(0, 8)}-${seed}`,
    outcome: outcome.name,
    contentHash,
    seed,
    strata,
    drawn: random.fork("order").shuffle(drawn),
  };
}
