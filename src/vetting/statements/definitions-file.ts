/**
 * Definitions that are no outcomes: concept sets, mapping and unit decisions, plausibility limits; `definitions.yaml` in
 * a site's vetting folder. A definition that outcomes rest on names them: when it changes, their vetting is stale.
 */
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { VETTING_FILE } from "../../errors/registry.ts";
import { contentHash } from "./content-hash.ts";
import type { Definition } from "./vetting-status.ts";

export const DEFINITIONS_FILE = "definitions.yaml";

const fileSchema = z.array(
  z.strictObject({
    kind: z.enum(["concept set", "mapping", "unit", "plausibility"]),
    name: z.string().min(1),
    /** What is to be vetted: codes, a mapping, limits. */
    content: z.json(),
    /** What a reviewer reads beside it. */
    guideline: z.string().min(1),
    /** Names of outcomes that rest on it. */
    usedBy: z.array(z.string()).default([]),
  }),
);

export interface FiledDefinition extends Definition {
  readonly content: z.output<typeof fileSchema>[number]["content"];
  readonly guideline: string;
  readonly usedBy: readonly string[];
}

/** @returns none when the file does not exist @throws LongitudeError VETTING_FILE */
export async function readDefinitions(path: string): Promise<FiledDefinition[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (text === null) return [];
  try {
    const written = fileSchema.parse(parse(text));
    return written.map((one) => ({ ...one, contentHash: contentHash(one.content) }));
  } catch (cause) {
    throw new LongitudeError(VETTING_FILE, `${path} is not a list of definitions`, { cause });
  }
}

/** What the vetting of an outcome rests on. */
export function restsOn(outcome: string, definitions: readonly FiledDefinition[]): Definition[] {
  return definitions
    .filter(({ usedBy }) => usedBy.includes(outcome))
    .map(({ kind, name, contentHash: hash }) => ({ kind, name, contentHash: hash }));
}
