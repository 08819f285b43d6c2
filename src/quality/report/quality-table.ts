/** The verdict as text for a terminal: one line a check, and under it what failed or was waived. */
import type { CheckResult, JudgedFinding, QualityReport } from "../judge/quality-report.ts";

const MARK = { passed: "ok     ", failed: "FAILED ", waived: "waived ", "not judged": "-      " } as const;
/** Findings under one check; the rest is in the report. */
const SHOWN = 6;

export function qualityTable(report: QualityReport): string {
  const lines: string[] = [];
  for (const category of ["conformance", "completeness", "plausibility"] as const) {
    lines.push(category);
    for (const check of report.checks.filter((one) => one.category === category)) {
      lines.push(`  ${MARK[check.outcome]} ${check.title.padEnd(50)} ${summary(check)}`.trimEnd());
      const above = check.findings.filter(({ outcome }) => outcome !== "passed");
      for (const finding of above.slice(0, SHOWN)) lines.push(`            ${findingLine(check, finding)}`);
      if (above.length > SHOWN) lines.push(`            and ${above.length - SHOWN} more`);
    }
  }
  for (const { check, of, name, expires } of report.expiredWaivers) {
    lines.push(`refused: the waiver of ${check} (${of}) by ${name} ended on ${expires}`);
  }
  for (const { check, of, name } of report.unusedWaivers) {
    lines.push(`not needed: the waiver of ${check} (${of}) by ${name} covers nothing`);
  }
  const { passed, failed, waived } = report.counts;
  lines.push(
    `${report.passed ? "passed" : "FAILED"}: ${passed} checks passed, ${failed} failed, ${waived} waived, ${report.counts["not judged"]} had nothing to judge${report.comparedWithPrevious ? "" : "; no previous import to compare with"}`,
  );
  return `${lines.map(printable).join("\n")}\n`;
}

function summary(check: CheckResult): string {
  if (check.outcome === "not judged") return "";
  const worst = check.findings[0];
  if (worst === undefined) return "";
  const of = check.judged === 1 ? "" : `, worst of ${check.judged}`;
  return `${figureText(check, worst.value)} (limit ${figureText(check, check.limit)}${of})`;
}

function findingLine(check: CheckResult, { of, value, detail, waiver }: JudgedFinding): string {
  const why = waiver === null ? "" : ` [waived by ${waiver.name} until ${waiver.expires}: ${waiver.reason}]`;
  return `${of}: ${figureText(check, value)}; ${detail}${why}`;
}

export function figureText({ figure }: Pick<CheckResult, "figure">, value: number): string {
  if (figure === "count") return value.toLocaleString("en-US");
  if (figure === "number") return Number(value.toPrecision(3)).toString();
  if (value === 0) return "0 %";
  return value < 0.0001 ? "<0.01 %" : `${Number((100 * value).toPrecision(3))} %`;
}

/** Codes come from records; a terminal obeys control characters. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}]/gu, "?");
}
