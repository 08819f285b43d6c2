/**
 * New onsets apart from repeats: who has had an outcome is likely to have it coded again, so that figures over both flatter a
 * model that has learned to repeat the record. The tasks count first onsets; here those who had it before stand beside them.
 */
import { type AuditCheck, check, figure } from "../audits/audit.ts";
import { type AuditedTask, auditedTask, nameOfTask } from "../audits/audited-tasks.ts";
import { rescore } from "../audits/rescore.ts";
import { hasBoth } from "../measures/observations.ts";
import type { LooksInput } from "./looks-schema.ts";

export async function repeatsApart(input: LooksInput): Promise<AuditCheck> {
  const { histories, tasks, risks, reader, ranking, minimumEvents } = input;
  const countable = tasks.flatMap((task, t) =>
    task.outcome.occurrence === "first" && !isDeath(task) ? [{ task, risks: risks[t] as Float64Array }] : [],
  );
  const again = countable.map(({ task: { outcome, k, time, horizon } }) =>
    auditedTask(histories, { ...outcome, occurrence: "recurrent", washoutDays: 0 }, k, time, horizon),
  );
  const againRisks = await rescore(reader, histories, again, (history) => history);
  const figures = countable.flatMap(({ task, risks: own }, t) => {
    const repeats = again[t] as AuditedTask;
    const repeatRisks = againRisks[t] as Float64Array;
    const both = joined(task, own, repeats, repeatRisks);
    const name = nameOfTask(task);
    const ranked = (of: AuditedTask, scores: Float64Array) =>
      hasBoth(of.status, minimumEvents)
        ? ranking.estimate(ranking.aurocs(of, [scores])[0]!, of.status.length)
        : null;
    return [
      figure(`${name}: AUROC, first onsets`, ranked(task, own)),
      figure(`${name}: AUROC, among those who had it before`, ranked(repeats, repeatRisks)),
      figure(`${name}: AUROC, both together`, ranked(both.task, both.risks)),
    ];
  });
  return check(
    "repeats",
    "First onsets apart from repeats",
    "The model's risk of an onset, among persons who never had it (the tasks of this report), among those who had it before, for whom another such event counts, and over both.",
    figures,
  );
}

function isDeath({ outcome }: AuditedTask): boolean {
  return outcome.matches("MEDS_DEATH", null);
}

/** The persons of both; nobody is in both, because one asks for an earlier event and the other for none. */
function joined(a: AuditedTask, aRisks: Float64Array, b: AuditedTask, bRisks: Float64Array) {
  const order = [
    ...Array.from(a.persons.positions, (position, i) => ({ position, of: a, risks: aRisks, i })),
    ...Array.from(b.persons.positions, (position, i) => ({ position, of: b, risks: bRisks, i })),
  ].sort((x, y) => x.position - y.position);
  const column = (pick: (one: (typeof order)[number]) => number) => Float64Array.from(order, pick);
  const task: AuditedTask = {
    ...a,
    persons: {
      positions: Int32Array.from(order, ({ position }) => position),
      predictionDays: column(({ of, i }) => of.persons.predictionDays[i]!),
      observations: {
        days: column(({ of, i }) => of.persons.observations.days[i]!),
        kind: Uint8Array.from(order, ({ of, i }) => of.persons.observations.kind[i]!),
      },
      attrition: {},
    },
    status: Uint8Array.from(order, ({ of, i }) => of.status[i]!),
  };
  return { task, risks: column(({ risks, i }) => risks[i]!) };
}
