/** How the persons measured differ from those learned from: what evidence is worth depends on it. */
import { z } from "zod";

export const DESIGNS = ["internal", "temporal", "site", "external"] as const;

export const evaluationDesignSchema = z.strictObject({
  /** internal: by chance. temporal: later than anything learned. site: at sites that were not learned from. external: other records. */
  kind: z.enum(DESIGNS),
  /** The day, or the codes of the sites; null where chance, or other records, decided. */
  heldOut: z.string().nullable(),
});

export type EvaluationDesign = z.output<typeof evaluationDesignSchema>;

export const INTERNAL: EvaluationDesign = { kind: "internal", heldOut: null };
export const EXTERNAL: EvaluationDesign = { kind: "external", heldOut: null };

/** @param holdOut as `splits.holdOut` states it */
export function designOf(
  holdOut: { readonly from?: string | undefined; readonly sites?: readonly string[] | undefined } | undefined,
): EvaluationDesign {
  if (holdOut?.from !== undefined) return { kind: "temporal", heldOut: holdOut.from };
  if (holdOut?.sites !== undefined) return { kind: "site", heldOut: holdOut.sites.join(", ") };
  return INTERNAL;
}

/** Who was measured, as the end of a sentence. */
export function designText({ kind, heldOut }: EvaluationDesign): string {
  switch (kind) {
    case "internal":
      return "persons held out by chance";
    case "temporal":
      return `persons from ${heldOut} on; nothing from that day on was learned from`;
    case "site":
      return `persons of ${heldOut}; nobody from there was learned from`;
    case "external":
      return "persons of other records, of whom nothing was learned";
  }
}
