/**
 * Finds what is already known of this very patient (names, dates, numbers, addresses, from the structured record) in a
 * note, however it is written there: another order, an initial, one letter wrong, another date format.
 * Invariant: linear in the note; a known word of fewer than three letters is looked for only beside another one.
 */
import { monthOf } from "./detectors/date-words.ts";
import { isPlain } from "./detectors/read-name.ts";
import { type Note, wordForm } from "./note.ts";
import type { PhiKind, SpanSink } from "./phi-span.ts";

export interface KnownIdentifiers {
  /** Names of the patient, relatives, clinicians: "Maria Q. Alvarez". */
  readonly names?: readonly string[];
  /** ISO dates: "1952-03-14". */
  readonly dates?: readonly string[];
  /** Record numbers, telephone numbers and the like; compared without spaces and marks. */
  readonly numbers?: readonly string[];
  /** Streets, cities, employers: found as written, whatever the capitals. */
  readonly phrases?: readonly string[];
}

const NICKNAMES: Readonly<Record<string, string>> = {
  william: "bill will billy liam",
  robert: "bob rob bobby robbie",
  richard: "dick rick rich",
  james: "jim jimmy jamie",
  john: "jack johnny",
  elizabeth: "liz beth betty eliza lizzie betsy",
  margaret: "peggy peg meg maggie marge",
  katherine: "kate kathy katie kay",
  catherine: "cathy kate cath",
  edward: "ed eddie ted ned",
  thomas: "tom tommy",
  michael: "mike mick",
  joseph: "joe joey",
  charles: "chuck charlie",
  patricia: "pat patty trish tricia",
  susan: "sue susie",
  deborah: "deb debbie",
  barbara: "barb babs",
  jennifer: "jen jenny",
  rebecca: "becky becca",
  anthony: "tony",
  daniel: "dan danny",
  david: "dave",
  steven: "steve",
  stephen: "steve",
  theodore: "ted teddy",
  alexander: "alex sandy",
  dorothy: "dot dottie",
  eugene: "gene",
  lawrence: "larry",
  ronald: "ron",
  donald: "don",
  kenneth: "ken",
  christopher: "chris",
  matthew: "matt",
  andrew: "andy drew",
  benjamin: "ben",
  samuel: "sam",
  victoria: "vicky tori",
  francisco: "paco pancho",
  jose: "pepe",
  guadalupe: "lupe",
};

export function findKnown(note: Note, known: KnownIdentifiers, sink: SpanSink): void {
  const words = nameWords(known.names ?? []);
  const numbers = new Map(
    (known.numbers ?? []).map((text) => [plain(text), true] as const).filter(([text]) => text.length >= 4),
  );
  const dates = new Set((known.dates ?? []).map((date) => date.slice(0, 10)));
  for (let token = 0; token < note.count; token++) {
    const form = note.form[token];
    if (form !== undefined && isKnownWord(note, token, words))
      sink.add(note.start[token]!, note.end[token]!, "name", "known.name", 0.98);
    if (dates.size > 0) dateAt(note, token, dates, sink);
    if (numbers.size > 0) numberAt(note, token, numbers, sink);
  }
  for (const phrase of known.phrases ?? []) phraseIn(note, phrase, "location", sink);
}

function nameWords(names: readonly string[]): ReadonlySet<string> {
  const words = new Set<string>();
  for (const name of names) {
    for (const part of name.split(/[\s,.'’-]+/)) {
      if (part.length < 3) continue;
      const { lower } = wordForm(part);
      words.add(lower);
      for (const nickname of NICKNAMES[lower]?.split(" ") ?? []) words.add(nickname);
    }
  }
  return words;
}

/** As written, or with one letter wrong, missing, added or two swapped; a word of every day only with a capital. */
function isKnownWord(note: Note, token: number, words: ReadonlySet<string>): boolean {
  const form = note.form[token]!;
  if (words.has(form.lower)) return form.capital || isPlain(note, token);
  if (form.lower.length < 5 || (!isPlain(note, token) && form.bits !== 0)) return false;
  for (const word of words) if (word.length >= 5 && withinOneEdit(word, form.lower)) return true;
  return false;
}

/** One insertion, deletion, substitution or swap of neighbours (Damerau 1964). */
export function withinOneEdit(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i += 1;
  let j = 0;
  while (j < a.length - i && j < b.length - i && a[a.length - 1 - j] === b[b.length - 1 - j]) j += 1;
  const [restA, restB] = [a.length - i - j, b.length - i - j];
  if (restA <= 1 && restB <= 1) return true;
  return restA === 2 && restB === 2 && a[i] === b[i + 1] && a[i + 1] === b[i];
}

function dateAt(note: Note, token: number, dates: ReadonlySet<string>, sink: SpanSink): void {
  const parts: number[] = [];
  let last = token;
  for (let i = token; i < token + 7 && parts.length < 3 && i < note.count; i++) {
    const value = note.isNumber(i) ? Number(note.tokenText(i)) : monthOf(note.lower(i));
    if (value === undefined) {
      if (i === token || (note.isWord(i) && !/^(?:st|nd|rd|th|of)$/.test(note.lower(i)))) return;
      continue;
    }
    parts.push(note.isNumber(i) ? value : value + 10_000);
    last = i;
  }
  if (parts.length === 3 && readings(parts).some((reading) => dates.has(reading)))
    sink.add(note.start[token]!, note.end[last]!, "date", "known.date", 0.98);
}

function readings(parts: readonly number[]): string[] {
  const iso = (year: number, month: number, day: number): string[] => {
    const years = year < 100 ? [1900 + year, 2000 + year] : [year];
    return years.map(
      (full) => `${full}-${String(month % 10_000).padStart(2, "0")}-${String(day % 10_000).padStart(2, "0")}`,
    );
  };
  const [a, b, c] = parts as [number, number, number];
  return [...iso(c, a, b), ...iso(c, b, a), ...iso(a, b, c)];
}

function numberAt(note: Note, token: number, numbers: ReadonlyMap<string, boolean>, sink: SpanSink): void {
  let joined = "";
  for (let i = token; i < token + 9 && i < note.count && note.type[i] !== 3 && joined.length < 24; i++) {
    joined += plain(note.tokenText(i));
    if (numbers.has(joined)) sink.add(note.start[token]!, note.end[i]!, "id", "known.number", 0.98);
  }
}

function phraseIn(note: Note, phrase: string, kind: PhiKind, sink: SpanSink): void {
  const wanted = phrase.toLowerCase();
  if (wanted.length < 4) return;
  const text = note.text.toLowerCase();
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length))
    sink.add(at, at + wanted.length, kind, "known.phrase", 0.97);
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}
