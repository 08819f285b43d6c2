/** Roles to which several pages open; what is of one page alone stands with its routes. */
import type { PersonRole } from "../identity/roles.ts";

/** Whoever builds, judges, vets or watches, and looks at no patient. */
export const OVERSEEING: readonly PersonRole[] = ["administrator", "reviewer", "analyst", "auditor"];
export const WATCHING: readonly PersonRole[] = ["administrator", "analyst", "auditor"];
/** Whoever is logged in so may hand a statement in; whose it is, and what they may, tells its signature. */
export const STATING: readonly PersonRole[] = ["administrator", "reviewer"];
export const AUDITING: readonly PersonRole[] = ["administrator", "auditor"];
