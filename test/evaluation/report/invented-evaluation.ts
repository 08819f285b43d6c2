/** A small evaluation with every verdict in it, made by hand so that each figure of the report is known. */
import {
  DIFFERENCE_NAMES,
  EVALUATION_SCHEMA,
  type Evaluation,
  type EvaluationTask,
  evaluationSchema,
  MEASURE_NAMES,
  SUMMARY_NAMES,
  type Verdict,
} from "../../../src/evaluation/design/evaluation-schema.ts";
import type { ReportInput } from "../../../src/evaluation/report/report-input.ts";
import { outcomesSchema, resolveOutcomes } from "../../../src/vetting/outcome-definition.ts";

const BASELINES = ["ageSex", "logistic", "cox", "trees", "boostedHazards"];
const MODELS = ["longitude", ...BASELINES];

export function estimate(value: number, half = 0.03) {
  return { value, low: value - half, high: value + half, n: 1200, method: "percentile bootstrap" };
}

function inventedTask(
  outcome: string,
  title: string,
  verdict: Verdict,
  changes: Partial<EvaluationTask> = {},
): EvaluationTask {
  const judged = verdict !== "too few to judge";
  const difference = { better: 0.05, "not distinguishable": 0.01, worse: -0.05, "too few to judge": 0 }[
    verdict
  ];
  const measures = (shift: number, observedToExpected: number) => ({
    ...Object.fromEntries(MEASURE_NAMES.map((name, i) => [name, estimate(0.75 + shift + i / 1000)])),
    calibrationAalenJohansen: estimate(observedToExpected, 0.1),
    calibrationSlope: estimate(1, 0.2),
  });
  return {
    outcome,
    title,
    landmark: "index",
    horizon: "5y",
    horizonDays: 1826.25,
    n: 1200,
    events: judged ? 60 : 4,
    eventsEver: judged ? 90 : 6,
    deaths: 20,
    censored: 300,
    attrition: { "had it before": 100, "no longer followed": 7 },
    observedIncidence: estimate(0.06, 0.01),
    models: judged
      ? (Object.fromEntries(
          MODELS.map((model, i) => [model, measures(-i / 100, 1)]),
        ) as EvaluationTask["models"])
      : {},
    differences: judged
      ? (Object.fromEntries(
          BASELINES.map((model) => [
            model,
            Object.fromEntries(DIFFERENCE_NAMES.map((name) => [name, estimate(difference, 0.02)])),
          ]),
        ) as EvaluationTask["differences"])
      : {},
    verdict,
    verdictAgainst: judged ? "cox" : null,
    verdictText: judged ? "as figures say" : "Not judged: 4 onsets by 5y among 1200 persons.",
    code: judged ? null : "EVALUATION_TOO_FEW_EVENTS",
    curves: judged
      ? Object.fromEntries(
          MODELS.map((model) => [
            model,
            {
              roc: [
                [0, 0],
                [0.2, 0.6],
                [1, 1],
              ],
              calibration: [
                { n: 600, meanRisk: 0.02, observed: estimate(0.02, 0.01) },
                { n: 600, meanRisk: 0.1, observed: estimate(0.12, 0.03) },
              ],
            },
          ]),
        )
      : {},
    ...changes,
  };
}

/** One task a verdict. */
export function inventedEvaluation(tasks: EvaluationTask[] = inventedTasks()): Evaluation {
  const summaryOf = (value: number, half: number) =>
    Object.fromEntries(SUMMARY_NAMES.map((name) => [name, estimate(value, half)]));
  return evaluationSchema.parse({
    schema: EVALUATION_SCHEMA,
    persons: 1307,
    mainModel: "longitude",
    baselines: BASELINES,
    bootstrap: { resamples: 500, seed: 1, clusters: "person" },
    recordLengthStrata: 5,
    vetting: [...new Set(tasks.map(({ outcome }) => outcome))].map((name) => ({
      name,
      status: "vetted",
      demonstration: false,
      contentHash: "c".repeat(64),
      vettedBy: ["A. Reviewer", "B. Reviewer"],
      vettedAt: "2026-01-15",
      expiresAt: "2028-01-15",
      evidence: ["chart review of 200 records"],
    })),
    tasks,
    summary: [
      {
        landmark: "index",
        horizon: "5y",
        outcomes: tasks.filter(({ code }) => code === null).map(({ outcome }) => outcome),
        models: Object.fromEntries(MODELS.map((model, i) => [model, summaryOf(0.78 - i / 100, 0.015)])),
        differences: Object.fromEntries(
          BASELINES.map((model, i) => [model, summaryOf((i + 1) / 100, 0.005)]),
        ),
        verdicts: {},
      },
    ],
  });
}

export function inventedTasks(): EvaluationTask[] {
  return [
    inventedTask("diabetes", "Diabetes", "better"),
    inventedTask("stroke", "Stroke", "not distinguishable", { events: 14 }),
    inventedTask("mi", "Myocardial infarction", "worse"),
    inventedTask("death", "Death", "too few to judge", { landmark: "index+5y" }),
  ];
}

/** A task whose overall calibration is as given. */
export function calibratedTask(observedToExpected: number): EvaluationTask {
  const task = inventedTask("diabetes", "Diabetes", "better");
  const main = task.models.longitude;
  if (main === undefined) throw new TypeError("the invented task has no model");
  const models = {
    ...task.models,
    longitude: { ...main, calibrationAalenJohansen: estimate(observedToExpected, 0.1) },
  };
  return { ...task, models };
}

const outcomes = resolveOutcomes(
  outcomesSchema.parse({
    predictionTimes: [{ at: "index", horizons: ["5y"] }],
    list: [
      { name: "diabetes", title: "Diabetes", events: { codes: ["ICD10CM/E11*"] } },
      { name: "stroke", title: "Stroke", events: { codes: ["ICD10CM/I63*"] } },
      { name: "mi", title: "Myocardial infarction", events: { codes: ["ICD10CM/I21*"] } },
      { name: "death", title: "Death", events: { codes: ["MEDS_DEATH"] } },
    ],
  }),
);

/** A report with every part. */
export function inventedReport(changes: Partial<ReportInput> = {}): ReportInput {
  return {
    site: "invented",
    measured: "held out",
    evaluation: inventedEvaluation(),
    evidence: null,
    audits: [],
    looks: null,
    knownPersons: 0,
    simulated: null,
    ingest: {
      format: "fhir",
      input: { files: 2, bytes: 1000 },
      candidates: { in: 110, kept: 100, rejected: 1, dropped: 9, notEvents: 0 },
      rejectShare: 1 / 110,
      rejectLimit: 0.01,
      tally: [
        { fate: "kept", reason: "", source: "Observation", count: 100 },
        { fate: "rejected", reason: "EVENT_AFTER_DEATH", source: "Condition", count: 1 },
        { fate: "dropped", reason: "dropped by configuration", source: "Observation", count: 9 },
      ],
      notes: [],
      unknownUnits: [],
      copiedCodes: {
        rowsChecked: 100,
        personsChecked: 10,
        pairs: [{ codes: ["LOINC/1-1", "LOINC/2-2"], jointRows: 100, equalShare: 1, resolved: false }],
      },
      dataset: {
        subjects: 6000,
        events: 100,
        codes: 5,
        splits: { train: 4000, tuning: 693, held_out: 1307 },
        groups: 3,
      },
    },
    coverage: {
      held_out: {
        vocabulary: 50,
        persons: 1307,
        tokensPerPerson: { mean: 40, median: 38, p90: 80, max: 200 },
        systems: [
          { system: "LOINC", events: 90, exact: 80, backedOff: 7, unknown: 3 },
          { system: "all", events: 90, exact: 80, backedOff: 7, unknown: 3 },
        ],
      },
    },
    training: {
      parameters: 1234,
      curve: [3, 2, 2.5].map((loss) => ({
        loss,
        nextEventLoss: loss / 2,
        onsetLoss: loss / 2,
        trainingNextEventLoss: loss / 2 + 0.2,
        trainingOnsetLoss: loss / 2 + 0.1,
      })),
    },
    forecast: {
      persons: 1307,
      directRisks: 5000,
      simulated: { persons: 20, futuresPerPerson: 2, completed: 1 },
    },
    example: {
      sex: "F",
      ageYears: 52.4,
      history: [
        { days: -900, code: "LOINC/1-1", value: 5.5, unit: "mmol/L" },
        { days: -400, code: "ICD10CM/E11.9", value: null, unit: null },
      ],
      risks: outcomes.map(({ name }) => ({
        outcome: name,
        atRisk: name !== "diabetes",
        direct: [0, 0.05, 0.12],
      })),
      years: [0, 1, 2],
      futures: [
        {
          end: "death",
          events: [
            { days: 200, code: "ICD10CM/I63.9" },
            { days: 500, code: "MEDS_DEATH" },
          ],
        },
        { end: "horizon", events: [{ days: 300, code: "ICD10CM/E11.9" }] },
      ],
    },
    outcomes,
    codeNames: new Map([["LOINC/1-1", "Glucose"]]),
    provenance: {
      commands: ["npm ci"],
      artefacts: [{ role: "model", id: "a".repeat(64), codeVersion: "b".repeat(16) }],
      seeds: [{ name: "training", seed: 1 }],
      versions: [{ name: "longitude", version: "0.1.0" }],
    },
    ...changes,
  };
}
