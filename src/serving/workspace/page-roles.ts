/** Roles to which several pages open; what is of one page alone stands with its routes. */
import type { PersonRole } from "../identity/roles.ts";

/** Whoever builds, judges, vets or watches, and looks at no patient. */
export const OVERSEEING: readonly PersonRole[] = ["administrator", "reviewer", "analyst", "auditor"];
export const AUDITING: readonly PersonRole[] = ["administrator", "auditor"];
