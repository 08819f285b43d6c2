/** The account of a de-identification, for people. */
import type { LeftOut } from "../privacy/consent/left-out-persons.ts";
import type { PrivacyReport, Risk } from "../privacy/records/privacy-report.ts";

const ROWS = 40;

export function privacyText(report: PrivacyReport, leftOut: LeftOut, out: string): string {
  const { persons, events, rules, elements, risk, riskBefore, riskLimit } = report;
  const count = (value: number): string => value.toLocaleString("en-US");
  const byClass = new Map<string, number>();
  for (const { class: given, count: n } of elements) byClass.set(given, (byClass.get(given) ?? 0) + n);
  const lines = [
    `profile ${report.profile}`,
    ...(elements.length === 0
      ? []
      : [`elements: ${[...byClass].map(([given, n]) => `${given} ${count(n)}`).join(", ")}`]),
    ...rules
      .slice(0, ROWS)
      .map(({ rule, what, count: n }) => `  ${rule.padEnd(12)} ${what.padEnd(60)} ${count(n).padStart(12)}`),
    `persons: ${count(persons.in)} in = ${count(persons.kept)} kept + ${count(persons.optedOut)} opted out + ${count(persons.in - persons.kept - persons.optedOut)} suppressed; ${count(persons.generalised)} made coarser, ${count(persons.over89)} over 89 in one group`,
    `  left out: ${leftOut.byConsent} by consent, ${leftOut.byList} by list, ${leftOut.conflicting} with conflicting consents; ${leftOut.notFound} of the list not found`,
    `risk over ${risk.quasiIdentifiers.join(", ")}: ${riskText(risk)}; before: ${riskText(riskBefore)}${riskLimit === null ? "" : `; limit ${riskLimit}`}`,
    `${out}: ${count(events.kept)} of ${count(events.in)} events of ${count(persons.kept)} persons`,
  ];
  return `${lines.join("\n")}\n`;
}

function riskText({ k, unique, prosecutor }: Risk): string {
  return `k = ${k}, ${(100 * unique).toFixed(2)} % unique, greatest ${prosecutor.greatest.toFixed(3)}, mean ${prosecutor.mean.toFixed(4)}`;
}
