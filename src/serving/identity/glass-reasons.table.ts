/** Why somebody breaks the glass, as codes; words of the person's own go with them and stand in no log. */
export const GLASS_REASONS = ["emergency", "treating", "covering", "consulted", "other"] as const;
export type GlassReason = (typeof GLASS_REASONS)[number];
