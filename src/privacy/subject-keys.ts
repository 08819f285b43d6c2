/**
 * The two keys of one person. Only `src/privacy` holds both: everything upstream has raw keys, everything downstream has
 * subject keys, and the types do not mix.
 */
import type { SubjectKey } from "../timeline/patient-event.ts";

export type { SubjectKey };

/** Key of a person in identified records: computed from the hospital's identifier, so whoever has that can compute it. */
export type RawSubjectKey = number & { readonly __brand: "RawSubjectKey" };
