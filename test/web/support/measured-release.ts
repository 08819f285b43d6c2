/** Files of a release that was measured closely: one task with figures that under-estimate risk, one of too few people. */
import { auditSchema } from "../../../src/evaluation/audits/audit.ts";
import {
  DIFFERENCE_NAMES,
  evaluationSchema,
  MEASURE_NAMES,
} from "../../../src/evaluation/design/evaluation-schema.ts";
import { evidenceSchema } from "../../../src/evaluation/design/evidence-schema.ts";
import { SUBGROUP_FIGURES } from "../../../src/evaluation/resampling/subgroup-figures.ts";
import { THRESHOLD_FIGURES } from "../../../src/evaluation/resampling/threshold-figures.ts";
import { verdictSchema } from "../../../src/governance/gates/verdict.ts";

const estimate = (value: number, spread = 0.1) => ({
  value,
  low: value * (1 - spread),
  high: value * (1 + spread),
  n: 1250,
  method: "invented",
});
const record = (names: readonly string[], value: number) =>
  Object.fromEntries(names.map((name) => [name, estimate(value)]));

const LARGE = { outcome: "death", title: "Death", landmark: "index", horizon: "2y" };
const SMALL = { outcome: "onset 1", title: "Onset 1", landmark: "index", horizon: "2y" };
const MODEL = "m".repeat(64);

export function measuredRelease(): Record<string, string> {
  const evaluation = evaluationSchema.parse({
    schema: "longitude.evaluation/1",
    persons: 1250,
    mainModel: "longitude",
    baselines: ["age and sex"],
    bootstrap: { resamples: 500, seed: 1, clusters: "person" },
    recordLengthStrata: 1,
    vetting: [],
    tasks: [LARGE, SMALL].map((task) => {
      const n = task === LARGE ? 1250 : 9;
      return {
        ...task,
        horizonDays: 730.5,
        n,
        events: task === LARGE ? 500 : 4,
        eventsEver: 500,
        deaths: 0,
        censored: 0,
        attrition: {},
        observedIncidence: estimate(0.4),
        models: { longitude: { ...record(MEASURE_NAMES, 0.75), observedToExpected: estimate(1.5) } },
        differences: { "age and sex": record(DIFFERENCE_NAMES, 0.05) },
        verdict: "better",
        verdictAgainst: "age and sex",
        verdictText: "",
        code: null,
        curves: {},
      };
    }),
    summary: [],
  });
  const evidence = evidenceSchema.parse({
    schema: "longitude.evidence/1",
    model: "longitude",
    persons: 1250,
    minimumCell: 11,
    tasks: [
      {
        ...LARGE,
        n: 1250,
        events: 500,
        thresholds: [0.1, 0.2, 0.3].map((risk, i) => ({
          risk,
          from: i === 1 ? "risk" : "curve",
          share: null,
          figures: {
            ...record(THRESHOLD_FIGURES, 0.9 - risk),
            alertsPer100: estimate(60 - 20 * i),
            leadTimeDays: null,
          },
        })),
        calibration: {
          ici: null,
          e50: null,
          e90: null,
          eMax: null,
          curve: [0.1, 0.3, 0.5].map((risk) => ({ risk, observed: estimate(1.5 * risk) })),
        },
        subgroups: [
          {
            attribute: "sex",
            reference: "F",
            threshold: 0.2,
            levels: [
              level("F", 700, record(SUBGROUP_FIGURES, 0.8)),
              { ...level("M", 5, null), events: null, judged: "too few to judge" },
            ],
          },
        ],
        overTime: {
          grain: "year",
          periods: [
            ...["2001", "2002", "2003"].map((year, i) => period(year, 400, i === 2 ? 0.5 : 0.75)),
            { ...period("other, too few", 50, 0.7), judged: "too few to judge", figures: null },
          ],
          leadTime: {
            threshold: 0.2,
            bands: [
              { fromDays: 0, toDays: 30, onsets: 100, share: estimate(0.8) },
              { fromDays: 30, toDays: 365.25, onsets: 400, share: estimate(0.4) },
            ],
          },
          labelDelay: [
            { fromDays: 0, toDays: 1, onsets: 350, share: estimate(0.7) },
            { fromDays: 1, toDays: 30, onsets: 150, share: estimate(0.3) },
          ],
        },
      },
    ],
  });
  const audit = auditSchema.parse({
    schema: "longitude.audit/1",
    audit: "leakage",
    model: MODEL,
    persons: 1250,
    passed: true,
    summary: "1 of 1 checks passed",
    checks: [
      {
        name: "future-blind",
        title: "Nothing after the prediction reaches the model",
        method: "Read twice.",
        outcome: "passed",
        figures: [{ what: "predictions that change", estimate: estimate(0), limit: null, judged: "told" }],
      },
      {
        name: "gaps",
        title: "Onsets soon after the prediction do not carry the figures",
        method: "Left out.",
        outcome: "told",
        figures: [
          ["AUROC with no gap", 0.75],
          ["AUROC with a gap of 30 days", 0.72],
          ["AUROC with a gap of 1 year", 0.66],
        ].map(([what, value]) => ({
          what: `Death from index within 2y: ${what}`,
          estimate: estimate(Number(value)),
          ...{ limit: null, judged: "told" },
        })),
      },
    ],
  });
  return Object.fromEntries(
    Object.entries({
      "evidence/internal/evaluation.json": evaluation,
      "evidence/internal/evidence.json": evidence,
      "evidence/audits/leakage.json": audit,
      "verdict.json": judged(),
    }).map(([path, file]) => [path, JSON.stringify(file)]),
  );
}

function level(name: string, n: number, figures: object | null) {
  return { name, n, events: 300, judged: "judged", figures, difference: null, ratio: null };
}

function period(name: string, n: number, value: number) {
  const { difference: _, ratio: __, ...own } = level(name, n, record(SUBGROUP_FIGURES, value));
  return own;
}

function judged() {
  const gate = (name: string, passed: boolean, waived: object | null = null) => ({
    gate: name,
    title: `Gate ${name}`,
    keepsFrom: "deploy",
    passed,
    figure: estimate(0.7),
    because: "invented",
    failingGroups: [],
    waived,
  });
  return verdictSchema.parse({
    schema: "longitude.verdict/1",
    model: MODEL,
    verdict: "silent only",
    words: "For a test.",
    tasks: [LARGE, SMALL].map((task) => ({
      ...task,
      verdict: "silent only",
      excludedGroups: [],
      gates: [
        gate("one", true),
        gate("two", false),
        gate("three", false, { by: "ada", reason: "a pilot alone", until: "2099-01-01" }),
      ],
    })),
    judged: {},
  });
}
