import { beforeAll, describe, expect, test } from "vitest";
import {
  BASELINE_NAMES,
  type BaselineModels,
  baselineModelsSchema,
} from "../../src/evaluation/baselines/baseline-models.ts";
import { fitBaselines } from "../../src/evaluation/baselines/fit-baselines.ts";
import { predictBaselines } from "../../src/evaluation/baselines/predict-baselines.ts";
import { type EvaluateInput, evaluate } from "../../src/evaluation/design/evaluate.ts";
import { type Evaluation, evaluationSchema } from "../../src/evaluation/design/evaluation-schema.ts";
import type { RiskRow } from "../../src/forecast/risk-table.ts";
import { treesSchema } from "../../src/trees/boosting/trees-config.ts";
import { fitTreeHead } from "../../src/trees/hazards/fit-tree-head.ts";
import { outcomesSchema } from "../../src/vetting/outcome-definition.ts";
import type { PatientHistory } from "../../src/vetting/patient-history.ts";
import { finish, history, inventedTimelines, outcomes } from "./invented-cohort.ts";

const development = inventedTimelines(900, "development").map(history);
const held = inventedTimelines(500, "held out").map(history);
const isTuning = Uint8Array.from(development, (_, i) => (i % 8 === 0 ? 1 : 0));

let models: BaselineModels;
let risks: Record<string, RiskRow[]>;
let evaluation: Evaluation;

function input(changes: Partial<EvaluateInput> = {}): EvaluateInput {
  return {
    histories: held,
    outcomes,
    // The model under test is the Cox regression under another name.
    risks: { longitude: risks.cox as RiskRow[], ...risks },
    mainModel: "longitude",
    baselines: BASELINE_NAMES,
    unfitted: models.unfitted,
    resamples: 30,
    seed: 1,
    recordLengthStrata: 5,
    minimumEvents: 10,
    closeUp: null,
    threads: 1,
    ...changes,
  };
}

async function fitted(histories: typeof development, tuning: Uint8Array): Promise<BaselineModels> {
  const persons = { histories, isTuning: tuning, outcomes, trees: treesSchema.parse({}), seed: 1 };
  const { head } = await finish(fitTreeHead(persons));
  return finish(fitBaselines({ ...persons, treeHead: head }));
}

beforeAll(async () => {
  models = await fitted(development, isTuning);
  risks = await finish(predictBaselines({ models, histories: held, outcomes }));
  ({ evaluation } = await finish(evaluate(input())));
});

describe("baselines", () => {
  test("every baseline gives every eligible person a risk between 0 and 1", () => {
    for (const name of BASELINE_NAMES) {
      const rows = risks[name] as RiskRow[];
      expect(rows.length).toBeGreaterThan(1000);
      for (const row of rows) {
        for (const risk of Object.values(row.risks)) expect(risk > 0 && risk < 1).toBe(true);
      }
    }
  });

  test("a ten-year incidence is at least the five-year one", () => {
    for (const name of ["cox", "boostedHazards"]) {
      for (const { risks: of, landmark } of risks[name] as RiskRow[]) {
        if (landmark === "index") expect(of["10y"]).toBeGreaterThanOrEqual(of["5y"] as number);
      }
    }
  });

  test("stored as JSON and read again they predict the same", async () => {
    const stored = baselineModelsSchema.parse(JSON.parse(JSON.stringify(models)));
    expect(await finish(predictBaselines({ models: stored, histories: held, outcomes }))).toEqual(risks);
  });

  test("the same persons and seed give the same models", async () => {
    expect(await fitted(development, isTuning)).toEqual(models);
  });

  test("persons measured do not change what they are measured with: one person's risk does not depend on the others", async () => {
    const alone = await finish(predictBaselines({ models, histories: held.slice(7, 8), outcomes }));
    for (const name of BASELINE_NAMES) {
      const id = held[7]?.subjectId;
      expect(alone[name]).toEqual((risks[name] as RiskRow[]).filter((row) => row.subjectId === id));
    }
  });

  test("an outcome with too few onsets among development persons is listed, not fitted", async () => {
    const few = await fitted(development.slice(0, 40), isTuning.slice(0, 40));
    expect(few.tasks.length + few.unfitted.length).toBe(4);
    expect(few.unfitted.map(({ code }) => code)).toContain("EVALUATION_TOO_FEW_EVENTS");
  });
});

describe("evaluation", () => {
  test("fits its schema and has no NaN, as JSON too", () => {
    expect(evaluationSchema.parse(JSON.parse(JSON.stringify(evaluation)))).toEqual(evaluation);
  });

  test("every measure travels with an interval around it and the number of persons", () => {
    for (const task of evaluation.tasks) {
      for (const measures of Object.values(task.models)) {
        for (const estimate of Object.values(measures)) {
          if (estimate === null) continue;
          expect(estimate.low).toBeLessThanOrEqual(estimate.high);
          expect(estimate.n).toBe(task.n);
        }
      }
    }
  });

  test("everyone is in a task or in its attrition", () => {
    for (const task of evaluation.tasks) {
      const excluded = Object.values(task.attrition).reduce((a, b) => a + b, 0);
      expect(task.n + excluded).toBe(held.length);
    }
  });

  test("two models with the same risks differ by exactly nothing, in every resample", () => {
    for (const task of evaluation.tasks) {
      const difference = task.differences.cox?.cIndex;
      expect(difference).toMatchObject({ value: 0, low: 0, high: 0 });
    }
    for (const { differences } of evaluation.summary) {
      expect(differences.cox?.cIndex).toMatchObject({ value: 0, low: 0, high: 0 });
    }
  });

  test("a summary is the mean over the outcomes judged", () => {
    for (const { landmark, horizon, models: means, outcomes: names } of evaluation.summary) {
      const tasks = evaluation.tasks.filter((task) => task.landmark === landmark && task.horizon === horizon);
      const mean =
        tasks.reduce((sum, task) => sum + (task.models.boostedHazards?.cIndex?.value ?? 0), 0) / tasks.length;
      expect(names).toEqual(tasks.map((task) => task.outcome));
      expect(means.boostedHazards?.cIndex?.value).toBeCloseTo(mean, 10);
    }
  });

  test("the verdict is against the baseline that ranks best on these persons", () => {
    for (const task of evaluation.tasks) {
      const best = Math.max(...BASELINE_NAMES.map((name) => task.models[name]?.cIndex?.value ?? 0));
      expect(task.models[task.verdictAgainst ?? ""]?.cIndex?.value).toBe(best);
      expect(task.verdictText).toContain(task.verdictAgainst);
    }
  });

  test("death has no competing event", () => {
    for (const task of evaluation.tasks.filter(({ outcome }) => outcome === "death"))
      expect(task.deaths).toBe(0);
  });

  test("the same seed gives the same evaluation, and the value does not depend on the seed", async () => {
    expect((await finish(evaluate(input()))).evaluation).toEqual(evaluation);
    const { evaluation: other } = await finish(evaluate(input({ seed: 2 })));
    const [here, there] = [evaluation, other].map((e) => e.tasks[0]?.models.longitude?.cIndex);
    expect(there?.value).toBe(here?.value);
    expect(there?.low).not.toBe(here?.low);
  });

  test("a risk that is missing for some person is an error, not a silent omission", async () => {
    const some = { ...input().risks, trees: (risks.trees as RiskRow[]).slice(1) };
    await expect(finish(evaluate(input({ risks: some })))).rejects.toMatchObject({
      code: "EVALUATION_RISKS_MISSING",
    });
    const { ageSex: _, ...without } = input().risks;
    await expect(finish(evaluate(input({ risks: without })))).rejects.toMatchObject({
      code: "EVALUATION_RISKS_MISSING",
    });
  });

  test("a risk outside 0 and 1, and a repeated row, are errors", async () => {
    const rows = risks.trees as RiskRow[];
    const wrong = rows.map((row, i) => (i === 0 ? { ...row, risks: { "5y": 1.2, "10y": Number.NaN } } : row));
    const twice = [...rows, rows[0] as RiskRow];
    for (const trees of [wrong, twice]) {
      const changed = { ...input().risks, trees };
      await expect(finish(evaluate(input({ risks: changed })))).rejects.toMatchObject({
        code: "EVALUATION_RISK_INVALID",
      });
    }
  });

  test("an outcome that nobody gets is stated as one class, without figures, while others are judged", async () => {
    const never = outcomesSchema.parse({
      ...outcomes,
      list: [...outcomes.list, { name: "never", events: { codes: ["DX/none"] } }],
    });
    const rows = held.map(
      (person): PatientHistory => ({ ...person, outcomeDays: [...person.outcomeDays, []] }),
    );
    const { evaluation: result } = await finish(evaluate(input({ histories: rows, outcomes: never })));
    const tasks = result.tasks.filter(({ outcome }) => outcome === "never");
    expect(tasks).toHaveLength(3);
    for (const task of tasks) {
      expect(task).toMatchObject({ code: "EVALUATION_ONE_CLASS", verdict: "too few to judge", models: {} });
    }
    expect(result.summary[0]?.outcomes).toEqual(["onset", "death"]);
  });

  test("when no task can be judged the evaluation fails with a code and counts", async () => {
    const few = held.slice(0, 12);
    await expect(finish(evaluate(input({ histories: few })))).rejects.toMatchObject({
      code: "EVALUATION_TOO_FEW_EVENTS",
    });
    const nobody = held.map((person) => ({ ...person, outcomeDays: person.outcomeDays.map(() => []) }));
    await expect(finish(evaluate(input({ histories: nobody })))).rejects.toMatchObject({
      code: "EVALUATION_ONE_CLASS",
    });
  });

  test("input and result survive the way into a worker and back", () => {
    expect(structuredClone(input())).toEqual(input());
    expect(structuredClone(evaluation)).toEqual(evaluation);
  });
});
