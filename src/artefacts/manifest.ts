/**
 * `artefact.json`: what lies beside an artefact's files. Written last, so a folder that has it is whole.
 * Invariant: a reader that gets a manifest back got the kind and the schema version that it asked for.
 */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { LongitudeError } from "../errors/longitude-error.ts";
import {
  ARTEFACT_DAMAGED,
  ARTEFACT_KIND_MISMATCH,
  ARTEFACT_MISSING,
  ARTEFACT_SCHEMA_UNKNOWN,
} from "../errors/registry.ts";
import type { Json } from "./canonical-json.ts";

export const MANIFEST_FILE = "artefact.json";

const json: z.ZodType<Json> = z.json();

const manifestSchema = z.strictObject({
  /** `longitude.<kind>/<version>` */
  schema: z.string(),
  kind: z.string(),
  id: z.string().regex(/^[0-9a-f]{64}$/),
  inputs: z.record(z.string(), z.string()),
  codeVersion: z.string(),
  configuration: json,
  /** Every file of the artefact with its size, so that a truncated one is noticed before it is read. */
  files: z.record(z.string(), z.int().nonnegative()),
});

export type Manifest = z.output<typeof manifestSchema>;

export function schemaName(kind: string, schemaVersion: number): string {
  return `longitude.${kind}/${schemaVersion}`;
}

/** Reads and checks the manifest of a folder. Throws ARTEFACT_* when the folder cannot be used as asked. */
export async function readManifest(
  folder: string,
  expected: { readonly kind: string; readonly schemaVersion: number },
): Promise<Manifest> {
  const manifest = await parseManifest(folder);
  if (manifest.kind !== expected.kind) {
    throw new LongitudeError(
      ARTEFACT_KIND_MISMATCH,
      `${folder} holds ${JSON.stringify(manifest.kind)}, but ${JSON.stringify(expected.kind)} was asked for`,
    );
  }
  const schema = schemaName(expected.kind, expected.schemaVersion);
  if (manifest.schema !== schema) {
    throw new LongitudeError(
      ARTEFACT_SCHEMA_UNKNOWN,
      `${folder} has schema ${JSON.stringify(manifest.schema)}, this version of Longitude reads ${JSON.stringify(schema)}`,
    );
  }
  const damaged = await damagedFiles(folder, manifest);
  if (damaged.length > 0) {
    throw new LongitudeError(
      ARTEFACT_DAMAGED,
      `${folder}: ${damaged.length} of ${Object.keys(manifest.files).length} files are missing or not of their recorded size (first: ${damaged[0]})`,
    );
  }
  return manifest;
}

async function parseManifest(folder: string): Promise<Manifest> {
  let text: string;
  try {
    text = await readFile(join(folder, MANIFEST_FILE), "utf8");
  } catch (cause) {
    throw new LongitudeError(ARTEFACT_MISSING, `${folder} has no readable ${MANIFEST_FILE}`, { cause });
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new LongitudeError(ARTEFACT_DAMAGED, `${folder}/${MANIFEST_FILE} is not JSON`, { cause });
  }
  const parsed = manifestSchema.safeParse(content);
  if (!parsed.success) {
    throw new LongitudeError(ARTEFACT_DAMAGED, `${folder}/${MANIFEST_FILE} is not an artefact's manifest`, {
      cause: parsed.error,
    });
  }
  return parsed.data;
}

async function damagedFiles(folder: string, manifest: Manifest): Promise<string[]> {
  const damaged: string[] = [];
  for (const [file, bytes] of Object.entries(manifest.files)) {
    const found = await stat(join(folder, file)).catch(() => null);
    if (found?.size !== bytes) damaged.push(file);
  }
  return damaged;
}
