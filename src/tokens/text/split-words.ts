/**
 * How text falls into words before byte pairs are learned or applied: a word takes the space before it, a digit stands
 * alone (so that a number's value follows from its digits), and each word is spelled in one character for each byte.
 * Every text comes back as it was: nothing is normalised.
 */

/** English contractions, letters, one digit, other signs, white space; read by Rust's and JavaScript's engines alike. */
export const WORD_PATTERN = String.raw`'(?:[sdmt]|ll|ve|re)| ?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

const WORD = new RegExp(WORD_PATTERN, "gu");
const UTF8 = new TextEncoder();

export function* wordsOf(text: string): Generator<string> {
  for (const [word] of text.matchAll(WORD)) yield word;
}

/** A word's bytes, one printable character each. */
export function spelledInBytes(word: string): string {
  let spelled = "";
  for (const byte of UTF8.encode(word)) spelled += BYTE_CHARACTERS[byte];
  return spelled;
}

/**
 * Byte → printable character: the byte's own where Latin-1 prints it, else the next unused one from U+0100 on.
 * The table of GPT-2 (Radford et al. 2019), which every reader of byte-level vocabularies knows.
 */
export const BYTE_CHARACTERS: readonly string[] = byteCharacters();

function byteCharacters(): string[] {
  const prints = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(prints(byte) ? byte : next++));
}
