/**
 * Vetted knowledge: short statements, each with its source, tied to outcomes: what to know or to consider when a risk
 * is high. One JSON object a line in `knowledge.ndjson` of a site's vetting folder; vetted like a definition, by its
 * content hash. What shows knowledge to people shows nothing else.
 * Invariant: a statement that `queryKnowledge` returns is vetted today, unless unvetted ones are asked for by name.
 */
import { z } from "zod";
import { type Json, toJson } from "../../artefacts/canonical-json.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { KNOWLEDGE_INVALID } from "../../errors/registry.ts";
import { contentHash } from "../statements/content-hash.ts";
import type { Reviewer } from "../statements/reviewers.ts";
import type { VettedStatement } from "../statements/vetted-statement.ts";
import { type Definition, type DefinitionVetting, vettingOf } from "../statements/vetting-status.ts";
import { parseValueCondition } from "../value-condition.ts";

export const KNOWLEDGE_FILE = "knowledge.ndjson";

/** Codes, or beginnings ending in `*`. */
const codes = z.array(z.string().min(1)).min(1);

const conflictSchema = z.strictObject({
  /** `contraindication`: an act and what the record holds; `interaction`: two acts. */
  kind: z.enum(["contraindication", "interaction"]),
  /** Codes of the act: a drug, a procedure. */
  act: codes,
  /** Codes with which it conflicts. */
  with: codes,
  /** Condition on the latest value of these codes, e.g. `< 30`; absent: that they are there at all. */
  value: z
    .string()
    .refine((text) => parseValueCondition(text) !== null, 'a condition, e.g. "< 30"')
    .optional(),
  severity: z.enum(["avoid", "caution"]),
});

const knowledgeSchema = z.strictObject({
  /** Stable; never used for another statement. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{2,63}$/),
  /** Names of outcomes that it is about. */
  outcomes: z.array(z.string().min(1)).min(1),
  /** What is known, in one or two sentences that the source supports. */
  statement: z.string().min(1).max(400),
  /** What to consider when the risk is high; null when the source recommends nothing. */
  action: z.string().min(1).max(400).nullable(),
  /** For whom it holds. */
  population: z.string().min(1).max(200),
  /** How firmly the source says it: a recommendation, something to consider, or information alone. */
  strength: z.enum(["recommended", "consider", "information"]),
  /** Codes that the action would put into the record: drugs, procedures; absent: none that could conflict. */
  acts: codes.optional(),
  /** What must not, or not without thought, stand together; absent: nothing of the kind is said. */
  conflict: conflictSchema.optional(),
  source: z.strictObject({
    title: z.string().min(1),
    publisher: z.string().min(1),
    url: z.url({ protocol: /^https?$/ }),
    licence: z.string().min(1),
  }),
});

export type Knowledge = z.output<typeof knowledgeSchema>;
export type KnownConflict = z.output<typeof conflictSchema>;

export interface VettedKnowledge {
  readonly knowledge: Knowledge;
  readonly vetting: DefinitionVetting;
}

/** @throws LongitudeError KNOWLEDGE_INVALID with the lines that are not as they should be */
export function parseKnowledge(text: string, path: string): Knowledge[] {
  const faults: string[] = [];
  const seen = new Set<string>();
  const parsed = text.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    const fault = (what: string) => faults.push(`${path}:${i + 1}: ${what}`);
    let content: unknown;
    try {
      content = JSON.parse(line);
    } catch {
      fault("not JSON");
      return [];
    }
    const result = knowledgeSchema.safeParse(content);
    if (!result.success) {
      fault([...new Set(result.error.issues.map(({ path }) => path.join(".") || "unknown keys"))].join(", "));
      return [];
    }
    if (seen.has(result.data.id)) fault(`the id ${result.data.id} a second time`);
    seen.add(result.data.id);
    return [result.data];
  });
  if (faults.length > 0) throw new LongitudeError(KNOWLEDGE_INVALID, faults.join("\n"));
  return parsed;
}

export function knowledgeContent(knowledge: Knowledge): Json {
  return toJson(knowledge);
}

/**
 * Statements about an outcome, or all; only those that are vetted today unless `unvetted` is set.
 * @param today YYYY-MM-DD
 */
export function queryKnowledge(
  all: readonly Knowledge[],
  {
    outcome,
    unvetted = false,
  }: { readonly outcome?: string | undefined; readonly unvetted?: boolean | undefined },
  statements: readonly VettedStatement[],
  reviewers: readonly Reviewer[],
  current: readonly Definition[],
  today: string,
): VettedKnowledge[] {
  const definitions = all.map(definitionOf);
  return all.flatMap((knowledge) => {
    if (outcome !== undefined && !knowledge.outcomes.includes(outcome)) return [];
    const everything = [...current, ...definitions];
    const vetting = vettingOf(definitionOf(knowledge), everything, statements, reviewers, today);
    return vetting.status === "vetted" || unvetted ? [{ knowledge, vetting }] : [];
  });
}

function definitionOf(knowledge: Knowledge): Definition {
  return { kind: "knowledge", name: knowledge.id, contentHash: contentHash(knowledgeContent(knowledge)) };
}
