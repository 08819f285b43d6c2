/** Every task: first all differences from the strongest baseline in one picture, then one row a task. */

import { figure } from "../../drawing/figure.ts";
import { type Markup, markup } from "../../drawing/markup.ts";
import { count, estimateText, signed } from "../../drawing/number-text.ts";
import { durationText } from "../../vetting/duration.ts";
import type { Evaluation, EvaluationTask } from "../design/evaluation-schema.ts";
import { differenceOf, differencePlot } from "./difference-plot.ts";
import { sharedScale } from "./forest-plot.ts";
import { labelInText, labelOf } from "./model-look.ts";
import type { ReportInput } from "./report-input.ts";
import { taskGroups } from "./task-groups.ts";
import { taskRow } from "./task-row.ts";
import { landmarkText } from "./task-words.ts";

export function tasksSection({ evaluation }: ReportInput): Markup {
  const groups = taskGroups(evaluation.tasks);
  const scale = sharedScale(evaluation.tasks.map(({ models }) => models));
  return markup`${overview(evaluation, groups)}${groups.map((tasks) => {
    const [first] = tasks;
    if (first === undefined) return null;
    return markup`<h3 class="group-title">From ${landmarkText(first.landmark)}, within ${durationText(first.horizon)}</h3>${tasks.map(
      (task) => taskRow(task, evaluation, scale),
    )}`;
  })}`;
}

function overview(evaluation: Evaluation, groups: readonly (readonly EvaluationTask[])[]): Markup {
  const { tasks, mainModel, bootstrap, persons } = evaluation;
  const number = (verdict: EvaluationTask["verdict"]) =>
    tasks.filter((task) => task.verdict === verdict).length;
  const judged = tasks.length - number("too few to judge");
  const same = number("not distinguishable");
  const title =
    judged === 0
      ? "No task has enough onsets to judge"
      : same === judged
        ? `No task tells ${labelInText(mainModel)} and its strongest baseline apart`
        : `${labelOf(mainModel)} is better in ${number("better") || "none"}, worse in ${number("worse") || "none"} and not distinguishable in ${same || "none"} of ${judged} tasks`;
  return figure({
    level: 3,
    title,
    about: `n = ${count(persons)} people, ${count(bootstrap.resamples)} resamples of whole people, paired; follow-up from the prediction time to its end. The baseline of each task is the one with the highest C-index on these very people, which favours the baselines. An interval that holds zero cannot tell the two apart; of ${count(judged)} intervals about ${count(Math.round(0.05 * judged))} would miss zero by chance alone.`,
    chart: differencePlot(evaluation, groups),
    table: {
      caption: "Paired differences in C-index from every baseline",
      columns: ["Task", "n", "Onsets", ...evaluation.baselines.map(labelOf), "Verdict"],
      rows: tasks.map((task) => [
        `${task.title}, ${task.landmark}, ${durationText(task.horizon)}`,
        count(task.n),
        count(task.events),
        ...evaluation.baselines.map((baseline) =>
          estimateText(task.differences[baseline]?.cIndex, 3, signed),
        ),
        differenceOf(task) === null ? task.verdictText : task.verdict,
      ]),
    },
  });
}
