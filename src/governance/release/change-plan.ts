/**
 * The predetermined change plan of a site: what may change between two releases without a new approval, how it is
 * tested, and when it is rolled back. It lies in every release, so that who approves a release approves its plan.
 * Invariant: a change counts as foreseen only by the plan that the approved release holds, byte for byte.
 */
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { CHANGE_PLAN_INVALID } from "../../errors/registry.ts";
import {
  type Evaluation,
  type EvaluationTask,
  MEASURE_NAMES,
} from "../../evaluation/design/evaluation-schema.ts";
import { VERDICT_WORDS, type VerdictWord } from "../gates/verdict.ts";
import type { ReleaseManifest } from "./manifest.ts";

/** Parts of a release that a plan may let change. Definitions and gates are never among them. */
export const CHANGEABLE = [
  "records",
  "vocabulary",
  "architecture",
  "weights",
  "trees",
  "calibration",
] as const;
type Part = (typeof CHANGEABLE)[number] | "definitions" | "gates";

const PART_OF_FILE: Readonly<Record<string, Part>> = {
  "model/vocabulary.json": "vocabulary",
  "model/tokenizer.json": "vocabulary",
  "model/config.json": "architecture",
  "model/model.safetensors": "weights",
  "model/onset_head.safetensors": "weights",
  "model/tree_head.json": "trees",
  "model/longitude.json": "calibration",
  "definitions.json": "definitions",
  "gates.json": "gates",
};

const MEASURES = ["cIndex", "auroc", "auprc", "brier"] as const;
const LOWER_IS_BETTER: readonly string[] = ["brier"];

export const changePlanSchema = z.strictObject({
  schema: z.literal("longitude.change-plan/1"),
  mayChange: z.array(z.enum(CHANGEABLE)).min(1),
  /** Each must hold for every task that the approved release was judged on. */
  tests: z
    .array(
      z.strictObject({
        title: z.string().min(1),
        measure: z.enum(MEASURES),
        /** How much worse than in the approved release the figure may be. */
        worseByAtMost: z.number().min(0),
      }),
    )
    .min(1),
  /** What ends the use of a release that came by this plan (`brokenRules`). */
  rollBack: z
    .array(
      z.strictObject({
        title: z.string().min(1),
        /** Of the model, for each task, on newer records. */
        measure: z.enum(MEASURE_NAMES),
        atLeast: z.number().optional(),
        atMost: z.number().optional(),
      }),
    )
    .min(1),
});

export type ChangePlan = z.output<typeof changePlanSchema>;

/** @returns null when the site has no plan @throws LongitudeError CHANGE_PLAN_INVALID */
export async function readChangePlan(path: string): Promise<ChangePlan | null> {
  try {
    return changePlanSchema.parse(parse(await readFile(path, "utf8")));
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return null;
    const where =
      cause instanceof z.ZodError
        ? cause.issues.map(({ path: at }) => at.join(".")).join(", ")
        : "not readable";
    throw new LongitudeError(CHANGE_PLAN_INVALID, `${path}: ${where || "top level"}`, { cause });
  }
}

export interface BrokenRule {
  readonly title: string;
  /** Tasks whose figure lies beyond the rule's bound with its whole interval. */
  readonly tasks: readonly string[];
}

/** Which rules for rolling back newer evidence breaks; a task with too few onsets breaks none. */
export function brokenRules({ rollBack }: ChangePlan, evaluation: Evaluation): BrokenRule[] {
  return rollBack.flatMap(({ title, measure, atLeast, atMost }) => {
    const tasks = evaluation.tasks.filter(({ code, models }) => {
      const figure = models[evaluation.mainModel]?.[measure];
      if (code !== null || figure == null) return false;
      return (
        (atLeast !== undefined && figure.high < atLeast) || (atMost !== undefined && figure.low > atMost)
      );
    });
    const names = tasks.map(({ outcome, landmark, horizon }) => `${outcome}, ${landmark}, ${horizon}`);
    return names.length === 0 ? [] : [{ title, tasks: names }];
  });
}

export interface ReleaseSide {
  readonly files: ReleaseManifest["files"];
  readonly lineage: ReleaseManifest["lineage"];
  readonly verdict: VerdictWord;
  readonly evaluation: Evaluation;
}

export interface ChangeVerdict {
  readonly schema: "longitude.change/1";
  /** The approved release that this one follows. */
  readonly previous: string;
  readonly withinPlan: boolean;
  readonly changed: readonly Part[];
  readonly tests: readonly {
    readonly title: string;
    readonly failing: readonly string[];
    readonly passed: boolean;
  }[];
  readonly because: string;
}

/** @param samePlan whether the approved release holds this very plan */
export function judgeChange(
  plan: ChangePlan,
  samePlan: boolean,
  previousId: string,
  previous: ReleaseSide,
  next: ReleaseSide,
): ChangeVerdict {
  const changed = changedParts(previous, next);
  const foreseen: readonly string[] = plan.mayChange;
  const tests = plan.tests.map(({ title, measure, worseByAtMost }) => {
    const failing = previous.evaluation.tasks
      .filter(({ code }) => code === null)
      .filter((task) => !isKept(task, previous.evaluation, next.evaluation, measure, worseByAtMost))
      .map(({ outcome, landmark, horizon }) => `${outcome}, ${landmark}, ${horizon}`);
    return { title, failing, passed: failing.length === 0 };
  });
  const unforeseen = changed.filter((part) => !foreseen.includes(part));
  const failed = tests.filter(({ passed }) => !passed);
  const worse = VERDICT_WORDS.indexOf(next.verdict) > VERDICT_WORDS.indexOf(previous.verdict);
  const reasons = [
    ...(samePlan ? [] : ["the approved release holds another plan"]),
    ...(unforeseen.length === 0 ? [] : [`the plan does not foresee a change of ${unforeseen.join(", ")}`]),
    ...failed.map(({ title, failing }) => `${title}: not in ${failing.length} tasks`),
    ...(worse ? ["the verdict is worse"] : []),
  ];
  return {
    schema: "longitude.change/1",
    previous: previousId,
    withinPlan: reasons.length === 0,
    changed,
    tests,
    because:
      reasons.length === 0
        ? "the change keeps to the plan"
        : `a new approval is needed: ${reasons.join("; ")}`,
  };
}

function changedParts(previous: ReleaseSide, next: ReleaseSide): Part[] {
  const parts = new Set<Part>();
  for (const [file, part] of Object.entries(PART_OF_FILE))
    if (previous.files[file] !== next.files[file]) parts.add(part);
  const records = ({ lineage }: ReleaseSide) => lineage.find(({ kind }) => kind === "records")?.id;
  if (records(previous) !== records(next)) parts.add("records");
  return [...parts].sort();
}

/** What was measured before and is not any more has not been kept. */
function isKept(
  before: EvaluationTask,
  previous: Evaluation,
  next: Evaluation,
  measure: (typeof MEASURES)[number],
  worseByAtMost: number,
): boolean {
  const was = before.models[previous.mainModel]?.[measure]?.value;
  if (was === undefined) return true;
  const after = next.tasks.find(
    ({ outcome, landmark, horizon }) =>
      outcome === before.outcome && landmark === before.landmark && horizon === before.horizon,
  );
  const is = after?.models[next.mainModel]?.[measure]?.value;
  if (is === undefined) return false;
  return (LOWER_IS_BETTER.includes(measure) ? is - was : was - is) <= worseByAtMost + 1e-12;
}
