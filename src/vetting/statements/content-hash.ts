/**
 * What exactly was vetted: the hash of a definition's meaning.
 * Invariant: how a definition is laid out, titled or scheduled does not change its hash; anything that can change who
 * has the outcome does. A key at its default says nothing, so a later version's new key leaves old hashes alone.
 */
import { canonicalJson, type Json, toJson } from "../../artefacts/canonical-json.ts";
import { jsonHash } from "../../artefacts/signed-json.ts";
import { neutralOutcome, type WrittenOutcome } from "../outcome-definition.ts";

/** Lower-case hexadecimal SHA-256 of any JSON. */
export function contentHash(content: Json): string {
  return jsonHash(content);
}

/** An outcome without its title and prediction times, keys at their default left out. */
export function outcomeContent(written: WrittenOutcome): Json {
  const { title: _title, predictionTimes: _times, ...meaning } = written;
  return withoutDefaults(toJson(meaning), toJson(neutralOutcome)) ?? {};
}

function withoutDefaults(value: Json, fallback: Json | undefined): Json | undefined {
  if (isObject(value) && isObject(fallback)) {
    const kept = Object.entries(value).flatMap(([key, part]) => {
      const left = withoutDefaults(part, fallback[key]);
      return left === undefined ? [] : [[key, left] as const];
    });
    return kept.length === 0 ? undefined : Object.fromEntries(kept);
  }
  const same = fallback !== undefined && canonicalJson(value) === canonicalJson(fallback);
  return same ? undefined : value;
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
