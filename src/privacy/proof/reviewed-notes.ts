/**
 * A sample of de-identified texts that people read, and what they say about it: recall with its interval.
 * A line is `{"note": 1, "text": "…", "removed": 3, "missed": null}`; who reads it puts the number of identifiers that were
 * left in place of null. `removed` counts the marks in the text; `wrong`, which may be left out, those that took out nothing.
 * Invariant: intervals over identifiers count texts as clusters.
 */
import { z } from "zod";
import { createRandom } from "../../effects/random.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { REVIEW_FILE } from "../../errors/registry.ts";
import { clusteredShare } from "./clustered-share.ts";
import type { PrivacyProof } from "./privacy-proof.ts";
import { wilson } from "./wilson.ts";

const lineSchema = z.strictObject({
  note: z.int(),
  text: z.string(),
  removed: z.int().nonnegative(),
  missed: z.int().nonnegative(),
  /** Marks that stand for nothing that tells who somebody is. */
  wrong: z.int().nonnegative().default(0),
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

type Share = ReturnType<typeof clusteredShare>;
/** As it stands in a proof, with what proofs of before do not say. */
type ReviewedNotes = NonNullable<PrivacyProof["review"]> & {
  readonly wrong: number;
  readonly precision: Share;
};

/** What was read says of the de-identification. @param notes at least one */
export function recallOf(
  notes: readonly { readonly removed: number; readonly missed: number; readonly wrong: number }[],
): ReviewedNotes {
  const sum = (value: (note: (typeof notes)[number]) => number): number =>
    notes.reduce((total, note) => total + value(note), 0);
  const right = ({ removed, wrong }: (typeof notes)[number]) => removed - wrong;
  return {
    notes: notes.length,
    removed: sum((note) => note.removed),
    missed: sum((note) => note.missed),
    wrong: sum((note) => note.wrong),
    recall: clusteredShare(notes.map((note) => ({ hits: right(note), n: right(note) + note.missed }))),
    precision: clusteredShare(notes.map((note) => ({ hits: right(note), n: note.removed }))),
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
  const foreign = notes.filter(
    ({ text, removed, wrong }) => !own.has(text) || removed !== marksIn(text) || wrong > removed,
  ).length;
  if (foreign > 0)
    throw new LongitudeError(
      REVIEW_FILE,
      `${foreign} of ${notes.length} texts, or their counts of marks, are not those of these records`,
    );
  return recallOf(notes);
}
