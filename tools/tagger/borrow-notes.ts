/**
 * More notes out of the marked ones that people wrote (tools/tagger/notes and the sets of test/cases/deid-notes that are
 * tuned on): whole ones and lines of many in any order, with other people, places and dates in them (vary-note.ts).
 * Invariant: the same random generator and files give the same notes.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "../../src/effects/random.ts";
import { type MarkedNote, readMarkedNote } from "../../src/privacy/text/marked-note.ts";
import { between, chance, oneOf } from "./draw.ts";
import { joined, piecesOf, type Sentences, written } from "./make-note.ts";
import { varyNote } from "./vary-note.ts";

const OWN = join(import.meta.dirname, "notes");
const CASES = join(import.meta.dirname, "../../test/cases/deid-notes");

/** Sets of notes that may be trained on; what is read once to judge the whole is none of them. */
export const BORROWED_SETS = [
  "tuning",
  "earlier",
  "second",
  "final",
  "third",
  "unseen",
  "fresh",
  "last",
] as const;

/** @param left sets that are not borrowed from */
export function readBorrowed(left: ReadonlySet<string>): MarkedNote[] {
  const folders = [OWN, ...BORROWED_SETS.filter((set) => !left.has(set)).map((set) => join(CASES, set))];
  return folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith(".txt"))
      .sort()
      .map((file) => readMarkedNote(file, readFileSync(join(folder, file), "utf8"))),
  );
}

export function* borrowedNotes(
  random: Random,
  notes: readonly MarkedNote[],
  count: number,
  sentences: Sentences,
): Generator<MarkedNote> {
  const lines = notes.flatMap((note) => linesOf(note));
  for (let i = 0; i < count; i++) {
    const draw = random.fork(`borrowed-${i}`);
    const whole = i % 2 === 0 ? notes[(i / 2) % notes.length]! : mixed(draw, lines, sentences);
    yield joined(whole.name, written(draw, { name: whole.name }, piecesOf(varyNote(draw, whole))));
  }
}

/** Lines of different notes below each other, sentences in which nobody is named between them. */
function mixed(random: Random, lines: readonly MarkedNote[], sentences: Sentences): MarkedNote {
  const separator = oneOf(random, ["\n", "\n", "\n\n", " "]);
  let text = "";
  const marked: { start: number; end: number; kind: string }[] = [];
  for (let count = between(random, 4, 16); count > 0; count--) {
    const line = oneOf(random, lines);
    for (const span of line.marked)
      marked.push({ ...span, start: span.start + text.length, end: span.end + text.length });
    text += line.text + separator;
    if (chance(random, 0.3)) text += oneOf(random, sentences) + separator;
  }
  return { name: "mixed", text, marked };
}

function linesOf({ name, text, marked }: MarkedNote): MarkedNote[] {
  const lines: MarkedNote[] = [];
  let from = 0;
  for (let to = text.indexOf("\n"); from < text.length; to = text.indexOf("\n", from)) {
    const end = to < 0 ? text.length : to;
    const inside = marked
      .filter((span) => span.start >= from && span.end <= end)
      .map((span) => ({ ...span, start: span.start - from, end: span.end - from }));
    const cut = marked.some((span) => span.start < end && span.end > end);
    if (text.slice(from, end).trim() !== "" && !cut)
      lines.push({ name, text: text.slice(from, end), marked: inside });
    from = end + 1;
  }
  return lines;
}
