/** The vetting report as one HTML page: what is vetted, how far reviewers agree, how right each definition is. */
import { dataTable } from "../../drawing/data-table.ts";
import { type Markup, markup } from "../../drawing/markup.ts";
import { ABSENT, count } from "../../drawing/number-text.ts";
import { page } from "../../drawing/page.ts";
import type { Interval } from "../agreement/interval.ts";
import { type DefinitionVetting, vettingMarks } from "../statements/vetting-status.ts";
import type { VettingEvidence } from "./vetting-evidence.ts";

export function vettingPage(
  site: string,
  vetting: readonly DefinitionVetting[],
  evidence: VettingEvidence,
): string {
  const { items } = evidence;
  const head = markup`<header class="masthead"><p class="eyebrow"><span>Longitude</span><span>Vetting report</span></p><h1>What the experts of site <em>${site}</em> have vetted</h1>${vettingMarks(vetting).map((mark) => markup`<p class="note warn"><strong>${mark}</strong></p>`)}<p class="verdict-text">${count(items.settled)} items are settled, ${count(items.disputed)} wait for an adjudicator, ${count(items.open)} for reviews.</p></header>`;
  return page(`Vetting: ${site}`, head, [
    { id: "outcomes", title: "Outcome definitions", content: outcomesTable(vetting) },
    { id: "agreement", title: "Agreement of reviewers", content: agreementTable(evidence) },
    { id: "accuracy", title: "Accuracy of definitions by chart review", content: accuracyTables(evidence) },
    { id: "reviewers", title: "Reviewers", content: reviewersTable(evidence) },
  ]);
}

function outcomesTable(vetting: readonly DefinitionVetting[]): Markup {
  return dataTable({
    caption: "Whether each outcome may be relied on today",
    columns: ["Outcome", "State", "Vetted by", "On", "Until", "Evidence", "Definition"],
    rows: vetting.map((one) => [
      one.name,
      one.demonstration && one.status === "vetted" ? "vetted (demonstration)" : one.status,
      one.vettedBy.join(", ") || ABSENT,
      one.vettedAt ?? ABSENT,
      one.expiresAt ?? ABSENT,
      one.evidence.join("; ") || ABSENT,
      markup`<code>${one.contentHash.slice(0, 12)}</code>`,
    ]),
  });
}

function agreementTable({ agreement }: VettingEvidence): Markup {
  if (agreement.length === 0) return markup`<p>No item has two reviews yet.</p>`;
  return markup`<p>Kappa is agreement beyond chance: 0 is what chance alone gives, 1 is perfect.</p>${dataTable(
    {
      caption: "Two independent, blinded reviews of each item",
      columns: ["Item", "Reviewed twice", "Agreed", "Cohen's kappa (95 %)"],
      rows: agreement.map(({ kind, name, twice, agreed, kappa }) => [
        `${kind}: ${name}`,
        count(twice),
        count(agreed),
        intervalText(kappa),
      ]),
    },
  )}`;
}

function accuracyTables({ definitions }: VettingEvidence): Markup {
  if (definitions.length === 0) return markup`<p>No charts have been drawn yet.</p>`;
  return markup`<p>A reviewed person stands for all people of the same stratum (inverse-probability weights).</p>${dataTable(
    {
      caption: "How right each definition is, with 95 % intervals",
      columns: ["Outcome", "Positive predictive value", "Sensitivity", "Prevalence", "Charts", "Definition"],
      rows: definitions.map((one) => [
        one.outcome,
        percentText(one.positivePredictiveValue),
        percentText(one.sensitivity),
        percentText(one.prevalence),
        count(one.strata.reduce((sum, { present, absent }) => sum + present + absent, 0)),
        one.stale ? "stale: changed since" : "as now",
      ]),
    },
  )}${dataTable({
    caption: "Charts by stratum",
    columns: ["Stratum", "People", "Drawn", "Present", "Absent", "Uncertain", "Waiting"],
    rows: definitions.flatMap(({ outcome, strata }) =>
      strata.map((stratum) => [
        `${outcome}: ${stratum.name}`,
        count(stratum.population),
        count(stratum.drawn),
        count(stratum.present),
        count(stratum.absent),
        count(stratum.uncertain),
        count(stratum.waiting),
      ]),
    ),
  })}`;
}

function reviewersTable({ reviewers }: VettingEvidence): Markup {
  if (reviewers.length === 0) return markup`<p>Nobody has reviewed yet.</p>`;
  return markup`<p>Drift is the change of a reviewer's agreement with the final verdict from the first to the second half of their items.</p>${dataTable(
    {
      caption: "Work of each reviewer",
      columns: ["Reviewer", "Reviews", "Median minutes an item", "Drift (95 %)"],
      rows: reviewers.map(({ reviewer, reviews, medianMinutes, drift }) => [
        reviewer,
        count(reviews),
        medianMinutes.toFixed(1),
        intervalText(drift),
      ]),
    },
  )}`;
}

export function intervalText(interval: Interval | null): string {
  if (interval === null) return ABSENT;
  const { value, low, high } = interval;
  return `${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

export function percentText(interval: Interval | null): string {
  if (interval === null) return ABSENT;
  const percent = (share: number) => (100 * share).toFixed(1);
  return `${percent(interval.value)} % (${percent(interval.low)} to ${percent(interval.high)})`;
}
