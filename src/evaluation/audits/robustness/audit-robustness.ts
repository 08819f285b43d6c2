/** How much the model's figures move when records differ from those that it was proven on. */
import { createRandom } from "../../../effects/random.ts";
import { differenceOf, type Resampled } from "../../resampling/resampled.ts";
import { type Audit, check, concludeAudit, figure } from "../audit.ts";
import type { AuditedCohort, AuditProgress } from "../audited-cohort.ts";
import { meanOf } from "../audited-tasks.ts";
import { rescore } from "../rescore.ts";
import { perturbations } from "./perturbations.ts";

export async function* auditRobustness(cohort: AuditedCohort): AsyncGenerator<AuditProgress, Audit> {
  const { model, reader, histories, tasks, ranking, config } = cohort;
  const all = perturbations(histories, createRandom(config.seed).fork("perturbations"));
  const risks = [cohort.risks];
  for (const [i, { name, change }] of all.entries()) {
    yield { step: name, done: i, total: all.length };
    risks.push(await rescore(reader, histories, tasks, change));
  }
  // By task, then by version of the records: as they are, then each perturbation.
  const areas = tasks.map((task, t) =>
    ranking.aurocs(
      task,
      risks.map((ofVersion) => ofVersion[t]!),
    ),
  );
  const mean = (version: number): Resampled => meanOf(areas.map((ofTask) => ofTask[version]!));
  const whole = mean(0);
  const n = histories.length;
  const estimate = (of: Resampled) => (tasks.length === 0 ? null : ranking.estimate(of, n));
  const checks = all.map(({ name, limit }, i) => {
    const version = i + 1;
    const losses = areas.map((ofTask) => differenceOf(ofTask[0]!, ofTask[version]!));
    const worst = losses.reduce((a, loss, t) => (loss.value > losses[a]!.value ? t : a), 0);
    const task = tasks[worst];
    return check(
      `perturbed-${i + 1}`,
      `Records ${name}`,
      "Held-out records are changed and read again; the same persons, the same resamples.",
      [
        figure(
          `mean AUROC lost over ${tasks.length} outcomes`,
          estimate(differenceOf(whole, mean(version))),
          limit === null ? null : config.robustness[limit],
        ),
        ...(task === undefined
          ? []
          : [
              figure(
                `AUROC lost where it is most: ${task.outcome.title}`,
                ranking.estimate(losses[worst]!, task.status.length),
              ),
            ]),
        figure("mean risk over that of the records as they are", riskRatio(risks[0]!, risks[version]!)),
      ],
    );
  });
  const asTheyAre = check("as-they-are", "Records as they are", "Held-out records, unchanged.", [
    figure(`mean AUROC over ${tasks.length} outcomes`, estimate(whole)),
  ]);
  return concludeAudit("robustness", model, n, [asTheyAre, ...checks]);
}

/** Told without an interval: all persons are the same. */
function riskRatio(before: readonly Float64Array[], after: readonly Float64Array[]) {
  const sum = (all: readonly Float64Array[]) =>
    all.reduce((total, risks) => total + risks.reduce((a, b) => a + b, 0), 0);
  const [was, is] = [sum(before), sum(after)];
  const n = before.reduce((total, risks) => total + risks.length, 0);
  if (!(was > 0)) return null;
  const value = is / was;
  return { value, low: value, high: value, n, method: "ratio of means over the same predictions" };
}
