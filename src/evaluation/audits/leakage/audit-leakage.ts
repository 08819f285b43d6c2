/**
 * Whether anything that the model reads tells of the future: what it does when the future is taken out of the records,
 * what single families of codes foretell, what is lost without them, onsets too close to the prediction, the outcome among
 * its own inputs, the same person in two splits.
 */
import { eventsBefore, type PatientHistory } from "../../../vetting/patient-history.ts";
import { differenceOf } from "../../resampling/resampled.ts";
import { type Audit, type AuditCheck, check, concludeAudit, figure, shareOf } from "../audit.ts";
import type { AuditedCohort, AuditProgress } from "../audited-cohort.ts";
import { type AuditedTask, nameOfTask, type Ranking } from "../audited-tasks.ts";
import type { AuditsConfig } from "../audits-config.ts";
import { rescore } from "../rescore.ts";
import { duplicatesAcross } from "./duplicates.ts";
import { commonFamilies, withoutFamily } from "./families.ts";
import { gaps } from "./gaps.ts";
import { type FamilyAlone, familiesAlone } from "./single-families.ts";

/** Families whose scores are held at once. */
const MOST_FAMILIES = 100;
/** Fewer persons with a family say nothing of what it means. */
const FEWEST_HAVING = 20;
/** A batch of another size may round the last digits of a risk otherwise. */
const SAME_RISK = 1e-4;

/** @param development persons that were learned from */
export async function* auditLeakage(
  cohort: AuditedCohort,
  development: readonly PatientHistory[],
): AsyncGenerator<AuditProgress, Audit> {
  const { model, reader, histories, tasks, ranking, risks: whole, minimumEvents, config } = cohort;
  const limits = config.leakage;
  const total = limits.families + 2;
  let done = 0;
  const step = (name: string): AuditProgress => ({ step: name, done: done++, total });

  yield step("reading the records without their future");
  const cut = await rescore(reader, histories, tasks, upTo);
  yield step("single families of codes");
  const families = commonFamilies(histories, MOST_FAMILIES);
  const alone = familiesAlone(development, histories, tasks, families, ranking);
  const strongest = strongestFamilies(alone, limits.families);
  const without: { family: string; risks: Float64Array[] }[] = [];
  for (const family of strongest) {
    yield step(`without ${family}`);
    without.push({
      family,
      risks: await rescore(reader, histories, tasks, (history) => withoutFamily(history, family)),
    });
  }
  return concludeAudit("leakage", model, histories.length, [
    blindness(tasks, whole, cut, limits.changedByTheFuture),
    outcomesAmongInputs(histories, tasks, limits.outcomeInInput),
    aloneCheck(alone, ranking, limits),
    ablation(tasks, whole, without, ranking, limits.lossWithoutFamily),
    gaps(histories, tasks, whole, ranking, minimumEvents, limits.lossWithGap),
    duplicates(development, histories, limits.duplicates),
  ]);
}

/** The record as it was known on a day. */
export function upTo(history: PatientHistory, day: number): PatientHistory {
  return {
    ...history,
    events: eventsBefore(history, day),
    deathDay: history.deathDay !== null && history.deathDay <= day ? history.deathDay : null,
    lastDay: Math.min(history.lastDay, day),
    outcomeDays: history.outcomeDays.map((days) => days.filter((onset) => onset <= day)),
    asked: [],
    anchorDays: new Map(),
  };
}

type Limits = AuditsConfig["leakage"];

function blindness(
  tasks: readonly AuditedTask[],
  whole: readonly Float64Array[],
  cut: readonly Float64Array[],
  limit: Limits["changedByTheFuture"],
): AuditCheck {
  let [changed, n] = [0, 0];
  tasks.forEach((_, t) => {
    whole[t]!.forEach((risk, i) => {
      n++;
      if (!(Math.abs(risk - cut[t]![i]!) <= SAME_RISK)) changed++;
    });
  });
  return check(
    "future-blind",
    "Nothing after the prediction reaches the model",
    "Each held-out record is read as it is, and again with only what was known by the prediction time.",
    [
      figure(
        "predictions that change when the future is taken out of the record",
        shareOf(changed, n),
        limit,
      ),
    ],
  );
}

function outcomesAmongInputs(
  histories: readonly PatientHistory[],
  tasks: readonly AuditedTask[],
  limit: Limits["outcomeInInput"],
): AuditCheck {
  let [found, n] = [0, 0];
  for (const { outcome, persons } of tasks) {
    // A recurrent outcome, or one that may come again after a time, stands in the record by its definition.
    if (outcome.occurrence === "recurrent" || Number.isFinite(outcome.washoutDays)) continue;
    persons.positions.forEach((position, i) => {
      n++;
      const known = eventsBefore(histories[position]!, persons.predictionDays[i]!);
      if (known.some(({ code, value }) => outcome.events.ofSingleEvents && outcome.matches(code, value)))
        found++;
    });
  }
  return check(
    "label-overlap",
    "The outcome does not stand among its own inputs",
    "First onsets only: the events that define the outcome must not be in the record that the model reads.",
    [figure("predictions with the outcome itself in the record", shareOf(found, n), limit)],
  );
}

/** The families that rank best alone, of any task. */
function strongestFamilies(alone: readonly FamilyAlone[], most: number): string[] {
  const best = new Map<string, number>();
  for (const { family, auroc } of alone)
    best.set(family, Math.max(best.get(family) ?? 0, Number.isNaN(auroc.value) ? 0 : auroc.value));
  return [...best]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([family]) => family);
}

function aloneCheck(alone: readonly FamilyAlone[], ranking: Ranking, limits: Limits): AuditCheck {
  const tasks = [...new Set(alone.map(({ task }) => task))];
  const figures = tasks.flatMap((task) => {
    const own = alone.filter((one) => one.task === task);
    const best = own.reduce((a, b) => (b.auroc.value > a.auroc.value ? b : a));
    const telling = own
      .filter(({ having }) => having >= FEWEST_HAVING)
      .reduce<FamilyAlone | null>(
        (a, b) => (a === null || b.onsets / b.having > a.onsets / a.having ? b : a),
        null,
      );
    return [
      figure(
        `${nameOfTask(task)}: AUROC of ${best.family} alone`,
        ranking.estimate(best.auroc, task.status.length),
        limits.familyAlone,
      ),
      ...(telling === null
        ? []
        : [
            figure(
              `${nameOfTask(task)}: share of those with ${telling.family} who have the onset`,
              shareOf(telling.onsets, telling.having),
              limits.familyMeansOnset,
            ),
          ]),
    ];
  });
  return check(
    "single-family",
    "No family of codes alone foretells too well",
    "How often, how recently and with which value a family occurs, chosen on development persons, ranks held-out persons.",
    figures,
  );
}

function ablation(
  tasks: readonly AuditedTask[],
  whole: readonly Float64Array[],
  without: readonly { readonly family: string; readonly risks: readonly Float64Array[] }[],
  ranking: Ranking,
  limit: Limits["lossWithoutFamily"],
): AuditCheck {
  const figures = tasks.flatMap((task, t) => {
    const [full, ...less] = ranking.aurocs(task, [whole[t]!, ...without.map(({ risks }) => risks[t]!)]);
    const losses = less.map((one, f) => ({ family: without[f]!.family, loss: differenceOf(full!, one) }));
    const worst = losses.reduce<(typeof losses)[number] | null>(
      (a, b) => (a === null || b.loss.value > a.loss.value ? b : a),
      null,
    );
    if (worst === null) return [];
    const estimate = ranking.estimate(worst.loss, task.status.length);
    return [figure(`${nameOfTask(task)}: AUROC lost without ${worst.family}`, estimate, limit)];
  });
  return check(
    "drop-a-family",
    "No family of codes alone carries the model",
    "The model reads held-out records without one family of codes; the greatest loss of each task is shown.",
    figures,
  );
}

function duplicates(
  development: readonly PatientHistory[],
  histories: readonly PatientHistory[],
  limit: Limits["duplicates"],
): AuditCheck {
  const { compared, duplicates: found } = duplicatesAcross(development, histories);
  return check(
    "duplicates",
    "Nobody is in two splits",
    "Held-out records of ten events and more, compared with those learned from: the same codes and values at the same distances in time.",
    [
      figure(
        "held-out persons whose record is that of somebody learned from",
        shareOf(found, compared),
        limit,
      ),
    ],
  );
}
