/** Why somebody breaks the glass, as codes; words of the person's own go with them and stand in no log. */
export const GLASS_REASONS = ["emergency", "treating", "covering", "consulted", "other"] as const;
/** Characters of one's own words where the code is `other`. */
export const SHORTEST_NOTE = 10;
export type GlassReason = (typeof GLASS_REASONS)[number];
