/** Telephone, fax and pager numbers, e-mail and web addresses, IP addresses. */
import { isDigit, type Note } from "../note.ts";
import type { SpanSink } from "../phi-span.ts";
import { sticky } from "./sticky.ts";

const NORTH_AMERICAN = sticky(
  /(?:\+?1[ .-]{0,2})?(?:\([2-9]\d{2}\)|\[[2-9]\d{2}\]|[2-9]\d{2})[ ]?[-./ ]{0,2}[ ]?[2-9]\d{2}[ ]?[-. ][ ]?\d{4}(?!\d)/,
);
const TEN_DIGITS = sticky(/1?[2-9]\d{2}[2-9]\d{6}(?!\d)/);
const INTERNATIONAL = sticky(/(?:\+|00)[1-9]\d{0,2}[ .-]?(?:\(0\)[ ]?)?\d{1,4}(?:[ .-]?\d{2,4}){2,4}(?!\d)/);
/** Groups of digits as other countries write them; believed behind a word of telephones, or with a trunk 0 and ten digits. */
const GROUPED = sticky(/\(?\d{2,5}\)?(?:[ .-]\d{2,5}){1,5}(?![\d]|[./-]\d)/);
const SEVEN = sticky(/[2-9]\d{2}(?:[ ]?-[ ]?|\.)\d{4}(?![\d-]|\.\d)/);
const SEVEN_LOOSE = sticky(/[2-9]\d{2}[-. ]?\d{4}(?!\d)/);
const SHORT = sticky(/[#x]?\d{1,2}[- ]\d{3,5}(?!\d)|#?[ ]?\d{4,7}(?!\d)/i);
const PAGED = sticky(/(?:\d{4,6}|\d{1,2}-\d{3,5})(?![\d/.-]\d|\d)/);
const EXTENSION = sticky(/[ ,;]{0,3}(?:ext(?:ension)?\.?|x\.?)[ :#]{0,2}\d{1,6}(?!\d)/i);
const IP_FOUR = sticky(
  /(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?:\/\d{1,2}|:\d{2,5})?(?![\d.]\d)/,
);
const IP_SIX = sticky(/(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4}){1,5}(?![0-9a-f:])/i);
const WEB = sticky(/(?:https?|ftp|sftp):\/\/[^\s<>"'()|]{2,400}/i);
const WWW = sticky(/www\.[a-z0-9-]{1,63}\.[^\s<>"'()|]{2,300}/i);
const BARE_DOMAIN = sticky(
  /[a-z0-9-]{1,40}(?:\.[a-z0-9-]{1,40}){0,3}\.(?:com|org|net|edu|gov|info|io|health|care|us|biz|mil|co\.uk|ca)(?![a-z0-9])(?:\/[^\s<>"'()|]{0,200})?/i,
);
const PHONE_WORDS = new Set(
  "phone telephone tel tele ph call called calling fax facsimile cell mobile pager beeper page paged pgr bpr contact cellphone voicemail callback number reached reach text ext extension x landline tty hotline dial answering messages office desk".split(
    " ",
  ),
);
const MEASURE_AFTER = /^\s?(?:mg|ml|cc|mcg|units?|g|kg|cm|mm|k\/|%|mmhg|bpm|iu|meq|mmol|kcal|ng|pg)\b/i;

export function findContacts(note: Note, sink: SpanSink): void {
  const { text } = note;
  let settled = 0;
  for (const token of note.numbers) {
    const start = note.start[token]!;
    if (start < settled) continue;
    if (start > 0 && isDigit(text.charCodeAt(start - 1))) continue;
    settled = Math.max(settled, numberAt(note, token, sink));
  }
  for (let token = 0; token < note.count; token++) {
    const char = text[note.start[token]!];
    if (char === "@") emailAt(note, token, sink);
    else if (char === ":" && text.startsWith("://", note.start[token]!)) webAt(note, token, sink);
    else if (char === ".") domainAt(note, token, sink);
    else if (char === ":" && note.touchesNext(token)) ipSixAt(note, token, sink);
  }
}

/** Returns where to go on. */
function numberAt(note: Note, token: number, sink: SpanSink): number {
  const { text } = note;
  const first = note.start[token]!;
  const before = text[first - 1] ?? " ";
  if (before === "." && isDigit(text.charCodeAt(first - 2))) return first;
  const from = before === "(" || before === "+" || before === "[" ? first - 1 : first;
  const ip = IP_FOUR.endAt(text, first);
  if (ip > 0 && before !== "." && !/^v(?:ersion|er)?$/.test(note.lower(token - 1))) {
    sink.add(first, ip, "ip", "contact.ip", 0.95);
    return ip;
  }
  const context = nearPhoneWord(note, token);
  const paged = pagerAt(note, token);
  if (paged > 0) {
    sink.add(first, paged, "phone", "contact.pager", 0.75);
    return paged;
  }
  const joined =
    from > 0 && /[A-Za-z0-9]/.test(text[from - 1]!) && !(text[from - 1] === "p" || text[from - 1] === "x");
  let end = joined ? -1 : NORTH_AMERICAN.endAt(text, from);
  let sure = 0.95;
  // "(410 555 0166)": the bracket belongs to the sentence.
  if (end < 0 && from < first && (before === "(" || before === "[")) {
    const inside = NORTH_AMERICAN.endAt(text, first);
    if (inside > 0) {
      sink.add(first, inside, "phone", "contact.phone", sure);
      return inside;
    }
  }
  if (end < 0 && text[from] === "+") end = INTERNATIONAL.endAt(text, from);
  if (end < 0 && context) {
    sure = 0.9;
    end = Math.max(
      INTERNATIONAL.endAt(text, from),
      TEN_DIGITS.endAt(text, first),
      SEVEN_LOOSE.endAt(text, first),
    );
    if (end < 0 && isDirectlyAfterPhoneWord(note, token)) end = SHORT.endAt(text, first);
  }
  if (end < 0 && !joined) end = groupedAt(note, token, from, context);
  if (end < 0 && !joined && /[\s:,;(#]/.test(before)) {
    sure = 0.7;
    end = SEVEN.endAt(text, first);
    if (end > 0 && (MEASURE_AFTER.test(text.slice(end, end + 6)) || labRange(note, token))) end = -1;
  }
  if (end < 0) return first;
  const extended = EXTENSION.endAt(text, end);
  if (extended > 0) end = extended;
  sink.add(from, end, "phone", "contact.phone", sure);
  return end;
}

/** "Phone: 60-56-85-91", "not answering at 78 651 450", "0688 872 49 99". */
function groupedAt(note: Note, token: number, from: number, context: boolean): number {
  const { text } = note;
  const end = GROUPED.endAt(text, from);
  if (end < 0) return -1;
  const digits = text.slice(from, end).replace(/\D/g, "").length;
  const trunk = text[note.start[token]!] === "0" && digits >= 10 && digits <= 11;
  const label =
    note.isLineEnd(token - 1) && note.isMark(token - 2, ":") && PHONE_WORDS.has(note.lower(token - 3));
  const told = (context || label) && digits >= 7 && digits <= 13;
  if (!(told || trunk) || MEASURE_AFTER.test(text.slice(end, end + 6))) return -1;
  return /^\d{1,2}[-.]\d{1,2}[-.]\d{2,4}$/.test(text.slice(from, end)) ? -1 : end;
}

/** "p30921", "x4-1190", "b 4417": letters of the house for pager, extension and bleep, before four to six digits. */
function pagerAt(note: Note, token: number): number {
  const letter = note.lower(token - 1);
  if (!/^(?:p|x|b|bp|pgr|bleep|pager|beeper|ext)$/.test(letter)) return -1;
  if (letter.length === 1 && (!note.touchesNext(token - 1) || note.touchesNext(token - 2))) return -1;
  if (letter === "bp") return -1;
  const end = PAGED.endAt(note.text, note.start[token]!);
  return end > 0 && !MEASURE_AFTER.test(note.text.slice(end, end + 6)) ? end : -1;
}

/** "(100-1000)" beside a result is a reference range. */
function labRange(note: Note, token: number): boolean {
  const { text } = note;
  return text[note.start[token]! - 1] === "(" && text[note.end[token + 2] ?? -1] === ")";
}

function nearPhoneWord(note: Note, token: number): boolean {
  for (let i = token - 1, seen = 0; i >= 0 && seen < 5 && note.type[i] !== 3; i--, seen++) {
    if (PHONE_WORDS.has(note.lower(i))) return true;
  }
  return false;
}

function isDirectlyAfterPhoneWord(note: Note, token: number): boolean {
  let i = token - 1;
  while (i >= 0 && /^[:#.()-]$/.test(note.tokenText(i))) i -= 1;
  const word = note.lower(i);
  if (/^(?:number|no|num)$/.test(word)) return PHONE_WORDS.has(note.lower(i - 1));
  if (/^(?:is|at)$/.test(word))
    return PHONE_WORDS.has(note.lower(i - 1)) || PHONE_WORDS.has(note.lower(i - 2));
  return (
    /^(?:phone|telephone|tel|ph|fax|cell|mobile|pager|beeper|pgr|bpr|ext|extension|x|p|page)$/.test(word) &&
    !(word === "p" && note.start[token] !== note.end[token - 1])
  );
}

const EMAIL_LEFT = /[A-Za-z0-9._%+'-]/;
const EMAIL_RIGHT = sticky(/[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}/i);

function emailAt(note: Note, token: number, sink: SpanSink): void {
  const { text } = note;
  const at = note.start[token]!;
  let start = at;
  while (start > 0 && at - start < 64 && EMAIL_LEFT.test(text[start - 1]!)) start -= 1;
  while (start < at && /[.'-]/.test(text[start]!)) start += 1;
  const end = EMAIL_RIGHT.endAt(text, at + 1);
  if (end > 0 && start < at) sink.add(start, end, "email", "contact.email", 0.98);
  else if (start === at && /[A-Za-z_]/.test(text[at + 1] ?? "") && /\s/.test(text[at - 1] ?? " ")) {
    const handle = /^@[A-Za-z]\w{2,30}/.exec(text.slice(at, at + 32));
    if (handle !== null && /[\d_]/.test(handle[0]))
      sink.add(at, at + handle[0].length, "username", "contact.handle", 0.8);
  }
}

function webAt(note: Note, token: number, sink: SpanSink): void {
  const start = note.start[token - 1] ?? 0;
  const end = WEB.endAt(note.text, start);
  if (end > 0) sink.add(start, trimmed(note.text, end), "url", "contact.url", 0.98);
}

function domainAt(note: Note, token: number, sink: SpanSink): void {
  if (!note.isWord(token - 1) || !note.touchesNext(token) || !note.touchesNext(token - 1)) return;
  const { text } = note;
  let start = note.start[token - 1]!;
  if (note.lower(token - 1) === "www") {
    const end = WWW.endAt(text, start);
    if (end > 0) sink.add(start, trimmed(text, end), "url", "contact.url", 0.98);
    return;
  }
  while (start > 0 && note.start[token - 1]! - start < 40 && /[A-Za-z0-9-]/.test(text[start - 1]!))
    start -= 1;
  if (start > 0 && /[.@/]/.test(text[start - 1]!)) return;
  const end = BARE_DOMAIN.endAt(text, start);
  if (end > 0 && text[end] !== "@" && !/^[A-Z]/.test(text[note.start[token + 1]!]!))
    sink.add(start, trimmed(text, end), "url", "contact.domain", 0.85);
}

function ipSixAt(note: Note, token: number, sink: SpanSink): void {
  const { text } = note;
  let start = note.start[token]!;
  while (start > 0 && note.start[token]! - start < 5 && /[0-9a-f]/i.test(text[start - 1]!)) start -= 1;
  if (start === note.start[token] || (start > 0 && /[\w:]/.test(text[start - 1]!))) return;
  const end = IP_SIX.endAt(text, start);
  if (end > 0 && end - start >= 11 && /[a-f]/i.test(text.slice(start, end)))
    sink.add(start, end, "ip", "contact.ip", 0.9);
}

function trimmed(text: string, end: number): number {
  while (/[.,;:!?]/.test(text[end - 1]!)) end -= 1;
  return end;
}
