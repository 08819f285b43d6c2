import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concludeAudit } from "../../src/evaluation/audits/audit.ts";
import { type EvaluationDesign, INTERNAL } from "../../src/evaluation/design/evaluation-design.ts";
import type { EvaluationTask } from "../../src/evaluation/design/evaluation-schema.ts";
import type { EvidenceTask } from "../../src/evaluation/design/evidence-schema.ts";
import type { Estimate } from "../../src/evaluation/measures/estimate.ts";
import type { EvidenceBundle } from "../../src/governance/gates/evidence-bundle.ts";
import { DEFAULT_GATES, GATES_SCHEMA, gatesSchema } from "../../src/governance/gates/gate.ts";
import { judgeGates, verdictOn, type Waived } from "../../src/governance/gates/judge-gates.ts";
import { verdictSchema } from "../../src/governance/gates/verdict.ts";

const MODEL = "a".repeat(64);
const TODAY = "2026-06-15";

function estimate(value: number, half = 0.01): Estimate {
  return { value, low: value - half, high: value + half, n: 1000, method: "invented" };
}

function task(
  outcome: string,
  changes: { cIndex?: Estimate; difference?: Estimate; events?: number; code?: string } = {},
) {
  return {
    outcome,
    title: outcome,
    landmark: "index",
    horizon: "5y",
    n: 1000,
    events: changes.events ?? 200,
    code: changes.code ?? null,
    verdictAgainst: "boostedHazards",
    models: {
      longitude: { cIndex: changes.cIndex ?? estimate(0.8), observedToExpected: estimate(1, 0.1) },
    },
    differences: { boostedHazards: { cIndex: changes.difference ?? estimate(0.02) } },
  } as unknown as EvaluationTask;
}

function closer(outcome: string, missedRatio = estimate(1, 0.2)): EvidenceTask {
  const level = (name: string, ratio: Estimate | null) => ({
    name,
    n: 500,
    events: 100,
    judged: "judged",
    figures: null,
    difference: null,
    ratio:
      ratio === null
        ? null
        : {
            auroc: estimate(1),
            observedToExpected: estimate(1, 0.1),
            falseNegativeRate: ratio,
            falsePositiveRate: null,
          },
  });
  return {
    outcome,
    title: outcome,
    landmark: "index",
    horizon: "5y",
    n: 1000,
    events: 200,
    thresholds: [],
    calibration: { ici: estimate(0.01, 0.005), e50: null, e90: null, eMax: null, curve: [] },
    subgroups: [
      {
        attribute: "sex",
        reference: "F",
        threshold: 0.1,
        levels: [level("F", null), level("M", missedRatio)],
      },
    ],
  } as unknown as EvidenceTask;
}

const passedAudit = (model: string) => ({
  ...concludeAudit("leakage", model, 1, []),
  passed: true,
  summary: "nothing found",
});

function bundle(tasks = [task("stroke")], close = [closer("stroke")]): EvidenceBundle {
  const design = {
    evaluation: { mainModel: "longitude", design: INTERNAL, tasks, summary: [] },
    evidence: { tasks: close },
  } as unknown as EvidenceBundle["internal"];
  const audit = passedAudit(MODEL);
  return {
    model: MODEL,
    internal: design,
    external: design,
    audits: { privacy: audit, leakage: audit, robustness: audit },
    conditions: {
      "outcomes vetted": { holds: true, because: "vetted" },
      "data quality passed": { holds: true, because: "passed" },
      "de-identification proven": { holds: true, because: "proven" },
    },
    outcomeConditions: {},
    judged: {},
  };
}

const verdictOf = (of: EvidenceBundle, waivers: readonly Waived[] = []) =>
  judgeGates(DEFAULT_GATES, of, waivers, TODAY);

describe("gates", () => {
  test("a model that passes every gate may be deployed, and its verdict can be stored", () => {
    const verdict = verdictOf(bundle());
    expect(verdict.verdict).toBe("deploy");
    expect(verdictSchema.parse(JSON.parse(JSON.stringify(verdict)))).toEqual(verdict);
  });

  test("a baseline that does as well keeps a model from being deployed", () => {
    const verdict = verdictOf(bundle([task("stroke", { difference: estimate(0.005) })]));
    expect(verdict.verdict).toBe("silent only");
    expect(verdict.words).toContain("No baseline does as well");
  });

  test("evidence that is not there fails its gate", () => {
    const { external: _, ...rest } = bundle();
    expect(verdictOf({ ...rest, external: null }).verdict).toBe("silent only");
    expect(verdictOf({ ...bundle(), audits: {} }).verdict).toBe("do not deploy");
    expect(verdictOf({ ...bundle(), conditions: {} }).verdict).toBe("do not deploy");
  });

  test("persons held out by chance are no temporal hold-out", () => {
    const gates = gatesSchema.parse({
      schema: GATES_SCHEMA,
      gates: [
        {
          id: "later",
          kind: "figure",
          title: "Proven on later persons",
          design: "temporal",
          measure: "cIndex",
          bounds: [{ on: "low", atLeast: 0.6 }],
        },
      ],
    });
    const by = (design: EvaluationDesign) => {
      const of = bundle();
      const evaluation = { ...of.internal.evaluation, design };
      return judgeGates(gates, { ...of, internal: { ...of.internal, evaluation } }, [], TODAY);
    };
    const [gate] = by(INTERNAL).tasks[0]?.gates ?? [];
    expect(gate?.passed).toBe(false);
    expect(gate?.because).toContain("persons held out by chance");
    expect(by({ kind: "temporal", heldOut: "2015-01-01" }).verdict).toBe("deploy");
    expect(by({ kind: "site", heldOut: "SITE/a" }).verdict).not.toBe("deploy");
  });

  test("an audit of another model counts for nothing", () => {
    const other = passedAudit("b".repeat(64));
    expect(verdictOf({ ...bundle(), audits: { privacy: other, leakage: other } }).verdict).toBe(
      "do not deploy",
    );
  });

  test("groups that are missed more often are left out by name, not averaged away", () => {
    const verdict = verdictOf(bundle([task("stroke")], [closer("stroke", estimate(2, 0.2))]));
    expect(verdict.verdict).toBe("deploy for these groups only");
    expect(verdict.tasks[0]?.excludedGroups).toEqual(["sex: M"]);
  });

  test("too few onsets are no proof", () => {
    expect(
      verdictOf(bundle([task("stroke", { events: 5, code: "EVALUATION_TOO_FEW_EVENTS" })])).verdict,
    ).not.toBe("deploy");
  });

  test("each outcome earns its own verdict", () => {
    const verdict = verdictOf(
      bundle([task("stroke"), task("afib", { cIndex: estimate(0.55) })], [closer("stroke"), closer("afib")]),
    );
    expect(verdict.tasks.map(({ verdict: word }) => word)).toEqual(["deploy", "do not deploy"]);
  });

  test("a waiver counts until its last day and no longer, and stands in the verdict", () => {
    const weak = bundle([task("stroke", { difference: estimate(0.005) })]);
    const waiver = { gate: "baselines", outcome: "stroke", by: "ada", reason: "pilot agreed", until: TODAY };
    expect(verdictOf(weak, [waiver]).verdict).toBe("deploy");
    expect(judgeGates(DEFAULT_GATES, weak, [waiver], "2026-06-16").verdict).toBe("silent only");
    expect(verdictOf(weak, [{ ...waiver, outcome: "afib" }]).verdict).toBe("silent only");
    const stored = verdictOf(weak, [waiver]).tasks[0]?.gates.find(({ gate }) => gate === "baselines");
    expect(stored).toMatchObject({ passed: false, waived: { by: "ada", until: TODAY } });
  });

  test("a stored verdict reads with the waivers of a day as one that is judged anew on it", () => {
    const weak = bundle([task("stroke", { difference: estimate(0.005) })]);
    const waiver = { gate: "baselines", outcome: "stroke", by: "ada", reason: "pilot agreed", until: TODAY };
    const all = { ...waiver, outcome: null, reason: "for all" };
    for (const waivers of [[], [waiver], [waiver, all], [{ ...waiver, outcome: "afib" }]])
      for (const day of [TODAY, "2026-06-16"])
        expect(verdictOn(verdictOf(weak), waivers, day)).toEqual(
          judgeGates(DEFAULT_GATES, weak, waivers, day),
        );
    // What was waived when it was stored counts until its own last day.
    expect(verdictOn(verdictOf(weak, [waiver]), [], TODAY).verdict).toBe("deploy");
    expect(verdictOn(verdictOf(weak, [waiver]), [], "2026-06-16").verdict).toBe("silent only");
  });

  test("a figure passes exactly when the end of the interval that is asked for keeps the bound", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        fc.constantFrom("value" as const, "low" as const, "high" as const),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (value, half, on, limit) => {
          const gates = gatesSchema.parse({
            schema: GATES_SCHEMA,
            gates: [
              { id: "g", kind: "figure", title: "g", measure: "cIndex", bounds: [{ on, atLeast: limit }] },
            ],
          });
          const figure = estimate(value, half);
          const verdict = judgeGates(gates, bundle([task("stroke", { cIndex: figure })]), [], TODAY);
          expect(verdict.verdict === "deploy").toBe(figure[on] >= limit);
        },
      ),
    );
  });
});
