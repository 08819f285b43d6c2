/** One code for a CodeableConcept or Coding: the preferred system among its codings; text alone is not a code. */
import { isObject, type JsonObject, listAt, textAt } from "../json-access.ts";
import { codeSystemName, systemRank } from "./code-system.ts";

export interface Concept {
  /** `SYSTEM/code`. */
  readonly code: string;
  readonly display: string | null;
}

export function conceptOf(value: unknown): Concept | null {
  let best: { concept: Concept; rank: number } | null = null;
  for (const coding of listAt(value, "coding")) {
    const concept = codingOf(coding);
    if (concept === null) continue;
    const rank = systemRank(concept.code.slice(0, concept.code.indexOf("/")));
    if (best === null || rank < best.rank) best = { concept, rank };
  }
  return best?.concept ?? null;
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
