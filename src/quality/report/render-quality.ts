/** The quality report as one self-contained page. It holds codes and counts, no person's value. */
import { asTable, dataTable } from "../../drawing/data-table.ts";
import { emptyState, figure } from "../../drawing/figure.ts";
import { type Markup, markup } from "../../drawing/markup.ts";
import { count, counted, percent } from "../../drawing/number-text.ts";
import { page, type Section } from "../../drawing/page.ts";
import { type Category, CHECKS } from "../check-catalogue.ts";
import { densities } from "../judge/completeness.ts";
import { monthText } from "../judge/finding.ts";
import type { CheckResult, Outcome, QualityReport } from "../judge/quality-report.ts";
import type { QualityProfile, ValueDistribution } from "../quality-profile.ts";
import { densityPlot } from "./density-plot.ts";
import { distributionPlot } from "./distribution-plot.ts";
import { figureText } from "./quality-table.ts";

export interface QualityPage {
  /** Name of the site or the folder. */
  readonly name: string;
  readonly report: QualityReport;
  readonly profile: QualityProfile;
  readonly previous: QualityProfile | null;
}

const CATEGORIES: readonly { readonly id: Category; readonly title: string; readonly asks: string }[] = [
  { id: "conformance", title: "Conformance", asks: "Do the records have the form that they should have?" },
  { id: "completeness", title: "Completeness", asks: "Is there what should be there?" },
  { id: "plausibility", title: "Plausibility", asks: "Can the records be true?" },
];
const OUTCOMES: readonly { readonly id: Outcome; readonly word: string; readonly look: string }[] = [
  { id: "failed", word: "failed", look: "v-worse" },
  { id: "waived", word: "waived", look: "v-same" },
  { id: "passed", word: "passed", look: "v-better" },
  { id: "not judged", word: "nothing to judge", look: "v-few" },
];
/** Codes whose distribution is drawn: the most frequent, and with a previous import those that moved most. */
const DRAWN = 12;

export function renderQuality(input: QualityPage): string {
  const { report } = input;
  const sections: Section[] = [
    ...CATEGORIES.map(({ id, title, asks }) => ({
      id,
      title,
      content: markup`<p class="lede">${asks}</p>${checksOf(report, id)}`,
    })),
    { id: "months", title: "Events by month", content: months(input) },
    { id: "values", title: "Values", content: values(input) },
    { id: "codes", title: "Codes", content: codes(input) },
  ];
  return page(`Quality of the records: ${input.name}`, head(input), sections);
}

function head({ name, report, profile }: QualityPage): Markup {
  const { counts, passed } = report;
  const span =
    profile.months === null
      ? "undated"
      : `${monthText(profile.months.first)} to ${monthText(profile.months.last)}`;
  const verdict = passed
    ? `All checks that had something to judge passed${counts.waived > 0 ? `, ${counts.waived} of them by a waiver` : ""}: a model may be built from these records.`
    : `${counted(counts.failed, "check")} failed: nothing is built from these records until they are put right or the findings are waived by name.`;
  return markup`<header class="masthead"><p class="eyebrow"><span>Longitude</span><span>Quality report</span><span>${report.date}</span></p><h1>Records of <em>${name}</em></h1><div class="lead"><div><p class="verdict-text">${verdict}${report.comparedWithPrevious ? "" : " There is no previous import to compare with."}</p><dl class="ids"><div><dt>persons</dt><dd>${count(report.persons)}</dd></div><div><dt>events</dt><dd>${count(report.events)}</dd></div><div><dt>months</dt><dd>${span}</dd></div></dl>${waiverNotes(report)}</div>${matrix(report)}</div></header>`;
}

function waiverNotes({ expiredWaivers, unusedWaivers }: QualityReport): Markup {
  return markup`${expiredWaivers.map(
    ({ check, of, name, expires }) =>
      markup`<p class="note warn"><strong>Waiver refused.</strong> ${CHECKS[check].title} (${of}), by ${name}: it ended on ${expires}.</p>`,
  )}${unusedWaivers.map(
    ({ check, of, name }) =>
      markup`<p class="note">The waiver of ${CHECKS[check].title} (${of}) by ${name} covers nothing and can go.</p>`,
  )}`;
}

/** Checks by category and what became of them. */
function matrix({ checks }: QualityReport): Markup {
  const cell = (category: Category, outcome: Outcome): number =>
    checks.filter((check) => check.category === category && check.outcome === outcome).length;
  return markup`<div class="matrix"><table><caption>Checks by category (Kahn et al. 2016) and outcome</caption><thead><tr><th scope="col">Category</th>${OUTCOMES.map(
    ({ word }) => markup`<th scope="col">${word}</th>`,
  )}</tr></thead><tbody>${CATEGORIES.map(
    ({ id, title }) =>
      markup`<tr><th scope="row"><a href="#${id}">${title}</a></th>${OUTCOMES.map((outcome) => markup`<td>${cell(id, outcome.id) || "–"}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

function outcomeTag(outcome: Outcome): Markup {
  const { word, look } = OUTCOMES.find(({ id }) => id === outcome)!;
  return markup`<span class="verdict ${look}">${word}</span>`;
}

function checksOf({ checks }: QualityReport, category: Category): Markup {
  const mine = checks.filter((check) => check.category === category);
  const table = dataTable({
    caption: "Checks, their worst finding and their limit",
    columns: ["Check", "Looks at", "Outcome", "Worst", "Limit", "Judged"],
    rows: mine.map((check) => [
      check.title,
      check.context === "verification" ? "the records themselves" : "months, years, the import before",
      outcomeTag(check.outcome),
      check.findings[0] === undefined
        ? "–"
        : `${figureText(check, check.findings[0].value)} (${check.findings[0].of})`,
      figureText(check, check.limit),
      count(check.judged),
    ]),
  });
  return markup`${table}${mine.filter(({ outcome }) => outcome === "failed" || outcome === "waived").map(findingsOf)}`;
}

function findingsOf(check: CheckResult): Markup {
  return markup`<h3>${check.title}</h3>${dataTable({
    caption: `Above the limit of ${figureText(check, check.limit)}`,
    columns: ["Of", "Found", "n", "Detail", "Outcome"],
    rows: check.findings
      .filter(({ outcome }) => outcome !== "passed")
      .map(({ of, value, n, detail, outcome, waiver }) => [
        markup`<code>${of}</code>`,
        figureText(check, value),
        count(n),
        markup`<span class="breakable">${detail}</span>`,
        waiver === null
          ? outcomeTag(outcome)
          : markup`${outcomeTag(outcome)} <span class="breakable">by ${waiver.name} until ${waiver.expires}: ${waiver.reason}</span>`,
      ]),
  })}`;
}

function months({ profile }: QualityPage): Markup {
  const { months: span, domains } = profile;
  if (span === null) return emptyState("No dated events.", "Nothing can be drawn by month.");
  const marked = new Map(densities({ profile }).map((one) => [one.domain, one]));
  const shown = [...domains].sort((a, b) => sum(b.events) - sum(a.events)).slice(0, DRAWN);
  const gaps = [...marked.values()].reduce((total, one) => total + one.gaps.length, 0);
  return figure({
    level: 3,
    title:
      gaps === 0
        ? "No month has far fewer events than the months around it"
        : `${counted(gaps, "month has", "months have")} far fewer events than the months around`,
    about: `n = ${count(profile.events)} events of ${count(profile.persons.n)} persons, ${monthText(span.first)} to ${monthText(span.last)} (stragglers, one in a thousand on either side, are not drawn; a month that towers over all others is cut at the top); a triangle marks a gap (down) or a surge (up). Counts, so no interval.`,
    chart: markup`<div class="pair">${shown.map((domain) => densityPlot(domain, span, marked.get(domain.domain) ?? { gaps: [], surges: [] }))}</div>`,
    table: {
      caption: "Events by domain and year",
      columns: ["Domain", "Events", "First month", "Last month", "Stand twice", "On 1 January"],
      rows: domains.map(({ domain, events, firstMonth, repeats, onNewYear }) => [
        domain,
        count(sum(events)),
        monthText(firstMonth),
        monthText(firstMonth + events.length - 1),
        count(repeats),
        count(onNewYear),
      ]),
    },
  });
}

function values({ profile, previous, report }: QualityPage): Markup {
  if (profile.values.length === 0) return emptyState("No values.", "No event of these records has a number.");
  const before = new Map((previous?.values ?? []).map((one) => [`${one.code}\0${one.unit ?? ""}`, one]));
  const drift = new Map(
    report.checks
      .filter(({ check }) => check === "valueDrift")
      .flatMap(({ findings }) => findings.map(({ of, value }) => [of, value] as const)),
  );
  const nameOf = ({ code, unit }: ValueDistribution): string => (unit === null ? code : `${code} in ${unit}`);
  const ranked = [...profile.values].sort(
    (a, b) => (drift.get(nameOf(b)) ?? -1) - (drift.get(nameOf(a)) ?? -1) || b.n - a.n,
  );
  const drawn = ranked.filter(({ distinct }) => distinct > 1).slice(0, DRAWN);
  const compared = previous === null ? "" : " The dashed line is the previous import.";
  return figure({
    level: 3,
    title:
      previous === null
        ? `The ${count(drawn.length)} most frequent of ${count(profile.values.length)} distributions of values`
        : `The ${count(drawn.length)} distributions that moved most since the previous import`,
    about: `Cumulative share of values by code and unit; the outermost half per cent on either side, and what lies six widths of the middle half beyond it, is not drawn.${compared}`,
    chart: markup`<div class="forests">${drawn.map((one) => distributionPlot(one, before.get(`${one.code}\0${one.unit ?? ""}`) ?? null))}</div>`,
    table: {
      caption: "Distributions of values (the 200 most frequent)",
      columns: ["Code", "Unit", "Values", "Different", "Beyond limits"],
      rows: [...profile.values]
        .sort((a, b) => b.n - a.n)
        .slice(0, 200)
        .map(({ code, unit, n, distinct, outside }) => [
          markup`<code>${code}</code>`,
          unit ?? "none",
          count(n),
          count(distinct),
          outside === null ? "no limits stated" : `${count(outside)} (${percent(outside / n, 2)})`,
        ]),
    },
  });
}

function codes({ profile }: QualityPage): Markup {
  const systems = dataTable({
    caption: "Code systems",
    columns: ["System", "Standard", "Events", "Codes", "Malformed", "Without description and parent"],
    rows: profile.systems.map(({ system, standard, events, codes: n, malformedEvents, orphanEvents }) => [
      system === "" ? "birth and death" : system,
      standard ? "yes" : "no",
      count(events),
      count(n),
      count(malformedEvents),
      count(orphanEvents),
    ]),
  });
  return markup`${systems}${asTable("The 100 most frequent codes", {
    caption: "The 100 most frequent codes",
    columns: ["Code", "Description", "Events", "With a value"],
    rows: profile.codes
      .slice(0, 100)
      .map(({ code, description, events, values: n }) => [
        markup`<code>${code}</code>`,
        description ?? "",
        count(events),
        count(n),
      ]),
  })}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0);
}
