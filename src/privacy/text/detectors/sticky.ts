/**
 * Matches a pattern at one place of the text and nowhere else. Patterns are tried where a token makes them possible, so
 * that a note is never searched as a whole.
 * Invariant: patterns given to it have bounded length (no nested or unbounded quantifier), so a try costs a constant.
 */
export interface Sticky {
  /** End of the match at `from`, or -1. */
  endAt(text: string, from: number): number;
  match(text: string, from: number): RegExpExecArray | null;
}

export function sticky(pattern: RegExp): Sticky {
  const regex = new RegExp(pattern.source, `${pattern.flags.replace(/[gy]/g, "")}y`);
  return {
    endAt(text, from) {
      regex.lastIndex = from;
      return regex.test(text) ? regex.lastIndex : -1;
    },
    match(text, from) {
      regex.lastIndex = from;
      return regex.exec(text);
    },
  };
}
