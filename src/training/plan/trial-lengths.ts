/**
 * Which sizes a plan tries and how long. They follow from the speed that was measured at its start, so they are kept: a
 * plan that goes on must not choose others for trials that are half done.
 */
import { readFile, rename, writeFile } from "node:fs/promises";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { TRAINING_STATE_MISMATCH } from "../../errors/registry.ts";

const lengthsSchema = z.array(z.strictObject({ depth: z.int().min(1), tokens: z.number().positive() }));

export type TrialLength = z.output<typeof lengthsSchema>[number];

/** Null when none have been chosen. */
export async function readTrialLengths(path: string): Promise<TrialLength[] | null> {
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null) return null;
  const parsed = lengthsSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new LongitudeError(TRAINING_STATE_MISMATCH, `${path} does not hold the trials of a plan`);
}

export async function writeTrialLengths(path: string, lengths: readonly TrialLength[]): Promise<void> {
  await writeFile(`${path}.partial`, JSON.stringify(lengths));
  await rename(`${path}.partial`, path);
}
