/** One code for a CodeableConcept or Coding: the preferred system among its codings; text alone is not a code. */
import { isObject, type JsonObject, listAt, textAt } from "../json-access.ts";
import { codeSystemName, systemRank } from "./code-system.ts";
import { understoodOf } from "./interned.ts";

export interface Concept {
  /** `SYSTEM/code`. */
  readonly code: string;
  readonly display: string | null;
}

/** Short names of code systems, the preferred one first. */
export type CodeOrder = readonly string[];

export function conceptOf(value: unknown, order: CodeOrder): Concept | null {
  const known = understoodOf(value);
  if (known === undefined) return bestConcept(value, order);
  if (known.order !== order || known.concept === undefined) {
    known.order = order;
    known.concept = bestConcept(value, order);
  }
  return known.concept;
}

function bestConcept(value: unknown, order: CodeOrder): Concept | null {
  let best: { concept: Concept; rank: number } | null = null;
  for (const coding of listAt(value, "coding")) {
    const concept = codingOf(coding);
    if (concept === null) continue;
    const rank = systemRank(concept.code.slice(0, concept.code.indexOf("/")), order);
    if (best === null || rank < best.rank) best = { concept, rank };
  }
  return best?.concept ?? null;
}

/** The first concept of a list that has a code. */
export function firstConceptOf(value: unknown, order: CodeOrder): Concept | null {
  for (const entry of Array.isArray(value) ? value : [value]) {
    const concept = conceptOf(entry, order);
    if (concept !== null) return concept;
  }
  return null;
}

/** A coding without a system gets the prefix LOCAL. */
export function codingOf(value: unknown): Concept | null {
  if (!isObject(value)) return null;
  const code = textAt(value, "code");
  if (code === null) return null;
  const system = textAt(value, "system");
  return {
    code: `${system === null ? "LOCAL" : codeSystemName(system)}/${code}`,
    display: textAt(value, "display"),
  };
}

/** Codes of a concept, without their systems: for status-like concepts. */
export function bareCodes(resource: JsonObject, key: string): string[] {
  return listAt(resource[key], "coding")
    .map((coding) => textAt(coding, "code"))
    .filter((code) => code !== null);
}

/** Behind a name of its own: what was ordered, planned or is in the family is not what the person has. */
export function qualified(prefix: string, concept: Concept | null): Concept | null {
  return concept === null ? null : { code: `${prefix}//${concept.code}`, display: concept.display };
}
