/** What the tagger tells apart; the first means that a token identifies nobody. */
import type { PhiKind } from "../phi-span.ts";

export const TAGGER_CLASSES = ["none", "name", "location", "organization", "date", "age", "id"] as const;
export const WIDTH = 24;
export const HIDDEN = 64;

/** The class of a marked kind: all numbers and addresses on the net are one, because rules tell them apart better. */
export function classOf(kind: PhiKind | string): number {
  const at = (TAGGER_CLASSES as readonly string[]).indexOf(kind);
  return at > 0 ? at : TAGGER_CLASSES.indexOf("id");
}
