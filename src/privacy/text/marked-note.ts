/** A note in which people (or a generator) marked what identifies: the measure of a de-identifier. */

export interface MarkedNote {
  readonly name: string;
  readonly text: string;
  readonly marked: readonly { readonly start: number; readonly end: number; readonly kind: string }[];
}

/** Reads `{{kind|text}}` marks out of a note. */
export function readMarkedNote(name: string, source: string): MarkedNote {
  const marked: { start: number; end: number; kind: string }[] = [];
  let text = "";
  let at = 0;
  for (const match of source.matchAll(/\{\{([a-z]+)\|([^{}]*)\}\}/g)) {
    text += source.slice(at, match.index);
    marked.push({ start: text.length, end: text.length + match[2]!.length, kind: match[1]! });
    text += match[2];
    at = match.index + match[0].length;
  }
  return { name, text: text + source.slice(at), marked };
}
