/**
 * A name that is sure in one place is a name in the others too: the words of titled, labelled and full names are looked
 * for in the rest of the note. A word of every day counts only where it is capitalised inside a sentence.
 */
import { type Note, WORD } from "../note.ts";
import type { SpanSink } from "../phi-span.ts";
import { isEponym, isEponymWithNoun, isShortDisease } from "./eponym.ts";
import { NOT_A_NAME, PARTICLES } from "./names.table.ts";
import { isPlain } from "./read-name.ts";

const SURE = 0.85;

/** "Pradeep Nair … p.nair88@mail": words of an e-mail address or a user name are names where they stand with a capital. */
function wordsOfAddresses(note: Note, sink: SpanSink): string[] {
  return sink.spans
    .filter(({ kind }) => kind === "email" || kind === "username")
    .map(({ start, end }) => note.text.slice(start, end).split("@")[0]!.toLowerCase())
    .filter((local) => local.length < 65);
}

/** A house that is sure in one place is one in the others too, written the same way. */
export function findRepeatedHouses(note: Note, sink: SpanSink): void {
  const houses = new Set<string>();
  const covered = new Set<number>();
  for (const { kind, start, end } of sink.spans) {
    if (kind !== "organization") continue;
    const text = note.text.slice(start, end);
    covered.add(start);
    if (text.length > 3 && text.length < 60 && /^[A-Z]/.test(text)) houses.add(text);
  }
  if (houses.size === 0 || houses.size > 200 || note.shouted) return;
  const lengths = [...new Set([...houses].map(({ length }) => length))];
  for (let token = 0; token < note.count; token++) {
    const start = note.start[token]!;
    if (!note.capital(token) || covered.has(start)) continue;
    if (!note.isWord(token - 1) && !/^[,/(]$/.test(note.tokenText(token - 1))) continue;
    for (const length of lengths) {
      const end = start + length;
      if (!houses.has(note.text.slice(start, end)) || /[A-Za-z]/.test(note.text[end] ?? " ")) continue;
      sink.add(start, end, "organization", "organization.repeated", 0.6);
    }
  }
}

export function findRepeatedNames(note: Note, sink: SpanSink): void {
  const addresses = wordsOfAddresses(note, sink);
  if (addresses.length > 0 && addresses.length < 100)
    for (let token = 0; token < note.count; token++) {
      const form = note.form[token];
      if (form === undefined || !form.capital || form.lower.length < 4 || !isPlain(note, token)) continue;
      if (addresses.some((local) => local.includes(form.lower)) && !NOT_A_NAME.has(form.lower))
        sink.add(note.start[token]!, note.end[token]!, "name", "name.of-address", 0.7);
    }
  const sure = sink.spans.filter((span) => span.kind === "name" && span.confidence >= SURE);
  if (sure.length === 0) return;
  const words = new Set<string>();
  const covered = new Uint8Array(note.count);
  const ordered = sure.sort((a, b) => a.start - b.start);
  for (let token = 0, at = 0; token < note.count && at < ordered.length; token++) {
    while (at < ordered.length && ordered[at]!.end <= note.start[token]!) at += 1;
    const span = ordered[at];
    if (span === undefined || note.start[token]! < span.start) continue;
    covered[token] = 1;
    const { lower } = note.form[token] ?? { lower: "" };
    if (lower.length >= 3 && !PARTICLES.has(lower) && !NOT_A_NAME.has(lower)) words.add(lower);
  }
  for (let token = 0; token < note.count; token++) {
    if (note.type[token] !== WORD || covered[token] === 1) continue;
    const form = note.form[token]!;
    if (
      !words.has(form.lower) ||
      isEponymWithNoun(note, token) ||
      isShortDisease(note, token) ||
      (isEponym(note, token) && !form.capital)
    )
      continue;
    const plain = isPlain(note, token);
    const inside =
      form.capital &&
      !note.shouted &&
      !note.isLineEnd(token - 1) &&
      !note.isMark(token - 1, ".") &&
      note.level(token, "english") < 7;
    const first =
      form.capital && !note.shouted && note.level(token, "given") > 1 && note.level(token, "english") < 5;
    if (
      first || plain
        ? form.capital || note.level(token, "given") > 0 || note.level(token, "surname") > 0
        : inside
    )
      sink.add(note.start[token]!, note.end[token]!, "name", "name.repeated", 0.7);
  }
}
