/**
 * A stored verdict: what was judged, every gate with its figure, and the words. `verdict.json` of a release.
 */
import { z } from "zod";
import { estimateSchema } from "../../evaluation/measures/estimate.ts";

export const VERDICT_SCHEMA = "longitude.verdict/1";

/** From best to worst. */
export const VERDICT_WORDS = [
  "deploy",
  "deploy for these groups only",
  "silent only",
  "do not deploy",
] as const;

export type VerdictWord = (typeof VERDICT_WORDS)[number];

const gateResult = z.strictObject({
  gate: z.string(),
  title: z.string(),
  keepsFrom: z.enum(["deploy", "silent"]),
  passed: z.boolean(),
  /** What was compared, where it is one figure. */
  figure: estimateSchema.nullable(),
  because: z.string(),
  /** Groups of people for whom alone it fails. */
  failingGroups: z.array(z.string()),
  /** Who takes the responsibility nevertheless, and until when; null when nobody does or none is needed. */
  waived: z.strictObject({ by: z.string(), reason: z.string(), until: z.string() }).nullable(),
});

const taskVerdict = z.strictObject({
  outcome: z.string(),
  title: z.string(),
  landmark: z.string(),
  horizon: z.string(),
  verdict: z.enum(VERDICT_WORDS),
  /** With `deploy for these groups only`: for whom not. */
  excludedGroups: z.array(z.string()),
  gates: z.array(gateResult),
});

export const verdictSchema = z.strictObject({
  schema: z.literal(VERDICT_SCHEMA),
  /** Id of the model artefact. */
  model: z.string(),
  verdict: z.enum(VERDICT_WORDS),
  /** The verdict with its reasons, as sentences. */
  words: z.string(),
  tasks: z.array(taskVerdict),
  /** SHA-256 of every file that was judged, and of the gates, by role. */
  judged: z.record(z.string(), z.string()),
});

export type GateResult = z.infer<typeof gateResult>;
export type TaskVerdict = z.infer<typeof taskVerdict>;
export type Verdict = z.infer<typeof verdictSchema>;

/**
 * The best that any task has earned; a model is deployed task by task, so one good task is enough to deploy it for
 * that task alone.
 */
export function overallVerdict(tasks: readonly TaskVerdict[]): Pick<Verdict, "verdict" | "words"> {
  const count = (word: VerdictWord) => tasks.filter(({ verdict }) => verdict === word).length;
  const verdict = VERDICT_WORDS.find((word) => count(word) > 0) ?? "do not deploy";
  const counts = VERDICT_WORDS.filter((word) => count(word) > 0).map(
    (word) => `${word}: ${count(word)} of ${tasks.length} tasks`,
  );
  const reasons = new Map<string, number>();
  for (const { gates } of tasks) {
    for (const { title, passed, waived } of gates)
      if (!passed && waived === null) reasons.set(title, (reasons.get(title) ?? 0) + 1);
  }
  const failing = [...reasons].sort(([, a], [, b]) => b - a).map(([title, n]) => `${title} (not in ${n})`);
  const because = failing.length === 0 ? "Every gate passed." : `Gates not passed: ${failing.join("; ")}.`;
  return { verdict, words: `${capital(counts.join("; "))}. ${because}` };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
