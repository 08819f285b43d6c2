/**
 * A verified release, opened to answer: its model, its definitions, its verdict and its evidence.
 * Invariant: nothing is read from a release before every byte of it was verified against its signature.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { RELEASE_READS_NOTES } from "../../errors/registry.ts";
import { AUDIT_NAMES, type Audit, auditFile, auditSchema } from "../../evaluation/audits/audit.ts";
import { type Evaluation, evaluationSchema } from "../../evaluation/design/evaluation-schema.ts";
import { type Evidence, evidenceSchema } from "../../evaluation/design/evidence-schema.ts";
import { OnsetReader } from "../../forecast/onset-reader.ts";
import { type Verdict, verdictSchema } from "../../governance/gates/verdict.ts";
import { type ReleaseManifest, verifyRelease } from "../../governance/release/manifest.ts";
import {
  type DifferentialEvidence,
  differentialEvidenceSchema,
  EVIDENCE_FILE,
} from "../../reasoning/differential/differential-evidence.ts";
import {
  type CohortDefinition,
  cohortSchema,
  type OutcomeDefinition,
  outcomesSchema,
  resolveOutcomes,
} from "../../vetting/outcome-definition.ts";
import { type PrefetchTemplates, prefetchTemplates } from "../cds/prefetch.ts";

export interface ServedTask {
  readonly outcome: OutcomeDefinition;
  /** Place among the outcomes of the model. */
  readonly place: number;
  readonly horizon: string;
  readonly horizonDays: number;
  readonly verdict: Verdict["tasks"][number] | null;
  readonly evidence: Evaluation["tasks"][number] | null;
}

export interface ServedModel {
  readonly manifest: ReleaseManifest;
  readonly verdict: Verdict;
  readonly evaluation: Evaluation;
  /** The closer look beside the evaluation; null where the release has none. */
  readonly evidence: Evidence | null;
  /** On records from elsewhere; null where the release has none. */
  readonly external: Evaluation | null;
  /** Those that the release has. */
  readonly audits: readonly Audit[];
  /** What a differential rests on; null where the release has nothing that this program reads. */
  readonly differential: DifferentialEvidence | null;
  readonly cohort: CohortDefinition;
  readonly outcomes: readonly OutcomeDefinition[];
  /** What is asked of each record: every outcome at every horizon that it was measured at. */
  readonly tasks: readonly ServedTask[];
  readonly reader: OnsetReader;
  /** What a call should bring of a record. */
  readonly prefetch: PrefetchTemplates;
  /** The model card, as it stands in the release. */
  readonly card: unknown;
  /** Parameters of the decoder. */
  readonly parameters: number;
  close(): Promise<void>;
}

const DIFFERENTIAL = `evidence/differential/${EVIDENCE_FILE}`;

/** One pass reads one record and the same record without one code or another; it costs what its tokens cost, used or not. */
export const TOKENS_AT_ONCE = 768;

/** Of one pass: sums of floats depend on it, so that all processes of all sites have the same. */
const THREADS = 1;

const definitionsSchema = z.object({ cohort: cohortSchema, outcomes: outcomesSchema });

/**
 * @param folder of the release
 * @param siteKey public key that must have signed it
 * @throws LongitudeError RELEASE_MISSING, RELEASE_DAMAGED, RELEASE_READS_NOTES
 */
export async function openServedModel(folder: string, siteKey: string): Promise<ServedModel> {
  const manifest = await verifyRelease(folder, siteKey);
  const json = async (path: string): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, path), "utf8"));
  const { cohort, outcomes: section } = definitionsSchema.parse(await json("definitions.json"));
  const verdict = verdictSchema.parse(await json("verdict.json"));
  const evaluation = evaluationSchema.parse(await json("evidence/internal/evaluation.json"));
  const has = (path: string) => Object.hasOwn(manifest.files, path);
  const closer = "evidence/internal/evidence.json";
  const evidence = has(closer) ? evidenceSchema.parse(await json(closer)) : null;
  const elsewhere = "evidence/external/evaluation.json";
  const external = has(elsewhere) ? evaluationSchema.parse(await json(elsewhere)) : null;
  const audits: Audit[] = [];
  for (const name of AUDIT_NAMES) {
    const path = `evidence/audits/${auditFile(name)}`;
    if (has(path)) audits.push(auditSchema.parse(await json(path)));
  }
  const card = await json("card.json");
  const reader = await OnsetReader.open(join(folder, "model"), THREADS, TOKENS_AT_ONCE);
  if (reader.checkpoint.vocabulary.notes !== null) {
    await reader.close();
    throw new LongitudeError(RELEASE_READS_NOTES, `the model of release ${manifest.id} reads notes`);
  }
  await reader.warm();
  const outcomes = resolveOutcomes(section);
  const names = reader.checkpoint.description.outcomes.map(({ name }) => name);
  return {
    manifest,
    verdict,
    evaluation,
    evidence,
    external,
    audits,
    differential: has(DIFFERENTIAL) ? readDifferential(await json(DIFFERENTIAL)) : null,
    cohort,
    outcomes,
    tasks: outcomes.flatMap((outcome) => tasksOf(outcome, names, verdict, evaluation)),
    reader,
    prefetch: prefetchTemplates(reader.checkpoint.vocabulary),
    card,
    parameters: reader.checkpoint.weights.length,
    close: () => reader.close(),
  };
}

function tasksOf(
  outcome: OutcomeDefinition,
  names: readonly string[],
  verdict: Verdict,
  evaluation: Evaluation,
): ServedTask[] {
  const place = names.indexOf(outcome.name);
  if (place < 0) return [];
  const tasks = new Map<string, ServedTask>();
  for (const { landmark, horizons } of outcome.predictionTimes) {
    for (const { name: horizon, days: horizonDays } of horizons) {
      if (tasks.has(horizon)) continue;
      const same = (task: { outcome: string; landmark: string; horizon: string }) =>
        task.outcome === outcome.name && task.landmark === landmark && task.horizon === horizon;
      tasks.set(horizon, {
        outcome,
        place,
        horizon,
        horizonDays,
        verdict: verdict.tasks.find(same) ?? null,
        evidence: evaluation.tasks.find(same) ?? null,
      });
    }
  }
  return [...tasks.values()];
}

/** Evidence of another version says nothing here: no set is stated. */
function readDifferential(file: unknown): DifferentialEvidence | null {
  return differentialEvidenceSchema.safeParse(file).data ?? null;
}
