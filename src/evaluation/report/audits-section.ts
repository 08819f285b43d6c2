/** The audits of the model: every check with its figures and the limits that these must keep. */
import { emptyState } from "../../drawing/figure.ts";
import { type Markup, markup } from "../../drawing/markup.ts";
import { count, estimateText, fixed } from "../../drawing/number-text.ts";
import { niceScale } from "../../drawing/scale.ts";
import type { Audit, AuditCheck, AuditFigure } from "../audits/audit.ts";
import { type Bound, boundsText } from "../measures/bound.ts";
import { axisStrip, intervalStrip } from "./interval-strip.ts";

const TITLES: Readonly<Record<Audit["audit"], string>> = {
  leakage: "Does anything tell the model of the future?",
  robustness: "What if tomorrow's records differ?",
  privacy: "Does the model give away whom it was made from?",
};

export function auditsSection(audits: readonly Audit[]): Markup {
  if (audits.length === 0)
    return emptyState("No audit.", "The model of a validation is audited at its own site, not elsewhere.");
  return markup`${audits.map(auditPart)}`;
}

function auditPart({ audit, passed, summary, persons, checks }: Audit): Markup {
  return markup`<h4>${TITLES[audit]}</h4><p>The ${audit} audit ${passed ? "passed" : "did not pass"}: ${summary}. ${count(persons)} persons.</p>${checks.map(checkPart)}`;
}

const OUTCOMES: Readonly<Record<AuditCheck["outcome"], string>> = {
  passed: "✓ passed",
  failed: "✗ failed",
  "too few to judge": "? too few to judge",
  told: "told, not judged",
};

/** One check as a table that can be opened. */
export function checkPart({ title, method, outcome, figures }: AuditCheck): Markup {
  const reach = figures.flatMap(({ estimate, limit }) => [
    ...(estimate === null ? [] : [estimate.low, estimate.high]),
    ...(limit === null ? [] : boundsOf(limit)),
  ]);
  const scale = niceScale([0, ...reach], 5);
  const rows = figures.map((of) => {
    const strip = intervalStrip({
      scale,
      estimate: of.estimate,
      className: "v-same",
      marker: (x, y) => markup`<use href="#k-circle" x="${x}" y="${y}" class="mark small v-same"/>`,
      reference: of.limit === null ? 0 : boundsOf(of.limit)[0]!,
    });
    const n = of.estimate === null ? "" : count(of.estimate.n);
    return markup`<tr><th scope="row">${of.what}</th><td class="number">${n}</td><td class="strip-cell">${strip}</td><td class="figures">${estimateText(of.estimate, 3)}</td><td>${limitText(of)}</td></tr>`;
  });
  return markup`<details class="as-table"><summary>${OUTCOMES[outcome]}: ${title}</summary><p>${method}</p><div class="scroll" role="region" tabindex="0" aria-label="${title}"><table class="data"><caption>${title}: 95\u00a0% intervals; the line is the limit</caption><thead><tr><th scope="col">Figure</th><th scope="col">n</th><th scope="col">Interval</th><th scope="col">Value</th><th scope="col">Limit</th></tr></thead><tbody>${rows}</tbody><tfoot aria-hidden="true"><tr><td></td><td></td><td class="strip-cell">${axisStrip(scale, 0, (tick) => fixed(tick, scale.digits))}</td><td colspan="2"></td></tr></tfoot></table></div></details>`;
}

function boundsOf({ atLeast, atMost }: Bound): number[] {
  return [atMost, atLeast].filter((bound) => bound !== undefined);
}

function limitText({ limit, judged }: AuditFigure): string {
  if (limit === null) return "told";
  const end = limit.on === "value" ? "value" : limit.on === "low" ? "lower end" : "upper end";
  return `${judged}: ${end} ${boundsText(limit)}`;
}
