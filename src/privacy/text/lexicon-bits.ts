/**
 * What the lexicon knows of one word, packed in one integer. Levels grow with how common the word is in that use.
 * Invariant: the builder (tools/build-deid-lexicon.ts) and the reader use this one layout.
 */
interface Field {
  readonly shift: number;
  readonly mask: number;
}

const field = (shift: number, bits: number): Field => ({ shift, mask: (1 << bits) - 1 });

/** `given`, `surname`, `place`, `clinical`: 0 (no) to 3 (common); `english`: 0 (no) to 7 (among the thousand commonest). */
export const LEXICON_FIELDS = {
  given: field(0, 2),
  male: field(2, 1),
  female: field(3, 1),
  surname: field(4, 2),
  place: field(6, 2),
  english: field(8, 3),
  clinical: field(11, 2),
} as const;

export type LexiconField = keyof typeof LEXICON_FIELDS;

export function packWord(levels: Partial<Record<LexiconField, number>>): number {
  let bits = 0;
  for (const [name, level] of Object.entries(levels)) {
    const { shift, mask } = LEXICON_FIELDS[name as LexiconField];
    bits |= Math.min(level ?? 0, mask) << shift;
  }
  return bits;
}

export function levelOf(bits: number, name: LexiconField): number {
  const { shift, mask } = LEXICON_FIELDS[name];
  return (bits >> shift) & mask;
}
