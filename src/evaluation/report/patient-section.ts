/** One person shown whole: the history that the model read, risks over time, simulated futures, and what was not asked. */

import { emptyState, figure } from "../../drawing/figure.ts";
import { type Markup, markup } from "../../drawing/markup.ts";
import { count, counted, fixed, listed, percent, shareText } from "../../drawing/number-text.ts";
import { durationText } from "../../vetting/duration.ts";
import type { EvaluationTask } from "../design/evaluation-schema.ts";
import { readFutures, shareBy } from "./future-onsets.ts";
import { futuresPlot, futuresTable } from "./futures-plot.ts";
import type { ReportInput, ShownPatient } from "./report-input.ts";
import { riskPanels } from "./risk-panels.ts";
import { historyTable, timelinePlot } from "./timeline-plot.ts";

const SEXES: Readonly<Record<string, string>> = { F: "woman", M: "man" };

export function patientSection(input: ReportInput): Markup {
  const { example } = input;
  if (example === null)
    return emptyState(
      "No example.",
      "Nobody was under observation at the first prediction time, so no person is shown.",
    );
  return markup`${who(input, example)}${history(input, example)}${risks(input, example)}${futures(input, example)}`;
}

function who(
  { outcomes }: ReportInput,
  { sex, ageYears, history: events, risks: asked }: ShownPatient,
): Markup {
  const had = outcomes.filter(({ name }) => asked.some(({ outcome, atRisk }) => outcome === name && !atRisk));
  const first = events[0]?.days ?? 0;
  return markup`<p class="lede">A ${SEXES[sex ?? ""] ?? "person"} of ${Math.floor(ageYears)} with ${counted(events.length, "event")} in ${fixed(-first / 365.25, 1)} years of record. ${
    had.length === 0
      ? "Nothing that is forecast had happened before."
      : markup`Not asked, because already in the record: <b>${listed(had.map(({ title }) => title.toLowerCase()))}</b>.`
  } The person is chosen by a rule, not by hand: of those who have had one of the outcomes, the one whose record has the most ordinary length. Dates are given from the prediction time only.</p>`;
}

function history({ codeNames }: ReportInput, { history: events }: ShownPatient): Markup {
  const nameOf = (code: string) => codeNames.get(code) ?? code;
  const kinds = new Set(events.map(({ code }) => code)).size;
  return figure({
    level: 3,
    title: `The history: ${counted(events.length, "event")} of ${counted(kinds, "kind")}`,
    about:
      "n = 1 person, the record up to the prediction time. Each measurement has its own scale; values are as recorded, so no interval.",
    chart: markup`${timelinePlot(events, nameOf)}<details class="as-table"><summary>As table</summary>${historyTable(events, nameOf)}</details>`,
  });
}

function risks(input: ReportInput, patient: ShownPatient): Markup {
  const { outcomes } = input;
  const last = patient.years.at(-1) ?? 0;
  const read = readFutures(patient, outcomes, last);
  const asked = patient.risks
    .filter(({ atRisk }) => atRisk)
    .toSorted((a, b) => (b.direct.at(-1) ?? 0) - (a.direct.at(-1) ?? 0));
  const [highest] = asked;
  const titleOf = (name: string) => outcomes.find((outcome) => outcome.name === name)?.title ?? name;
  return figure({
    level: 3,
    title:
      highest === undefined
        ? "Nothing is left to forecast for this person"
        : `The highest risk within ${last} years is ${titleOf(highest.outcome).toLowerCase()}, ${percent(highest.direct.at(-1) ?? 0)}`,
    about: `n = 1 person, ${last} years from the prediction time; cumulative incidence with death competing, one scale for all panels. A single risk has no interval of its own: the table gives what was observed, with its interval, among the people whose predicted risk was nearest.`,
    chart: riskPanels(patient, outcomes, read),
    table: {
      caption: "Predicted risks, and observed incidence among people with nearly the same predicted risk",
      columns: [
        "Outcome",
        "Within",
        "Direct reading",
        `Share of ${read.length} futures`,
        "Observed in the nearest group",
        "n of the group",
      ],
      rows: asked.flatMap(({ outcome, direct }) =>
        tasksAt(input, outcome).map((task) => {
          const year = Math.round(task.horizonDays / 365.25);
          const risk = direct[patient.years.indexOf(year)] ?? Number.NaN;
          const group = nearestGroup(task, input.evaluation.mainModel, risk);
          const position = outcomes.findIndex(({ name }) => name === outcome);
          return [
            task.title,
            durationText(task.horizon),
            Number.isFinite(risk) ? percent(risk, risk < 0.1 ? 1 : 0) : "",
            read.length === 0 ? "" : percent(shareBy(read, position, year)),
            shareText(group?.observed ?? null),
            group === null ? "" : count(group.n),
          ];
        }),
      ),
    },
  });
}

/** Tasks of an outcome at the first landmark, where the example stands. */
function tasksAt({ evaluation }: ReportInput, outcome: string): EvaluationTask[] {
  const landmark = evaluation.tasks[0]?.landmark;
  return evaluation.tasks.filter((task) => task.outcome === outcome && task.landmark === landmark);
}

function nearestGroup(task: EvaluationTask, model: string, risk: number) {
  const groups = task.curves[model]?.calibration ?? [];
  const nearest = groups.toSorted((a, b) => Math.abs(a.meanRisk - risk) - Math.abs(b.meanRisk - risk))[0];
  return Number.isFinite(risk) && nearest !== undefined ? nearest : null;
}

function futures({ outcomes }: ReportInput, patient: ShownPatient): Markup {
  const last = patient.years.at(-1) ?? 0;
  const read = readFutures(patient, outcomes, last);
  if (read.length === 0) {
    return markup`<h3>Simulated futures</h3>${emptyState("None.", "No futures were simulated for this person.")}`;
  }
  const withOnset = read.filter(({ onsets, died }) => onsets.length > 0 || died).length;
  const yearly = patient.years.filter((year) => year > 0);
  return figure({
    level: 3,
    title: `${count(withOnset)} of ${count(read.length)} simulated futures hold a new onset or death within ${last} years`,
    about: `n = 1 person, ${counted(read.length, "future")}, ${last} years from the prediction time. Futures are draws, not predictions: the spread between them is the uncertainty, and ${read.length} of them tell shares only roughly.`,
    chart: futuresPlot(read, outcomes, last),
    table: {
      caption: "Share of the futures with each outcome, by year",
      columns: ["Outcome", ...yearly.map((year) => `${year} y`)],
      rows: outcomes
        .map((outcome, k) => ({ outcome, k }))
        .filter(({ outcome }) =>
          patient.risks.some(({ outcome: name, atRisk }) => name === outcome.name && atRisk),
        )
        .map(({ outcome, k }) => [outcome.title, ...yearly.map((year) => percent(shareBy(read, k, year)))]),
    },
    after: futuresTable(read, outcomes),
  });
}
