/** What an export tells that identifies somebody: collected for de-identification only, never part of a timeline. */
export const IDENTIFIER_KINDS = [
  "name",
  "number",
  "phone",
  "contact",
  "address",
  "place",
  "date",
  "zip",
  /** A decision about taking part: `permit` or `deny`, a space, and when (ms since 1970, 0 = not told). */
  "consent",
] as const;
export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number];

export interface KnownIdentifier {
  /** The person's identifier in the source; null = of no one person (a clinician, a hospital). */
  readonly person: string | null;
  readonly kind: IdentifierKind;
  readonly value: string;
}

/** Longer than any identifier: a text that stands where one belongs. */
const MAX_CHARACTERS = 200;

/** Without what separates rows and fields further on; null when nothing is left. */
export function identifierText(value: string): string | null {
  const plain = value.replace(/\p{Cc}+/gu, " ").trim();
  return plain === "" || plain.length > MAX_CHARACTERS ? null : plain;
}
