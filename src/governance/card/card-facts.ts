/**
 * What only people can say about a model: `governance/card.yaml` of a site. Everything is optional, and what is left out
 * stands in the card as missing.
 */
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { GOVERNANCE_FILE } from "../../errors/registry.ts";

const text = z.string().min(1).optional();

export const cardFactsSchema = z.strictObject({
  /** Name of the model; the site's name when left out. */
  name: text,
  developer: text,
  contact: text,
  funding: text,
  intendedUse: text,
  intendedPopulation: text,
  intendedUsers: text,
  /** Informs, augments or replaces a decision. */
  decisionRole: text,
  outOfScope: text,
  risks: text,
  inclusion: text,
  relevance: text,
  fairnessApproach: text,
  biasManagement: text,
  externalParty: text,
  externalProcess: text,
  evaluationReferences: text,
  monitoring: text,
  fairnessMonitoring: text,
  updates: text,
  correction: text,
  /** Answers to items of the TRIPOD+AI checklist that only people know, by item: `5b`, `17`, `18b`. */
  tripod: z.record(z.string().regex(/^\d{1,2}[a-g]?$/, "an item such as 5b"), z.string().min(1)).optional(),
});

export type CardFacts = z.output<typeof cardFactsSchema>;

/** @returns nothing when the file does not exist @throws LongitudeError GOVERNANCE_FILE */
export async function readCardFacts(path: string): Promise<CardFacts> {
  try {
    return cardFactsSchema.parse(parse(await readFile(path, "utf8")) ?? {});
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return {};
    throw new LongitudeError(GOVERNANCE_FILE, `${path} does not hold facts for a card as it should`, {
      cause,
    });
  }
}
