/**
 * Planted records: a few made-up persons among those learned from, whose events are drawn at random, so that afterwards
 * one can measure whether the model has learned single records by heart (Carlini et al., The Secret Sharer, USENIX
 * Security 2019). They have no outcome and next to no follow-up, and teach the next-event head alone.
 * Invariant: the same persons, outcomes and seed give the same records, here and in the audit.
 */
import { createRandom, type Random } from "../effects/random.ts";
import type { SubjectKey } from "../timeline/patient-event.ts";
import type { EncodedPatient } from "../tokens/encoded-patient.ts";
import { outcomeTokens } from "../tokens/outcome-tokens.ts";
import { systemOf, type Vocabulary } from "../tokens/vocabulary.ts";
import type { OutcomeDefinition } from "../vetting/outcome-definition.ts";

/** Events of one planted record, and pieces of its note where notes are read. */
const [EVENTS, PIECES] = [6, 8];
const DAYS_APART = 9;
const [ONE_IN, FEWEST, MOST] = [500, 4, 32];

/** How many records are planted among so many persons, where the site says nothing. */
export function plantedCount(persons: number): number {
  return Math.min(MOST, Math.max(FEWEST, Math.ceil(persons / ONE_IN)));
}

/** @param seed of the training */
export function plantingRandom(seed: number): Random {
  return createRandom(seed).fork("planted records");
}

/** Event tokens of the persons learned from that are no outcome and not unknown, ascending. */
export function plantableTokens(
  patients: readonly EncodedPatient[],
  outcomes: readonly OutcomeDefinition[],
  vocabulary: Vocabulary,
): Int32Array {
  const left = new Set(outcomes.flatMap(({ matches }) => [...outcomeTokens(matches, vocabulary).tokens]));
  const found = new Set<number>();
  for (const { tokens } of patients) for (const token of tokens) if (!left.has(token)) found.add(token);
  const known = [...found].filter((token) => systemOf(vocabulary.name(token)) !== "UNKNOWN");
  return Int32Array.from(known).sort();
}

/** Other events in the frame of a planted record and, where notes are read, another note at the first. */
export function drawContent(
  plantable: Int32Array,
  { notes, file }: Vocabulary,
  random: Random,
): Pick<EncodedPatient, "tokens" | "notes"> {
  const tokens = Int32Array.from({ length: EVENTS }, () => plantable[random.integer(plantable.length)]!);
  if (notes === null) return { tokens };
  const pieces = Array.from({ length: PIECES }, () => random.integer(file.textTokens));
  const note = Int32Array.of(notes.marks.start, ...pieces, notes.marks.end);
  return { tokens, notes: { at: Int32Array.of(0), tokens: [note] } };
}

/** @param patients those learned from, whose sex, age and time the planted ones take */
export function plantedRecords(
  patients: readonly EncodedPatient[],
  plantable: Int32Array,
  vocabulary: Vocabulary,
  count: number,
  random: Random,
): EncodedPatient[] {
  if (patients.length === 0 || plantable.length < 2) return [];
  return Array.from({ length: count }, (_, i) => {
    const own = random.fork(`planted ${i}`);
    const like = patients[own.integer(patients.length)]!;
    const days = Float64Array.from({ length: EVENTS }, (_, event) => like.firstDay + event * DAYS_APART);
    return {
      subjectId: (Number.MAX_SAFE_INTEGER - i) as SubjectKey,
      birthDay: like.birthDay,
      indexDay: Number.NaN,
      deathDay: Number.NaN,
      firstDay: like.firstDay,
      lastDay: days[EVENTS - 1]!,
      staticTokens: like.staticTokens,
      ...drawContent(plantable, vocabulary, own),
      days,
      outcomeDays: like.outcomeDays.map(() => []),
    };
  });
}
