/**
 * Compares found spans with the marked ones of a note, as i2b2 2006 and 2014 did: a marked identifier is found when a
 * span overlaps it (any), covers all of it (whole) or has its very ends (exact); a span is right when it overlaps one.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { HARD_EPONYMS } from "../src/privacy/text/detectors/eponyms.table.ts";
import { type MarkedNote, readMarkedNote } from "../src/privacy/text/marked-note.ts";
import { Note } from "../src/privacy/text/note.ts";
import type { PhiSpan } from "../src/privacy/text/phi-span.ts";

export function readMarkedNotes(folder: string): MarkedNote[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".txt"))
    .sort()
    .map((file) => readMarkedNote(file, readFileSync(join(folder, file), "utf8")));
}

export interface Counts {
  marked: number;
  foundAny: number;
  foundWhole: number;
  foundExact: number;
  names: number;
  namesFound: number;
  spans: number;
  spansRight: number;
  markedTokens: number;
  markedTokensFound: number;
  foundTokens: number;
  clinicalTerms: number;
  clinicalTermsRemoved: number;
  /** For each marked kind: how many, and how many of them were found. */
  readonly kinds: Map<string, { marked: number; found: number }>;
  /** For each kind that was said: how many, and how many of them overlap a marked identifier of any kind. */
  readonly said: Map<string, { spans: number; right: number }>;
}

export interface Mistakes {
  readonly missed: string[];
  /** Found in part only. */
  readonly partial: string[];
  readonly wrong: string[];
  readonly clinical: string[];
}

export function emptyCounts(): Counts {
  return {
    marked: 0,
    foundAny: 0,
    foundWhole: 0,
    foundExact: 0,
    names: 0,
    namesFound: 0,
    spans: 0,
    spansRight: 0,
    markedTokens: 0,
    markedTokensFound: 0,
    foundTokens: 0,
    clinicalTerms: 0,
    clinicalTermsRemoved: 0,
    kinds: new Map(),
    said: new Map(),
  };
}

const overlap = (a: { start: number; end: number }, b: { start: number; end: number }): boolean =>
  a.start < b.end && b.start < a.end;

export function score(
  note: MarkedNote,
  spans: readonly PhiSpan[],
  counts: Counts,
  mistakes?: Mistakes,
): void {
  const say = (start: number, end: number): string =>
    `${note.name}: …${note.text.slice(Math.max(0, start - 25), start)}[${note.text.slice(start, end)}]${note.text.slice(end, end + 15)}…`.replace(
      /\n/g,
      "\\n",
    );
  for (const gold of note.marked) {
    const found = spans.filter((span) => overlap(span, gold));
    counts.marked += 1;
    if (found.length > 0) counts.foundAny += 1;
    if (found.length > 0 && uncovered(gold, found) === 0) counts.foundWhole += 1;
    if (found.some((span) => span.start === gold.start && span.end === gold.end)) counts.foundExact += 1;
    const kind = counts.kinds.get(gold.kind) ?? { marked: 0, found: 0 };
    kind.marked += 1;
    if (found.length > 0) kind.found += 1;
    counts.kinds.set(gold.kind, kind);
    if (gold.kind === "name") {
      counts.names += 1;
      if (found.length > 0) counts.namesFound += 1;
    }
    if (found.length === 0) mistakes?.missed.push(`${gold.kind} ${say(gold.start, gold.end)}`);
    else if (uncovered(gold, found) > 0)
      mistakes?.partial.push(
        `${gold.kind} ${say(gold.start, gold.end)}: ${found.map(({ start, end }) => note.text.slice(start, end)).join(" + ")}`,
      );
  }
  for (const span of spans) {
    counts.spans += 1;
    const right = note.marked.some((gold) => overlap(span, gold));
    const said = counts.said.get(span.kind) ?? { spans: 0, right: 0 };
    said.spans += 1;
    if (right) said.right += 1;
    counts.said.set(span.kind, said);
    if (right) counts.spansRight += 1;
    else mistakes?.wrong.push(`${span.rule} ${say(span.start, span.end)}`);
  }
  scoreTokens(note, spans, counts, mistakes);
}

function uncovered(gold: { start: number; end: number }, found: readonly PhiSpan[]): number {
  let left = gold.end - gold.start;
  for (const span of found) left -= Math.min(span.end, gold.end) - Math.max(span.start, gold.start);
  return left;
}

function scoreTokens(note: MarkedNote, spans: readonly PhiSpan[], counts: Counts, mistakes?: Mistakes): void {
  const tokens = new Note(note.text);
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.type[i]! > 1) continue;
    const token = { start: tokens.start[i]!, end: tokens.end[i]! };
    const gold = note.marked.some((span) => overlap(span, token));
    const found = spans.some((span) => overlap(span, token));
    if (gold) counts.markedTokens += 1;
    if (found) counts.foundTokens += 1;
    if (gold && found) counts.markedTokensFound += 1;
    const clinical = tokens.level(i, "clinical") > 0 || HARD_EPONYMS.has(tokens.lower(i));
    if (gold || !clinical) continue;
    counts.clinicalTerms += 1;
    if (found) {
      counts.clinicalTermsRemoved += 1;
      mistakes?.clinical.push(`${note.name}: ${tokens.tokenText(i)}`);
    }
  }
}
