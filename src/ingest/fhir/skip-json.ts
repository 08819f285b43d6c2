/**
 * Steps over JSON in bytes without building it, by the grammar of RFC 8259.
 * The byte at `end`, where there is one, is a blank: `end` is the end of a line without its blanks.
 * Invariant: what is stepped over is what `JSON.parse` would take (bytes that are no UTF-8 become U+FFFD there and are
 * let through here); -1 otherwise, also for what is nested deeper than any record is.
 */
const [QUOTE, BACKSLASH, COMMA, COLON] = [34, 92, 44, 58];
const [OPEN_LIST, CLOSE_LIST, OPEN, CLOSE, MINUS, POINT, ZERO] = [91, 93, 123, 125, 45, 46, 48];

/** Bytes, and the same bytes four at a time. */
export interface Source {
  readonly bytes: Buffer;
  readonly view: DataView;
}

/** Deeper texts are left to the parser, which has its own limit. */
const MAX_DEPTH = 60;

/** Bytes that stand for themselves inside of a string. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 32 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);
const ESCAPED = new Set(Buffer.from('"\\/bfnrt'));

/**
 * Whether none of four bytes is a quote, a backslash or a control character. Bit tricks after Mycroft: a byte of `x` is
 * below n where `(x - n) & ~x` has its highest bit; what follows a hit may be a false one, which is looked at again.
 */
function areFourPlain(four: number): boolean {
  const quote = four ^ 0x22222222;
  const backslash = four ^ 0x5c5c5c5c;
  const below =
    ((four - 0x20202020) & ~four) | ((quote - 0x01010101) & ~quote) | ((backslash - 0x01010101) & ~backslash);
  return (below & 0x80808080) === 0;
}

/** Blanks of JSON; what lies at `end` or beyond is not looked at. */
export function skipBlank(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(bytes[at])) at++;
  return at;
}

/** Position after the value that begins at `from`, or -1. */
export function skipValue(source: Source, from: number, end: number, depth = 0): number {
  if (from >= end || depth > MAX_DEPTH) return -1;
  const { bytes } = source;
  const byte = bytes[from]!;
  if (byte === QUOTE) return skipString(source, from, end);
  if (byte === OPEN) return skipObject(source, from, end, depth);
  if (byte === OPEN_LIST) return skipList(source, from, end, depth);
  if (byte === MINUS || isDigit(byte)) return skipNumber(bytes, from, end);
  return skipWord(bytes, from, end);
}

/** @param from the opening quote */
export function skipString({ bytes, view }: Source, from: number, end: number): number {
  let at = from + 1;
  for (;;) {
    while (at + 4 <= end && areFourPlain(view.getInt32(at, true))) at += 4;
    while (at < end && PLAIN[bytes[at]!] === 1) at++;
    if (at >= end) return -1;
    const byte = bytes[at]!;
    if (byte === QUOTE) return at + 1;
    if (byte !== BACKSLASH) return -1;
    if (bytes[at + 1] === 117) {
      for (let digit = at + 2; digit < at + 6; digit++) if (!isHex(bytes[digit])) return -1;
      at += 6;
    } else if (ESCAPED.has(bytes[at + 1]!)) at += 2;
    else return -1;
  }
}

function skipObject(source: Source, from: number, end: number, depth: number): number {
  const { bytes } = source;
  let at = skipBlank(bytes, from + 1, end);
  if (at < end && bytes[at] === CLOSE) return at + 1;
  for (;;) {
    if (bytes[at] !== QUOTE) return -1;
    at = skipString(source, at, end);
    if (at < 0) return -1;
    if (bytes[at] !== COLON) {
      at = skipBlank(bytes, at, end);
      if (bytes[at] !== COLON) return -1;
    }
    at = skipValue(source, skipBlank(bytes, at + 1, end), end, depth + 1);
    if (at < 0) return -1;
    let byte = bytes[at];
    if (byte !== COMMA && byte !== CLOSE) {
      at = skipBlank(bytes, at, end);
      byte = bytes[at];
    }
    if (byte === CLOSE) return at + 1;
    if (byte !== COMMA) return -1;
    at = skipBlank(bytes, at + 1, end);
  }
}

function skipList(source: Source, from: number, end: number, depth: number): number {
  const { bytes } = source;
  let at = skipBlank(bytes, from + 1, end);
  if (at < end && bytes[at] === CLOSE_LIST) return at + 1;
  for (;;) {
    at = skipValue(source, at, end, depth + 1);
    if (at < 0) return -1;
    at = skipBlank(bytes, at, end);
    const byte = bytes[at];
    if (byte === CLOSE_LIST) return at + 1;
    if (byte !== COMMA) return -1;
    at = skipBlank(bytes, at + 1, end);
  }
}

function skipNumber(bytes: Uint8Array, from: number, end: number): number {
  let at = bytes[from] === MINUS ? from + 1 : from;
  if (at >= end || !isDigit(bytes[at])) return -1;
  if (bytes[at] === ZERO) at++;
  else at = skipDigits(bytes, at, end);
  if (bytes[at] === POINT && at < end) {
    if (at + 1 >= end || !isDigit(bytes[at + 1])) return -1;
    at = skipDigits(bytes, at + 1, end);
  }
  if (at < end && (bytes[at]! | 32) === 101) {
    at++;
    if (bytes[at] === 43 || bytes[at] === MINUS) at++;
    if (at >= end || !isDigit(bytes[at])) return -1;
    at = skipDigits(bytes, at, end);
  }
  return at;
}

function skipDigits(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isDigit(bytes[at])) at++;
  return at;
}

const WORDS = ["true", "false", "null"].map((word) => Buffer.from(word));

function skipWord(bytes: Uint8Array, from: number, end: number): number {
  for (const word of WORDS) {
    if (bytes[from] !== word[0]) continue;
    if (from + word.length > end) return -1;
    for (let i = 1; i < word.length; i++) if (bytes[from + i] !== word[i]) return -1;
    return from + word.length;
  }
  return -1;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= 57;
}

function isHex(byte: number | undefined): boolean {
  return isDigit(byte) || (byte !== undefined && (byte | 32) >= 97 && (byte | 32) <= 102);
}
