/** The proof as a page for people: one self-contained file without a person's data in it. */
import { dataTable } from "../../drawing/data-table.ts";
import { type Markup, markup } from "../../drawing/markup.ts";
import { count, fixed, percent } from "../../drawing/number-text.ts";
import { page, type Section } from "../../drawing/page.ts";
import type { PrivacyReport, Risk } from "../records/privacy-report.ts";
import type { PrivacyProof, SignedProof } from "./privacy-proof.ts";

const RULE: Readonly<Record<PrivacyReport["profile"], string>> = {
  "safe-harbor": "Safe Harbor, 45 CFR 164.514(b)(2)",
  "expert-determination": "Expert Determination, 45 CFR 164.514(b)(1)",
  "limited-data-set":
    "Limited data set, 45 CFR 164.514(e): still protected health information, under a data use agreement",
};

export function proofPage({ proof, signature }: SignedProof): string {
  const holds = proof.checks.every((check) => check.holds);
  const head = markup`<header><h1>Proof of de-identification: ${proof.site}</h1>
<p>${RULE[proof.report.profile]}. Made ${proof.at}. ${holds ? "All checks hold." : "NOT ALL CHECKS HOLD."}</p></header>`;
  return page(`Proof of de-identification: ${proof.site}`, head, [
    section("checks", "Checks", checks(proof)),
    section("risk", "Risk of being found", risk(proof.report)),
    section("residual", "Scan of what leaves", residual(proof)),
    section("rules", "What each rule did", rules(proof.report)),
    section("elements", "Elements of the export", elements(proof.report)),
    section("review", "Notes that people have read", review(proof)),
    section(
      "signature",
      "Signature",
      markup`<p>Store <code>${proof.store}</code>, zone <code>${proof.zone}</code>.</p><p>Ed25519 <code>${signature}</code>. Checked by <code>longitude privacy verify</code>.</p>`,
    ),
  ]);
}

function section(id: string, title: string, content: Markup): Section {
  return { id, title, content };
}

function checks({ checks: all }: PrivacyProof): Markup {
  return dataTable({
    caption: "Each condition and whether it holds",
    columns: ["Condition", "Holds"],
    rows: all.map(({ check, holds }) => [check, holds ? "yes" : "NO"]),
  });
}

function risk({ risk: after, riskBefore: before, riskLimit, persons }: PrivacyReport): Markup {
  const row = (name: string, value: (of: Risk) => string): string[] => [name, value(before), value(after)];
  return markup`<p>Over ${after.quasiIdentifiers.join(", ")}. ${riskLimit === null ? "" : markup`Limit for the greatest risk: ${riskLimit}. `}${count(persons.generalised)} persons were made coarser, ${count(persons.suppressed)} left out, ${count(persons.optedOut)} have opted out.</p>${dataTable(
    {
      caption: "Risk before and after",
      columns: ["Measure", "Before", "After"],
      rows: [
        row("Persons", ({ persons: n }) => count(n)),
        row("Classes that look alike", ({ classes }) => count(classes)),
        row("Persons in the smallest (k)", ({ k }) => count(k)),
        row("Alone in their class", ({ unique }) => percent(unique, 2)),
        row("Prosecutor's risk, greatest", ({ prosecutor }) => fixed(prosecutor.greatest, 4)),
        row("Prosecutor's risk, mean", ({ prosecutor }) => fixed(prosecutor.mean, 4)),
        row("Journalist's risk, greatest", ({ journalist }) => fixed(journalist.greatest, 4)),
        row("Journalist's risk, mean", ({ journalist }) => fixed(journalist.mean, 4)),
      ],
    },
  )}`;
}

function residual({
  residual: { identifiers, read, known, patterns, datesBeyondYear, agesOver89 },
}: PrivacyProof): Markup {
  return markup`<p>${count(identifiers)} forms of identifiers of everybody in the zone were looked for in every value that leaves. Dates beyond the year (Safe Harbor): ${datesBeyondYear}; ages over 89 beyond the group: ${agesOver89}.</p>${dataTable(
    {
      caption: "By column",
      columns: ["Column", "Values read", "With a known identifier", "With what looks like one"],
      rows: Object.keys(read).map((column) => [
        column,
        count(read[column] ?? 0),
        count(known[column] ?? 0),
        count(patterns[column] ?? 0),
      ]),
    },
  )}`;
}

function rules({ rules: all }: PrivacyReport): Markup {
  return dataTable({
    caption: "Counts by rule",
    columns: ["Rule", "What", "Count"],
    rows: all.map(({ rule, what, count: n }) => [rule, what, count(n)]),
  });
}

function elements({ elements: all }: PrivacyReport): Markup {
  if (all.length === 0)
    return markup`<p>The export was read column by column: what no rule of its format names was not read.</p>`;
  return dataTable({
    caption: "Elements by class",
    columns: ["Element", "Class", "Times"],
    rows: all.map(({ element, class: given, count: n }) => [element, given, count(n)]),
  });
}

function review({ review: read }: PrivacyProof): Markup {
  if (read === null)
    return markup`<p>Nobody has read a sample yet: <code>longitude privacy sample</code> draws one.</p>`;
  const text = ({ value, low, high, n }: { value: number; low: number; high: number; n: number }): string =>
    `${percent(value, 2)} (${percent(low, 2)} to ${percent(high, 2)}; n = ${count(n)})`;
  return markup`<p>${count(read.notes)} notes: ${count(read.removed)} identifiers taken out, ${count(read.missed)} left. Recall ${text(read.recall)}; notes without a leak ${text(read.notesWithoutLeak)}. ${read.precision === undefined ? "" : `Of the marks, ${text(read.precision)} were right. `}${read.recall.n === 0 ? "" : `Recall: ${read.recall.method}.`}</p>`;
}
