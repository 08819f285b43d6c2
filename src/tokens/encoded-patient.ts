/**
 * One patient as tokens with their days, before gaps and clock ticks are laid in (these depend on where one looks
 * from, see `lay-out.ts`), and what training needs to know about the patient's outcomes.
 * Invariant: a token stands at the day from which its event could be known.
 */
import type { SubjectKey } from "../timeline/patient-event.ts";
import type { PatientHistory } from "../vetting/patient-history.ts";
import type { NoteCodec } from "./notes/note-codec.ts";
import type { Match, Vocabulary } from "./vocabulary.ts";

export interface EncodedPatient {
  readonly subjectId: SubjectKey;
  /** Days since 1970-01-01; NaN where unknown or absent. */
  readonly birthDay: number;
  readonly indexDay: number;
  readonly deathDay: number;
  readonly firstDay: number;
  readonly lastDay: number;
  readonly staticTokens: Int32Array;
  /** Event tokens by day, ties by token id. */
  readonly tokens: Int32Array;
  readonly days: Float64Array;
  /** The notes of events: which event it is, and its pieces between marks. Absent where notes are not read. */
  readonly notes?: EncodedNotes;
  /** Days of each outcome's events, ascending, in the order of the site's outcomes. */
  readonly outcomeDays: readonly (readonly number[])[];
}

export interface EncodedNotes {
  /** Position among the events, ascending. */
  readonly at: Int32Array;
  readonly tokens: readonly Int32Array[];
}

export function encodePatient(
  history: PatientHistory,
  vocabulary: Vocabulary,
  onMatch: (code: string, match: Match, via?: string) => void = () => {},
): EncodedPatient {
  const matched = history.events.map((event) => {
    const { token, match, via } = vocabulary.match(event.code, event.value, event.unit);
    onMatch(event.code, match, via);
    return { token, day: event.availableDay, text: event.text };
  });
  matched.sort((a, b) => a.day - b.day || a.token - b.token);
  return {
    subjectId: history.subjectId,
    birthDay: history.birthDay,
    indexDay: history.indexDay ?? Number.NaN,
    deathDay: history.deathDay ?? Number.NaN,
    firstDay: history.firstDay,
    lastDay: history.lastDay,
    staticTokens: Int32Array.from(
      [...history.staticCodes].sort(),
      (code) => vocabulary.match(code, null, null).token,
    ),
    tokens: Int32Array.from(matched, (event) => event.token),
    days: Float64Array.from(matched, (event) => event.day),
    ...(vocabulary.notes === null ? {} : { notes: encodeNotes(matched, vocabulary.notes) }),
    outcomeDays: history.outcomeDays,
  };
}

function encodeNotes(
  events: readonly { readonly text: string | undefined }[],
  codec: NoteCodec,
): EncodedNotes {
  const noted = events.flatMap(({ text }, at) => (text === undefined ? [] : [{ at, text }]));
  return {
    at: Int32Array.from(noted, ({ at }) => at),
    tokens: noted.map(({ text }) => codec.encode(text)),
  };
}
