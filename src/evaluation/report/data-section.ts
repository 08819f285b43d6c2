/** What came in and what became of it, who is in which split, and why people are not in a task. */

import { dataTable } from "../../drawing/data-table.ts";
import { emptyState, figure } from "../../drawing/figure.ts";
import { type Markup, markup } from "../../drawing/markup.ts";
import { count, counted, listed, percent } from "../../drawing/number-text.ts";
import { barLegend, stackedBars } from "../../drawing/stacked-bar.ts";
import type { EvaluationTask } from "../design/evaluation-schema.ts";
import type { IngestAccount, ReportInput } from "./report-input.ts";
import { landmarkText } from "./task-words.ts";

const FATES = [
  { label: "kept", fill: "fill-main", of: "kept" },
  { label: "left out by configuration", fill: "fill-hatch", of: "dropped" },
  { label: "no event in the source", fill: "fill-dots", of: "notEvents" },
  { label: "rejected", fill: "fill-strong", of: "rejected" },
] as const;

export function dataSection(input: ReportInput): Markup {
  const { ingest } = input;
  return markup`${
    ingest === null
      ? emptyState(
          "No account of the records.",
          "The records of this report were made without one, so rejects and splits are not known here.",
        )
      : markup`<div class="columns"><div>${account(ingest)}</div><div>${splits(ingest, input.measured)}${quality(ingest)}</div></div>`
  }${attrition(input)}`;
}

function account({
  candidates,
  tally,
  rejectLimit,
  rejectShare,
  dataset,
  format,
  input,
}: IngestAccount): Markup {
  const parts = FATES.map(({ label, fill, of }) => ({ label, fill, value: candidates[of] }));
  return figure({
    level: 3,
    title:
      candidates.rejected === 0
        ? `All ${count(candidates.in)} candidate events are accounted for, none was rejected`
        : `${count(candidates.rejected)} of ${count(candidates.in)} candidate events rejected (${percent(rejectShare, 3)}, limit ${percent(rejectLimit, 1)}); every one has a reason`,
    about: `${counted(input.files, "file")} of ${format.toUpperCase()}; ${count(dataset.events)} events of ${count(dataset.subjects)} people over the whole record. Counts, so no interval.`,
    chart: markup`${stackedBars("Candidate events by what became of them", [
      { label: "Candidates", parts, figure: markup`<b>${count(candidates.in)}</b>` },
    ])}${barLegend(parts)}${dataTable({
      caption: "Candidate events by fate and reason",
      columns: ["Fate", "Reason", "Source", "Count"],
      rows: tally.map(({ fate, reason, source, count: n }) => [
        fate,
        reason === ""
          ? ""
          : reason.startsWith(reason.toUpperCase())
            ? markup`<code>${reason}</code>`
            : reason,
        source,
        count(n),
      ]),
    })}`,
  });
}

function splits({ dataset }: IngestAccount, measured: ReportInput["measured"]): Markup {
  if (measured === "elsewhere") {
    return markup`<p>There are no splits here: all ${count(dataset.subjects)} people in the records were measured and none of them was learned from.</p>`;
  }
  const { train, tuning, held_out } = dataset.splits;
  const parts = [
    { label: "training", value: train, fill: "fill-soft" },
    { label: "tuning", value: tuning, fill: "fill-hatch" },
    { label: "held out", value: held_out, fill: "fill-main" },
  ];
  return figure({
    level: 3,
    title: `${percent(held_out / Math.max(1, dataset.subjects))} of the people were held out and are only measured on`,
    about: `n = ${count(dataset.subjects)} people, split by a seeded hash${dataset.groups > 0 ? `; ${counted(dataset.groups, "group")} of people who belong together (matched sets) whole in one split` : ""}. Counts, so no interval.`,
    chart: markup`${stackedBars("People by split", [
      { label: "People", parts, figure: markup`<b>${count(dataset.subjects)}</b>` },
    ])}${barLegend(parts.map((part) => ({ ...part, label: `${part.label} ${count(part.value)}` })))}`,
    table: {
      caption: "People by split",
      columns: ["Split", "People"],
      rows: parts.map(({ label, value }) => [label, count(value)]),
    },
  });
}

function quality({ copiedCodes, unknownUnits, notes }: IngestAccount): Markup {
  const { pairs, rowsChecked, personsChecked } = copiedCodes;
  const open = pairs.filter(({ resolved }) => !resolved);
  const checked = `${count(rowsChecked)} values of ${count(personsChecked)} people were compared.`;
  const verdict =
    pairs.length === 0
      ? markup`<p class="note"><strong>No copied codes found.</strong> ${checked}</p>`
      : markup`<div class="note ${open.length > 0 ? "warn" : ""}"><p><strong>${open.length > 0 ? "Warning: " : ""}${counted(pairs.length, "pair")} of codes carry the same values, so one of each is a copy${open.length === 0 ? "; the configuration drops it" : ""}.</strong> ${checked}</p><ul>${pairs.map(
          ({ codes, jointRows, equalShare, resolved }) =>
            markup`<li><code>${codes[0]}</code> and <code>${codes[1]}</code>: equal in ${percent(equalShare, 1)} of ${count(jointRows)} joint rows, ${resolved ? "one is dropped" : "both are in use"}</li>`,
        )}</ul></div>`;
  const other = [
    ...unknownUnits.map(
      ({ what, count: n }) => `${what}: ${count(n)} values in a unit that is not recognised`,
    ),
    ...notes.map(({ what, count: n }) => `${what}: ${count(n)}`),
  ];
  return markup`<h3>Quality of the records</h3>${verdict}${other.length > 0 && markup`<ul class="plain">${other.map((line) => markup`<li>${line}</li>`)}</ul>`}`;
}

const REASONS: Readonly<Record<string, { label: string; fill: string }>> = {
  "had it before": { label: "had it before", fill: "fill-hatch" },
  "no longer followed": { label: "no longer followed", fill: "fill-dots" },
  "died before the prediction time": { label: "died before", fill: "fill-strong" },
  population: { label: "not in the population", fill: "fill-grid" },
};
/** Not every reason has its own look: rules are the site's own, and the table names each. */
const OTHER = { label: "other reasons", fill: "fill-soft" };

function attrition({ evaluation, measured }: ReportInput): Markup {
  const tasks = [
    ...new Map(evaluation.tasks.map((task) => [`${task.outcome} ${task.landmark}`, task])).values(),
  ];
  const landmarks = [...new Set(tasks.map(({ landmark }) => landmark))];
  const used = [
    ...new Set(tasks.flatMap((task) => Object.keys(task.attrition).map((why) => REASONS[why] ?? OTHER))),
  ];
  const reasons = [...new Set(tasks.flatMap((task) => Object.keys(task.attrition)))];
  const smallest = tasks.reduce((a, b) => (b.n < a.n ? b : a), tasks[0] as EvaluationTask);
  const legend = [{ label: "in the task", fill: "fill-main" }, ...used];
  return figure({
    level: 3,
    title: `${count(smallest.n)} to ${count(Math.max(...tasks.map(({ n }) => n)))} of ${count(evaluation.persons)} people count in a task; only a first onset counts`,
    about: `n = ${count(evaluation.persons)} ${measured === "held out" ? "held-out people" : "people"}, each either in a task or left out of it for one reason, at ${listed(landmarks.map(landmarkText))}. Counts, so no interval.`,
    chart: markup`<div class="forests two">${landmarks.map(
      (landmark) =>
        markup`<div class="panel"><h4>At ${landmarkText(landmark)}</h4>${stackedBars(
          `People in each task at ${landmarkText(landmark)}`,
          tasks
            .filter((task) => task.landmark === landmark)
            .map((task) => ({
              label: task.title,
              parts: [
                { label: "in the task", value: task.n, fill: "fill-main" },
                ...Object.entries(task.attrition).map(([why, value]) => ({
                  ...(REASONS[why] ?? OTHER),
                  value,
                })),
              ],
              figure: markup`<b>${count(task.n)}</b>`,
            })),
        )}</div>`,
    )}</div>${barLegend(legend)}`,
    table: {
      caption: "People in each task and reasons for not being in it",
      columns: ["Outcome and landmark", "In the task", ...reasons],
      rows: tasks.map((task) => [
        `${task.title}, ${task.landmark}`,
        count(task.n),
        ...reasons.map((why) => count(task.attrition[why] ?? 0)),
      ]),
    },
  });
}
