/**
 * What an artefact is made from. Two recipes that are equal give the same id, hence the same folder.
 * Invariant: everything that can change the bytes of the artefact is in its recipe.
 */
import { createHash } from "node:crypto";
import { canonicalJson, type Json } from "./canonical-json.ts";

export interface Recipe {
  /** What it is, e.g. `tokens`; the first part of the folder's name. */
  readonly kind: string;
  /** Version of what lies in the folder; a reader refuses one that it does not know. */
  readonly schemaVersion: number;
  /** Role → id of the artefact (or hash of the outside input) that was read. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Hash of the code that makes it (`codeVersion`). */
  readonly codeVersion: string;
  /** The effective configuration: total, with every default filled in. */
  readonly configuration: Json;
}

/** Lower-case hexadecimal SHA-256 over kind, schema version, inputs, code version and configuration. */
export function artefactId(recipe: Recipe): string {
  const { kind, schemaVersion, inputs, codeVersion, configuration } = recipe;
  return createHash("sha256")
    .update(canonicalJson({ kind, schemaVersion, inputs, codeVersion, configuration }))
    .digest("hex");
}

/** `tokens-0123456789abcdef` */
export function folderName(recipe: Recipe): string {
  return `${recipe.kind}-${artefactId(recipe).slice(0, 16)}`;
}
