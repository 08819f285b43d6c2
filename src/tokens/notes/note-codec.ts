/**
 * Notes as tokens, and back: a note is its byte-pair pieces between two marks, and a note beyond the limit ends with a
 * third. Invariant: `bytesOf(encode(note))` are the note's own bytes, or their beginning where the note was cut.
 */
import { z } from "zod";
import type { BytePairs } from "../text/learn-byte-pairs.ts";
import { BYTE_CHARACTERS } from "../text/split-words.ts";
import { textEncoder } from "../text/text-encoder.ts";
import { textTokenizerFile } from "../text/text-tokenizer-file.ts";

export const NOTE_START = "<note>";
export const NOTE_CUT = "<cut>";
export const NOTE_END = "</note>";
export const NOTE_MARKS = [NOTE_START, NOTE_CUT, NOTE_END] as const;

export const noteTokensSchema = z.strictObject({
  /** Pieces of a note that are read; what comes after them is left out. */
  longest: z.int().min(1),
  /** Byte pairs in the order in which they were learned on notes of training persons. */
  merges: z.array(z.tuple([z.string(), z.string()])),
});

export type NoteTokens = z.output<typeof noteTokensSchema>;

/** The byte pairs as they were learned; pieces by id are the 256 bytes, then what the merges make. */
export function bytePairs({ merges }: Pick<NoteTokens, "merges">): BytePairs {
  return {
    tokens: [...new Set([...BYTE_CHARACTERS, ...merges.map(([left, right]) => left + right)])],
    merges,
  };
}

const BYTES = new Map(BYTE_CHARACTERS.map((character, byte) => [character, byte]));

export class NoteCodec {
  private readonly pieces: readonly string[];
  private readonly piecesOf: (text: string) => number[];

  constructor(
    private readonly file: NoteTokens,
    /** Ids of the marks; those of the pieces begin at 0. */
    readonly marks: { readonly start: number; readonly cut: number; readonly end: number },
  ) {
    const pairs = bytePairs(file);
    this.pieces = pairs.tokens;
    this.piecesOf = textEncoder(textTokenizerFile(pairs)).encode;
  }

  /** The note between its marks. */
  encode(text: string): Int32Array {
    const { start, cut, end } = this.marks;
    const pieces = this.piecesOf(Buffer.from(text).toString());
    const read = pieces.slice(0, this.file.longest);
    return Int32Array.from([start, ...read, ...(read.length < pieces.length ? [cut] : []), end]);
  }

  /** A note of which nothing is read. */
  get hidden(): Int32Array {
    return Int32Array.of(this.marks.start, this.marks.end);
  }

  /** UTF-8 bytes of the pieces among some tokens; a cut note may end inside a character. */
  bytesOf(tokens: Iterable<number>): Buffer {
    let spelled = "";
    for (const token of tokens) spelled += this.pieces[token] ?? "";
    return Buffer.from(Uint8Array.from(spelled, (character) => BYTES.get(character) as number));
  }
}
