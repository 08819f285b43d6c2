/**
 * A sample of de-identified texts that people read, and what they say about it: recall with its interval.
 * A line is `{"note": 1, "text": "…", "removed": 3, "missed": null}`; who reads it puts the number of identifiers that were
 * left in place of null. `removed` counts the marks in the text.
 */
import { z } from "zod";
import { createRandom } from "../../effects/random.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { REVIEW_FILE } from "../../errors/registry.ts";
import type { PrivacyProof } from "./privacy-proof.ts";
import { wilson } from "./wilson.ts";

const lineSchema = z.strictObject({
  note: z.int(),
  text: z.string(),
  removed: z.int().nonnegative(),
  missed: z.int().nonnegative(),
});

const MARK = /\[[A-Z]{2,12}\]|███/g;

function marksIn(text: string): number {
  return text.match(MARK)?.length ?? 0;
}

export interface DrawnNote {
  /** From 1. */
  readonly note: number;
  readonly text: string;
  /** Marks in the text. */
  readonly removed: number;
}

/** Drawn evenly from the texts. @param texts in any order, but the same each time */
export function drawNotes(texts: readonly string[], wanted: number, seed: string): DrawnNote[] {
  const positions = createRandom(`review/${seed}`)
    .shuffle(texts.map((_, position) => position))
    .slice(0, wanted);
  return positions.map((position, note) => {
    const text = texts[position]!;
    return { note: note + 1, text, removed: marksIn(text) };
  });
}

/** Lines of the sample for who reads it in an editor. */
export function sampleNotes(texts: readonly string[], wanted: number, seed: string): string {
  return drawNotes(texts, wanted, seed)
    .map((drawn) => `${JSON.stringify({ ...drawn, missed: null })}\n`)
    .join("");
}

/** What was read says of the de-identification. @param notes at least one */
export function recallOf(
  notes: readonly { readonly removed: number; readonly missed: number }[],
): NonNullable<PrivacyProof["review"]> {
  const sum = (value: (note: (typeof notes)[number]) => number): number =>
    notes.reduce((total, note) => total + value(note), 0);
  const [removed, missed] = [sum((note) => note.removed), sum((note) => note.missed)];
  return {
    notes: notes.length,
    removed,
    missed,
    recall: wilson(removed, removed + missed),
    notesWithoutLeak: wilson(
      sum((note) => (note.missed === 0 ? 1 : 0)),
      notes.length,
    ),
  };
}

/** @param texts those of the records that the proof is of @throws REVIEW_FILE */
export function reviewOf(file: string, texts: readonly string[]): NonNullable<PrivacyProof["review"]> {
  const lines = file.split("\n").filter((line) => line.trim() !== "");
  const notes = lines.map((line, index) => {
    let content: unknown;
    try {
      content = JSON.parse(line);
    } catch {
      throw new LongitudeError(REVIEW_FILE, `line ${index + 1} of ${lines.length} is not JSON`);
    }
    const parsed = lineSchema.safeParse(content);
    if (!parsed.success)
      throw new LongitudeError(
        REVIEW_FILE,
        `line ${index + 1} of ${lines.length} has no number in "missed", or was changed otherwise`,
      );
    return parsed.data;
  });
  if (notes.length === 0) throw new LongitudeError(REVIEW_FILE, "the reviewed sample has no note");
  const own = new Set(texts);
  const foreign = notes.filter(({ text, removed }) => !own.has(text) || removed !== marksIn(text)).length;
  if (foreign > 0)
    throw new LongitudeError(
      REVIEW_FILE,
      `${foreign} of ${notes.length} texts, or their counts of marks, are not those of these records`,
    );
  return recallOf(notes);
}
