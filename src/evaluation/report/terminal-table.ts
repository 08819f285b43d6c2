/**
 * The evidence as a table for the terminal: a row a task, grouped by landmark and horizon, then the means.
 * Invariants: at most 100 columns; no colour and no control characters; what was not judged says so.
 */

import { ABSENT, count, counted } from "../../drawing/number-text.ts";
import { durationText } from "../../vetting/duration.ts";
import { vettingMarks } from "../../vetting/statements/vetting-status.ts";
import type { Evaluation, EvaluationSummary, EvaluationTask } from "../design/evaluation-schema.ts";
import type { Estimate } from "../measures/estimate.ts";
import { labelOf, lookOf } from "./model-look.ts";
import { shownModels } from "./shown-models.ts";
import { taskGroups } from "./task-groups.ts";
import { landmarkText } from "./task-words.ts";

const ALIGN = ["left", "right", "right", "left", "left", "left", "left"] as const;
const WIDEST = [15, 6, 6, 16, 8, 19, 19] as const;
/** Space before each column; two right-aligned ones stand close together. */
const GAPS = ["", "  ", " ", "  ", "  ", "  ", "  "] as const;
const HEAD = ["outcome", "people", "onsets", "C-index [95 %]", "against", "difference [95 %]", "verdict"];

export function terminalTable(evaluation: Evaluation): string {
  const lines: string[] = [];
  for (const tasks of taskGroups(evaluation.tasks)) {
    const [first] = tasks;
    if (first === undefined) continue;
    lines.push("", `From ${landmarkText(first.landmark)}, within ${durationText(first.horizon)}`, row(HEAD));
    lines.push(...tasks.map((task) => row(cells(task, evaluation.mainModel))));
    const mean = evaluation.summary.find(
      ({ landmark, horizon }) => landmark === first.landmark && horizon === first.horizon,
    );
    if (mean !== undefined) lines.push(...meanRow(mean, evaluation));
  }
  lines.push("", ...meanLines(evaluation), "");
  lines.push(...vettingMarks(evaluation.vetting).flatMap((mark) => [...wrapped(mark), ""]));
  return lines.map(printable).join("\n");
}

function cells(task: EvaluationTask, mainModel: string): string[] {
  const against = task.verdictAgainst;
  const difference = against === null ? null : (task.differences[against]?.cIndex ?? null);
  return [
    task.title,
    count(task.n),
    count(task.events),
    bracketed(task.models[mainModel]?.cIndex ?? null, false),
    against === null ? ABSENT : lookOf(against).short,
    bracketed(difference, true),
    task.verdict,
  ];
}

function meanRow({ models, differences, outcomes }: EvaluationSummary, evaluation: Evaluation): string[] {
  const { mainModel } = evaluation;
  const best = strongest(models, evaluation.baselines);
  if (best === null || !models[mainModel]?.cIndex) return [];
  return [
    row([
      `mean of ${outcomes.length}`,
      "",
      "",
      bracketed(models[mainModel].cIndex, false),
      lookOf(best).short,
      bracketed(differences[best]?.cIndex ?? null, true),
      "",
    ]),
  ];
}

/** `Mean C-index from the index date: Longitude .773 [.756 .791]`, then one line a model. */
function meanLines(evaluation: Evaluation): string[] {
  const { summary, mainModel, bootstrap, persons } = evaluation;
  const first = summary.find(({ models }) => models[mainModel]?.cIndex);
  if (first === undefined) return ["Mean C-index: no task has enough onsets to judge"];
  const models = shownModels(evaluation).filter((model) => first.models[model]?.cIndex);
  return [
    `Mean C-index from ${landmarkText(first.landmark)} over ${counted(first.outcomes.length, "outcome")}, ${counted(persons, "person", "people")}, ${count(bootstrap.resamples)} resamples:`,
    ...models.map(
      (model) => `  ${labelOf(model).padEnd(18)} ${bracketed(first.models[model]?.cIndex ?? null, false)}`,
    ),
  ];
}

/** Broken between words at 100 columns. */
function wrapped(text: string): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + 1 + word.length > 100) lines.push(`  ${word}`);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}

function strongest(models: EvaluationSummary["models"], baselines: readonly string[]): string | null {
  let best: string | null = null;
  for (const name of baselines) {
    const value = models[name]?.cIndex?.value;
    if (value !== undefined && value > (best === null ? 0 : (models[best]?.cIndex?.value ?? 0))) best = name;
  }
  return best;
}

function row(texts: readonly string[]): string {
  return texts
    .map((text, i) => {
      const width = WIDEST[i] ?? 0;
      const cut = text.length > width ? `${text.slice(0, width - 1)}…` : text;
      return ALIGN[i] === "right" ? cut.padStart(width) : cut.padEnd(width);
    })
    .map((text, i) => (i === 0 ? text : `${GAPS[i]}${text}`))
    .join("")
    .trimEnd();
}

/** `.773 [.756 .791]`, `+.003 [-.012 +.018]` */
function bracketed(estimate: Estimate | null, withSign: boolean): string {
  if (estimate === null) return ABSENT;
  const write = (value: number) => short(value, withSign);
  return `${write(estimate.value)} [${write(estimate.low)} ${write(estimate.high)}]`;
}

/** Three decimals without the leading zero. */
function short(value: number, withSign: boolean): string {
  const text = Math.abs(value).toFixed(3).replace(/^0/, "");
  const zero = Number(text) === 0;
  return withSign ? `${zero ? " " : value < 0 ? "-" : "+"}${text}` : text;
}

/** Titles come from a file that people write; a terminal obeys control characters. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}]/gu, "?");
}
