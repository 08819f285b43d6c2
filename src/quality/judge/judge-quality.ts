/**
 * The gate: a profile, the previous one, limits and waivers in; a verdict out. Pure, but for today's date, which is an
 * argument: a waiver counts up to its last day.
 * Invariant: a finding above its limit fails unless a waiver that has not expired names it.
 */
import { isoDate } from "../../ingest/calendar.ts";
import { CHECKS } from "../check-catalogue.ts";
import type { CheckId, QualityConfig, Waiver } from "../quality-config.ts";
import type { QualityProfile } from "../quality-profile.ts";
import { againstPrevious } from "./against-previous.ts";
import { completeness } from "./completeness.ts";
import { conformance } from "./conformance.ts";
import type { Finding } from "./finding.ts";
import { plausibility } from "./plausibility.ts";
import {
  type CheckResult,
  type JudgedFinding,
  type Outcome,
  QUALITY_SCHEMA,
  type QualityReport,
} from "./quality-report.ts";

/** Findings shown of a check: all that fail up to this many, and a few of the rest. */
const SHOWN = 40;
const SHOWN_PASSED = 5;

export interface QualityQuestion {
  readonly profile: QualityProfile;
  readonly previous: QualityProfile | null;
  readonly config: QualityConfig;
  /** Today, ms since 1970-01-01 UTC. */
  readonly now: number;
}

export function judgeQuality({ profile, previous, config, now }: QualityQuestion): QualityReport {
  const date = isoDate(now);
  const [year, month] = date.split("-").map(Number) as [number, number];
  const judged = { profile, previous, config, thisMonth: year * 12 + month - 1 };
  const findings = [
    ...conformance(judged),
    ...completeness(judged),
    ...plausibility(judged),
    ...againstPrevious(judged),
  ];
  const used = new Set<Waiver>();
  const expired = new Set<Waiver>();
  const ids = Object.keys(CHECKS) as CheckId[];
  const checks = ids.map((check): CheckResult => {
    const limit = config.limits[check];
    const mine = findings
      .filter((finding) => finding.check === check)
      .map((finding): JudgedFinding => {
        const { of, value, n, detail } = finding;
        if (value <= limit) return { of, value, n, detail, outcome: "passed", waiver: null };
        const covering = config.waivers.filter((waiver) => covers(waiver, finding));
        const valid = covering.find(({ expires }) => expires >= date);
        for (const waiver of covering) if (waiver.expires < date) expired.add(waiver);
        if (valid === undefined) return { of, value, n, detail, outcome: "failed", waiver: null };
        used.add(valid);
        const { name, reason, expires } = valid;
        return { of, value, n, detail, outcome: "waived", waiver: { name, reason, expires } };
      })
      .sort((a, b) => rank(a) - rank(b) || b.value - a.value || (a.of < b.of ? -1 : 1));
    const above = mine.filter(({ outcome }) => outcome !== "passed");
    return {
      check,
      ...CHECKS[check],
      limit,
      outcome:
        mine.length === 0
          ? "not judged"
          : above.some(({ outcome }) => outcome === "failed")
            ? "failed"
            : above.length > 0
              ? "waived"
              : "passed",
      judged: mine.length,
      findings: [
        ...above.slice(0, SHOWN),
        ...mine.filter(({ outcome }) => outcome === "passed").slice(0, SHOWN_PASSED),
      ],
    };
  });
  const counted = (outcome: Outcome): number => checks.filter((check) => check.outcome === outcome).length;
  return {
    schema: QUALITY_SCHEMA,
    passed: counted("failed") === 0,
    date,
    persons: profile.persons.n,
    events: profile.events,
    comparedWithPrevious: previous !== null,
    counts: {
      passed: counted("passed"),
      failed: counted("failed"),
      waived: counted("waived"),
      "not judged": counted("not judged"),
    },
    checks,
    expiredWaivers: [...expired],
    unusedWaivers: config.waivers.filter((waiver) => !used.has(waiver) && !expired.has(waiver)),
  };
}

function covers({ check, of }: Waiver, finding: Finding): boolean {
  if (check !== finding.check) return false;
  return of.endsWith("*") ? finding.of.startsWith(of.slice(0, -1)) : finding.of === of;
}

function rank({ outcome }: JudgedFinding): number {
  return { failed: 0, waived: 1, passed: 2 }[outcome];
}
