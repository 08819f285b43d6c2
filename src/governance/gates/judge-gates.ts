/**
 * The verdict on a model: a pure function of gates, evidence, waivers and the day.
 * Invariant: evidence that is not there fails its gate; a waiver past its last day is none.
 */
import { designText } from "../../evaluation/design/evaluation-design.ts";
import type { EvaluationTask } from "../../evaluation/design/evaluation-schema.ts";
import type { EvidenceTask } from "../../evaluation/design/evidence-schema.ts";
import { type Bound, boundsText, holds } from "../../evaluation/measures/bound.ts";
import type { Estimate } from "../../evaluation/measures/estimate.ts";
import { measureLabel } from "../../evaluation/measures/measure-labels.ts";
import type { DesignEvidence, EvidenceBundle } from "./evidence-bundle.ts";
import type { Gate, Gates } from "./gate.ts";
import {
  type GateResult,
  overallVerdict,
  type TaskVerdict,
  VERDICT_SCHEMA,
  type Verdict,
  type VerdictWord,
} from "./verdict.ts";

export interface Waived {
  readonly gate: string;
  /** Null: every outcome. */
  readonly outcome: string | null;
  readonly by: string;
  readonly reason: string;
  /** Last day on which it counts, YYYY-MM-DD. */
  readonly until: string;
}

type Judgement = Pick<GateResult, "passed" | "figure" | "because" | "failingGroups">;

/** @param today YYYY-MM-DD */
export function judgeGates(
  gates: Gates,
  bundle: EvidenceBundle,
  waivers: readonly Waived[],
  today: string,
): Verdict {
  const tasks = bundle.internal.evaluation.tasks.map((task): TaskVerdict => {
    const { outcome, title, landmark, horizon } = task;
    const results = gates.gates.map((gate): GateResult => {
      const { id, title: name, keepsFrom } = gate;
      const judged = judge(gate, bundle, task);
      const waived = judged.passed ? null : waiverOf(id, outcome, waivers, today);
      return { gate: id, title: name, keepsFrom, ...judged, waived };
    });
    return { outcome, title, landmark, horizon, ...wordFor(results), gates: results };
  });
  return {
    schema: VERDICT_SCHEMA,
    model: bundle.model,
    ...overallVerdict(tasks),
    tasks,
    judged: { ...bundle.judged },
  };
}

/**
 * A stored verdict as it reads with the waivers of a day: what was measured stays, a waiver that was signed since counts, one that
 * has ended does not any more.
 * @param today YYYY-MM-DD
 */
export function verdictOn(stored: Verdict, waivers: readonly Waived[], today: string): Verdict {
  const tasks = stored.tasks.map((task): TaskVerdict => {
    const gates = task.gates.map((result): GateResult => {
      const kept = result.waived !== null && result.waived.until >= today ? result.waived : null;
      const waived = result.passed ? null : (waiverOf(result.gate, task.outcome, waivers, today) ?? kept);
      return { ...result, waived };
    });
    return { ...task, ...(gates.length === 0 ? {} : wordFor(gates)), gates };
  });
  return { ...stored, ...overallVerdict(tasks), tasks };
}

function waiverOf(
  gate: string,
  outcome: string,
  waivers: readonly Waived[],
  today: string,
): GateResult["waived"] {
  const found = waivers.find(
    (one) => one.gate === gate && (one.outcome === null || one.outcome === outcome) && one.until >= today,
  );
  return found === undefined ? null : { by: found.by, reason: found.reason, until: found.until };
}

function wordFor(results: readonly GateResult[]): { verdict: VerdictWord; excludedGroups: string[] } {
  const open = results.filter(({ passed, waived }) => !passed && waived === null);
  if (open.some(({ keepsFrom }) => keepsFrom === "silent"))
    return { verdict: "do not deploy", excludedGroups: [] };
  const byGroup = open.filter(({ failingGroups }) => failingGroups.length > 0);
  if (open.length > byGroup.length) return { verdict: "silent only", excludedGroups: [] };
  if (byGroup.length === 0) return { verdict: "deploy", excludedGroups: [] };
  const excludedGroups = [...new Set(byGroup.flatMap(({ failingGroups }) => failingGroups))].sort();
  return { verdict: "deploy for these groups only", excludedGroups };
}

function judge(gate: Gate, bundle: EvidenceBundle, task: EvaluationTask): Judgement {
  switch (gate.kind) {
    case "condition": {
      const fact =
        bundle.outcomeConditions[gate.condition]?.[task.outcome] ?? bundle.conditions[gate.condition];
      return fact === undefined
        ? failed("not known: nothing at hand says so")
        : { ...failed(fact.because), passed: fact.holds };
    }
    case "audit": {
      const audit = bundle.audits[gate.audit];
      if (audit === undefined) return failed(`no ${gate.audit} audit of this model at hand`);
      if (audit.model !== bundle.model) return failed(`the ${gate.audit} audit is of another model`);
      return { ...failed(audit.summary), passed: audit.passed };
    }
    default:
      return judgeFigure(gate, bundle, task);
  }
}

function judgeFigure(
  gate: Exclude<Gate, { kind: "condition" | "audit" }>,
  bundle: EvidenceBundle,
  internal: EvaluationTask,
): Judgement {
  const design = gate.design === "external" ? bundle.external : bundle.internal;
  if (design === null) return failed("not measured on records from elsewhere");
  const own = bundle.internal.evaluation.design;
  if ((gate.design === "temporal" || gate.design === "site") && own.kind !== gate.design)
    return failed(`a ${gate.design} hold-out is asked for; measured were ${designText(own)}`);
  const same = ({ outcome, landmark, horizon }: { outcome: string; landmark: string; horizon: string }) =>
    outcome === internal.outcome && landmark === internal.landmark && horizon === internal.horizon;
  const task = design.evaluation.tasks.find(same);
  if (task === undefined) return failed("not measured there");
  if (gate.kind === "size") {
    return {
      ...failed(`${task.events} onsets, ${gate.minimumEvents} needed`),
      passed: task.events >= gate.minimumEvents,
    };
  }
  if (task.code !== null) return failed("too few onsets to judge");
  const closer = design.evidence?.tasks.find(same) ?? null;
  if (gate.kind === "subgroups") return judgeSubgroups(gate, closer);
  const [figure, of] =
    gate.kind === "comparison" ? difference(gate, task) : measured(gate.measure, design, task, closer);
  if (figure === null) return failed(`${of} cannot be measured`);
  const broken = gate.bounds.filter((bound) => !holds(bound, figure));
  return {
    passed: broken.length === 0,
    figure,
    because: `${of} ${shown(figure)}${broken.length === 0 ? "" : `; ${broken.map(boundText).join(" and ")} asked`}`,
    failingGroups: [],
  };
}

function difference(
  { against, measure }: Extract<Gate, { kind: "comparison" }>,
  task: EvaluationTask,
): [Estimate | null, string] {
  const name = against === "strongest" ? task.verdictAgainst : against;
  if (name === null) return [null, "a comparison with a baseline"];
  return [task.differences[name]?.[measure] ?? null, `difference in ${measureLabel(measure)} from ${name}`];
}

function measured(
  measure: string,
  { evaluation }: DesignEvidence,
  task: EvaluationTask,
  closer: EvidenceTask | null,
): [Estimate | null, string] {
  const own = task.models[evaluation.mainModel] as Readonly<Record<string, Estimate | null>> | undefined;
  const calibration = closer?.calibration as Readonly<Record<string, unknown>> | undefined;
  const figure = own?.[measure] ?? (calibration?.[measure] as Estimate | null | undefined) ?? null;
  return [figure, measureLabel(measure)];
}

function judgeSubgroups(gate: Extract<Gate, { kind: "subgroups" }>, closer: EvidenceTask | null): Judgement {
  if (closer === null) return failed("subgroups were not measured");
  const failing: string[] = [];
  let compared = 0;
  for (const { attribute, levels } of closer.subgroups) {
    for (const level of levels) {
      const figure = level[gate.compare]?.[gate.measure] ?? null;
      if (figure === null) continue;
      compared++;
      if (gate.bounds.some((bound) => !holds(bound, figure))) failing.push(`${attribute}: ${level.name}`);
    }
  }
  return {
    passed: failing.length === 0 && compared > 0,
    figure: null,
    because:
      compared === 0
        ? "no two groups are large enough to compare"
        : `${compared} groups compared, ${failing.length} outside the bounds`,
    failingGroups: failing,
  };
}

function boundText(bound: Bound): string {
  const { on } = bound;
  const end =
    on === "value" ? "the value" : on === "low" ? "the interval's lower end" : "the interval's upper end";
  return `${end} ${boundsText(bound)}`;
}

function shown({ value, low, high, n }: Estimate): string {
  return `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)}, n = ${n})`;
}

function failed(because: string): Judgement {
  return { passed: false, figure: null, because, failingGroups: [] };
}
