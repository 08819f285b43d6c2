/**
 * Two releases side by side: paired differences on the same persons, what could not be compared and why, and the gates of each.
 * Invariant: a task of fewer persons than the minimum cell has no figures, and a count of onsets below it is not told.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { LongitudeError } from "../../../errors/longitude-error.ts";
import { RELEASES_NOT_COMPARABLE } from "../../../errors/registry.ts";
import { estimateSchema } from "../../../evaluation/measures/estimate.ts";
import { type GateResult, type Verdict, verdictSchema } from "../../../governance/gates/verdict.ts";
import { verifyRelease } from "../../../governance/release/manifest.ts";
import type { RegisteredRelease } from "../../../governance/release/registry.ts";
import {
  comparedTaskSchema,
  type ReleaseComparison,
  releaseComparisonSchema,
} from "../../../governance/release/release-comparison.ts";
import type { ServerContext } from "../../server-context.ts";
import { leastOf } from "../evidence/evidence-answer.ts";

const side = z.strictObject({ id: z.string(), version: z.string(), stage: z.string(), verdict: z.string() });
const judged = z.strictObject({
  result: z.enum(["passed", "waived", "failed"]),
  figure: estimateSchema.nullable(),
});

export const compareAnswerSchema = z.strictObject({
  first: side,
  second: side,
  minimumCell: z.int(),
  /** Null: nothing could be measured on the same persons, `unmeasured` says why. */
  measured: releaseComparisonSchema
    .pick({ persons: true, notCompared: true, redefined: true })
    .extend({
      tasks: z.array(comparedTaskSchema.extend({ n: z.int().nullable(), events: z.int().nullable() })),
    })
    .nullable(),
  unmeasured: z.string().nullable(),
  /** Gates of every task of either; null: that release was not judged by it. */
  gates: z.array(
    z.strictObject({
      ...{ outcome: z.string(), landmark: z.string(), horizon: z.string(), gate: z.string() },
      first: judged.nullable(),
      second: judged.nullable(),
    }),
  ),
});

export type CompareAnswer = z.output<typeof compareAnswerSchema>;

/** @throws LongitudeError RELEASE_MISSING, RELEASE_DAMAGED */
export async function compareAnswer(
  context: ServerContext,
  first: RegisteredRelease,
  second: RegisteredRelease,
): Promise<CompareAnswer> {
  const [one, other] = [await verdictOf(context, first), await verdictOf(context, second)];
  const minimumCell = leastOf(context.model.evidence);
  const [measured, unmeasured] = await context.compare(first, second).then(
    (comparison) => [measuredOf(comparison, minimumCell), null] as const,
    (error: unknown) => {
      if (!(error instanceof LongitudeError) || error.code !== RELEASES_NOT_COMPARABLE.code) throw error;
      return [null, error.message] as const;
    },
  );
  return {
    first: sideOf(first),
    second: sideOf(second),
    minimumCell,
    measured,
    unmeasured,
    gates: gatesOf(one, other),
  };
}

function measuredOf(
  { persons, tasks, notCompared, redefined }: ReleaseComparison,
  least: number,
): CompareAnswer["measured"] {
  return {
    ...{ persons, notCompared, redefined },
    tasks: tasks.map(({ n, events, differences, ...task }) => {
      const few = n < least;
      return {
        ...task,
        n: few ? null : n,
        events: few || (events > 0 && events < least) ? null : events,
        differences: few ? null : differences,
      };
    }),
  };
}

async function verdictOf({ folder, model }: ServerContext, release: RegisteredRelease): Promise<Verdict> {
  const path = join(folder, release.folder);
  await verifyRelease(path, model.manifest.publicKey);
  return verdictSchema.parse(JSON.parse(await readFile(join(path, "verdict.json"), "utf8")));
}

function gatesOf(one: Verdict, other: Verdict): CompareAnswer["gates"] {
  const [first, second] = [judgedOf(one), judgedOf(other)];
  return [...new Map([...second, ...first])].map(([key, { figure: _, result: __, ...gate }]) => ({
    ...gate,
    first: shown(first.get(key)),
    second: shown(second.get(key)),
  }));
}

interface Judged extends z.output<typeof judged> {
  readonly outcome: string;
  readonly landmark: string;
  readonly horizon: string;
  readonly gate: string;
}

function judgedOf({ tasks }: Verdict): Map<string, Judged> {
  return new Map(
    tasks.flatMap(({ outcome, landmark, horizon, gates }) =>
      gates.map((gate): [string, Judged] => [
        [outcome, landmark, horizon, gate.gate].join("|"),
        { outcome, landmark, horizon, gate: gate.title, result: resultOf(gate), figure: gate.figure },
      ]),
    ),
  );
}

function resultOf({ passed, waived }: GateResult): Judged["result"] {
  return passed ? "passed" : waived === null ? "failed" : "waived";
}

function shown(gate: Judged | undefined): z.output<typeof judged> | null {
  return gate === undefined ? null : { result: gate.result, figure: gate.figure };
}

function sideOf({ id, version, stage, verdict }: RegisteredRelease): z.output<typeof side> {
  return { id, version, stage, verdict };
}
