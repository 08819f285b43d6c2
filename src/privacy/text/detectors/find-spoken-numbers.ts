/** Numbers spoken digit by digit, as dictations and dialogues have them: "five five two oh nine one". */
import { type Note, WORD } from "../note.ts";
import type { PhiKind, SpanSink } from "../phi-span.ts";

const DIGITS = new Set("zero oh o one two three four five six seven eight nine".split(" "));
/** Digits from which on nobody counts any more. */
const LEAST = 5;

export function findSpokenNumbers(note: Note, sink: SpanSink): void {
  for (let token = 0; token < note.count; token++) {
    if (note.type[token] !== WORD || !DIGITS.has(note.lower(token))) continue;
    let [digits, last] = [1, token];
    for (let next = token + 1; next < note.count && next - last <= 2; next++) {
      if (DIGITS.has(note.lower(next))) {
        digits += 1;
        last = next;
      } else if (
        !(
          note.isMark(next, ",") ||
          note.isMark(next, "-") ||
          /^(?:dash|hundred|double)$/.test(note.lower(next))
        )
      )
        break;
    }
    if (digits >= LEAST)
      sink.add(note.start[token]!, note.end[last]!, kindOf(note, token, digits), "id.spoken", 0.8);
    token = last;
  }
}

function kindOf(note: Note, token: number, digits: number): PhiKind {
  for (let i = token - 1; i >= 0 && i > token - 7; i--) {
    if (/^(?:record|mrn|chart)$/.test(note.lower(i))) return "mrn";
    if (/^(?:phone|cell|number|call|fax|pager|telephone)$/.test(note.lower(i))) return "phone";
  }
  return digits >= 7 ? "phone" : "id";
}
