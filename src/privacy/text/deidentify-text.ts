/**
 * Finds everything in a clinical text that identifies a person: the 18 kinds of Safe Harbor (45 CFR 164.514(b)(2)) of
 * the patient, relatives, employers and household members, and clinicians, hospitals and dates besides.
 * Pure: no network, no clock, no randomness. Time grows linearly with the text.
 */

import { completeSpans } from "./complete-spans.ts";
import { findAges } from "./detectors/find-ages.ts";
import { findCalendarWords } from "./detectors/find-calendar-words.ts";
import { findCareHouses } from "./detectors/find-care-houses.ts";
import { findContacts } from "./detectors/find-contacts.ts";
import { findDates } from "./detectors/find-dates.ts";
import { findIdentifiers } from "./detectors/find-identifiers.ts";
import { findAgesAfterNames, findInitials } from "./detectors/find-initials.ts";
import { findLabelledNames, findListedNames } from "./detectors/find-labelled-names.ts";
import { findLexiconNames } from "./detectors/find-lexicon-names.ts";
import { findOrganizations } from "./detectors/find-organizations.ts";
import { findPlaces } from "./detectors/find-places.ts";
import { findRepeatedHouses, findRepeatedNames } from "./detectors/find-repeated-names.ts";
import { findRooms } from "./detectors/find-rooms.ts";
import { findSpokenNumbers } from "./detectors/find-spoken-numbers.ts";
import { findTitledNames } from "./detectors/find-titled-names.ts";
import { findKnown, type KnownIdentifiers } from "./known-identifiers.ts";
import { Note } from "./note.ts";
import { mergeSpans, type PhiKind, type PhiSpan, SpanSink } from "./phi-span.ts";
import { findTagged } from "./tagger/find-tagged.ts";

export interface DeidentifyOptions {
  /** Tag every age, not only those over 89. */
  readonly everyAge?: boolean;
  /** Kinds to leave out of the result. */
  readonly keep?: readonly PhiKind[];
  /** Rules and lexicons alone when false. */
  readonly tagger?: boolean;
  /** Called after each part of a long text with the characters that were read. */
  readonly onPart?: (done: number) => void;
  /** What the structured record knows of this patient. */
  readonly known?: KnownIdentifiers;
}

const WINDOW = 1 << 18;

/** Spans in order of position, without overlaps. Throws nothing; an empty text has no spans. */
export function deidentifyText(text: string, options: DeidentifyOptions = {}): PhiSpan[] {
  const kept = new Set(options.keep ?? []);
  const spans: PhiSpan[] = [];
  for (let from = 0; from < text.length; ) {
    const to = windowEnd(text, from);
    const part = from === 0 && to === text.length ? text : text.slice(from, to);
    for (const span of windowSpans(part, options)) {
      if (!kept.has(span.kind))
        spans.push(from === 0 ? span : { ...span, start: span.start + from, end: span.end + from });
    }
    from = to;
    if (from < text.length) options.onPart?.(from);
  }
  return spans;
}

/** A long text is read in windows that end at a line end, so that memory does not grow with it. */
function windowEnd(text: string, from: number): number {
  if (text.length - from <= WINDOW) return text.length;
  const paragraph = text.lastIndexOf("\n\n", from + WINDOW);
  if (paragraph > from + WINDOW / 2) return paragraph + 2;
  const line = text.lastIndexOf("\n", from + WINDOW);
  if (line > from + WINDOW / 2) return line + 1;
  const space = text.lastIndexOf(" ", from + WINDOW);
  return space > from + WINDOW / 2 ? space + 1 : from + WINDOW;
}

function windowSpans(text: string, options: DeidentifyOptions): PhiSpan[] {
  const note = new Note(text);
  const sink = new SpanSink();
  findContacts(note, sink);
  findDates(note, sink);
  findCalendarWords(note, sink);
  findAges(note, sink, options.everyAge ?? false);
  findIdentifiers(note, sink);
  findPlaces(note, sink);
  findRooms(note, sink);
  findSpokenNumbers(note, sink);
  findOrganizations(note, sink);
  findCareHouses(note, sink);
  findTitledNames(note, sink);
  findLabelledNames(note, sink);
  findListedNames(note, sink);
  findLexiconNames(note, sink);
  findInitials(note, sink);
  if (options.tagger ?? true) findTagged(note, sink);
  if (options.known !== undefined) findKnown(note, options.known, sink);
  findRepeatedNames(note, sink);
  findRepeatedHouses(note, sink);
  findAgesAfterNames(note, sink, options.everyAge ?? false);
  return mergeSpans(completeSpans(note, mergeSpans(sink.spans)));
}
