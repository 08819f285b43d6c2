/**
 * What one family of codes alone foretells. A score (how often, how recent, which value) and its direction are chosen on
 * development persons and measured on the persons of the audit: a family that ranks nearly as an oracle, or that nearly
 * everybody has who falls ill and nobody else, was in truth recorded because of the outcome.
 */
import type { PatientHistory } from "../../../vetting/patient-history.ts";
import { prepareAuroc } from "../../measures/auroc.ts";
import { prepareCensoringWeights } from "../../measures/censoring-weights.ts";
import { CASE, CONTROL, once } from "../../measures/observations.ts";
import type { Resampled } from "../../resampling/resampled.ts";
import { type AuditedTask, auditedTask, type Ranking } from "../audited-tasks.ts";
import { FAMILY_SCORES, type FamilyScores, familyScores } from "./families.ts";

export interface FamilyAlone {
  readonly family: string;
  readonly task: AuditedTask;
  readonly auroc: Resampled;
  /** Persons of the audit with the family in their record and a known outcome; those of them with the onset in time. */
  readonly having: number;
  readonly onsets: number;
}

/** Development persons that suffice to choose a score. */
const ENOUGH = 5000;

export function familiesAlone(
  development: readonly PatientHistory[],
  histories: readonly PatientHistory[],
  tasks: readonly AuditedTask[],
  families: readonly string[],
  ranking: Ranking,
): FamilyAlone[] {
  const learned = development.slice(0, ENOUGH);
  return tasks.flatMap((task) => {
    const { outcome, k, time, horizon, status } = task;
    const before = auditedTask(learned, outcome, k, time, horizon);
    const learnedScores = familyScores(learned, before, families);
    const scores = familyScores(histories, task, families);
    const chosen = families.map((family) => bestScore(before, learnedScores.get(family)!));
    const signed = families.map((family, f) => {
      const { name, sign } = chosen[f]!;
      return scores.get(family)![name].map((score) => sign * score);
    });
    const areas = ranking.aurocs(task, signed);
    return families.map((family, f): FamilyAlone => {
      const { count } = scores.get(family)!;
      const having = (kind: number) =>
        count.reduce((n, times, i) => n + (times > 0 && status[i] === kind ? 1 : 0), 0);
      const onsets = having(CASE);
      return { family, task, auroc: areas[f]!, having: onsets + having(CONTROL), onsets };
    });
  });
}

function bestScore(
  task: AuditedTask,
  scores: FamilyScores,
): { readonly name: (typeof FAMILY_SCORES)[number]; readonly sign: 1 | -1 } {
  const weights = new Float64Array(task.status.length);
  prepareCensoringWeights(task.persons.observations, task.horizon.days)(once(weights.length), weights);
  const areas = FAMILY_SCORES.map((name) => {
    const area = prepareAuroc(task.status, scores[name])(weights);
    return { name, area: Number.isNaN(area) ? 0.5 : area };
  });
  const best = areas.reduce((a, b) => (Math.abs(b.area - 0.5) > Math.abs(a.area - 0.5) ? b : a));
  return { name: best.name, sign: best.area < 0.5 ? -1 : 1 };
}
