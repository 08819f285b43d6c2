/**
 * Pairs of a question and its answer that a site has vetted one by one, like any definition: `answers.ndjson` of its
 * vetting folder, a pair a line. A pair whose wording is changed has another content hash, and nobody has vetted it.
 */
import { z } from "zod";
import { type Json, toJson } from "../../artefacts/canonical-json.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { PAIRS_INVALID } from "../../errors/registry.ts";
import { contentHash } from "../statements/content-hash.ts";
import type { Definition } from "../statements/vetting-status.ts";

export const ANSWERS_FILE = "answers.ndjson";

const pairSchema = z.strictObject({
  /** Stable; never used for another pair. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{2,63}$/),
  question: z.string().trim().min(1).max(2000),
  answer: z.string().trim().min(1).max(20_000),
  /** Keeps pairs together in one split: what they are about. */
  group: z.string().min(1).optional(),
  source: z.strictObject({
    title: z.string().min(1),
    publisher: z.string().min(1),
    url: z.url({ protocol: /^https?$/ }),
    licence: z.string().min(1),
  }),
});

export type QuestionAnswer = z.output<typeof pairSchema>;

/** @throws LongitudeError PAIRS_INVALID with the lines that are not as they should be */
export function parsePairs(text: string, path: string): QuestionAnswer[] {
  const faults: string[] = [];
  const seen = new Set<string>();
  const parsed = text.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    const result = pairSchema.safeParse(jsonOf(line));
    if (!result.success) {
      const fields = result.error.issues.map(({ path }) => path.join(".") || "not an object of these fields");
      faults.push(`${path}:${i + 1}: ${[...new Set(fields)].join(", ")}`);
      return [];
    }
    if (seen.has(result.data.id)) faults.push(`${path}:${i + 1}: an id for the second time`);
    seen.add(result.data.id);
    return [result.data];
  });
  if (faults.length > 0) throw new LongitudeError(PAIRS_INVALID, faults.join("\n"));
  return parsed;
}

export function pairContent(pair: QuestionAnswer): Json {
  return toJson(pair);
}

export function pairDefinition(pair: QuestionAnswer): Definition {
  return { kind: "answer", name: pair.id, contentHash: contentHash(pairContent(pair)) };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
