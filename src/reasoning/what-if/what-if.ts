/**
 * What the model would forecast if the record were another one: an event added, changed or taken out, and what that does
 * to the risk of each condition. Exact hazards where a head can read the condition, else paired futures.
 * Invariant: the answer is about records, not about acts: it carries the label of an association.
 */
import type { Random } from "../../effects/random.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { FORECAST_QUESTION } from "../../errors/registry.ts";
import { FutureSimulator } from "../../forecast/future-simulator.ts";
import type { OnsetRequest } from "../../forecast/onset-reader.ts";
import type { Timeline } from "../../timeline/patient-event.ts";
import { ASSOCIATION, type Basis } from "../basis.ts";
import type { Condition, ReasonedModel } from "../reasoned-model.ts";
import { type Figure, type Precision, pairedRisks } from "./paired-futures.ts";
import { changeRecord, type Heard, type RecordChange } from "./record-change.ts";

/** `exact`: what one pass reads, which has no error of its own; `simulation`: paired futures. */
export type WhatIfWay = "exact" | "simulation";

export interface WhatIfQuestion {
  readonly timeline: Timeline;
  /** Prediction time, days since 1970-01-01. */
  readonly day: number;
  readonly changes: readonly RecordChange[];
  readonly conditions: readonly Condition[];
  readonly horizonDays: number;
  /** Null: exact where a head can read the condition. */
  readonly way: WhatIfWay | null;
  readonly precision: Precision;
  readonly longestFuture: number;
}

export interface WhatIfRow {
  readonly name: string;
  readonly title: string;
  readonly estimator: "direct" | "query" | "reach";
  /** Risks and their difference, after less before; low and high equal the value where nothing was simulated. */
  readonly before: Figure;
  readonly after: Figure;
  readonly difference: Figure;
  readonly futures: number;
  readonly precisionReached: boolean;
}

export interface WhatIfAnswer {
  readonly basis: Basis;
  readonly heard: readonly Heard[];
  readonly removed: number;
  /** By the size of the difference. */
  readonly rows: readonly WhatIfRow[];
  /** Conditions that one of the two records holds already, so that there is no risk to compare. */
  readonly known: readonly {
    readonly name: string;
    readonly title: string;
    readonly in: "record" | "changed record";
  }[];
}

/** @throws REASONING_CHANGE, FORECAST_QUESTION */
export async function whatIf(
  model: ReasonedModel,
  question: WhatIfQuestion,
  {
    random,
    threads,
    notices,
  }: { readonly random: Random; readonly threads: number; readonly notices: readonly string[] },
): Promise<WhatIfAnswer> {
  const { day, timeline, conditions, horizonDays } = question;
  const changed = changeRecord(timeline, question.changes, day, {
    vocabulary: model.checkpoint.vocabulary,
    cohort: model.cohort,
  });
  const before = model.request(model.historyOf(timeline), day);
  const after = model.request(model.historyOf(changed.timeline), day);
  const known = conditions.flatMap((condition) => {
    const held = [before, after].findIndex(({ history }) => model.isKnown(history, condition, day));
    const { name, title } = condition;
    return held < 0
      ? []
      : [{ name, title, in: held === 0 ? ("record" as const) : ("changed record" as const) }];
  });
  const asked = conditions.filter(({ name }) => known.every((other) => other.name !== name));
  const simulated = (condition: Condition) =>
    question.way === "simulation" ||
    (question.way === null && condition.trained === null && !model.hasQueryHead);
  const exact = await exactRows(
    model,
    before,
    after,
    asked.filter((one) => !simulated(one)),
    horizonDays,
  );
  const paired: WhatIfRow[] = [];
  const simulator = new FutureSimulator(model.checkpoint, {
    longestFuture: question.longestFuture,
    threads,
    random,
  });
  try {
    for (const condition of asked.filter(simulated))
      paired.push(await simulatedRow(model, simulator, { before, after }, condition, question));
  } finally {
    await simulator.close();
  }
  const rows = [...exact, ...paired].sort(
    (a, b) => Math.abs(b.difference.value) - Math.abs(a.difference.value),
  );
  return {
    basis: {
      model: model.version,
      estimators: [...new Set(rows.map(({ estimator }) => estimator))],
      futures: rows.reduce((total, { futures }) => total + futures, 0),
      interval:
        paired.length === 0
          ? "none: both risks are read in one pass and have no simulation error; how right the model is stands in its evidence"
          : "95 % of the simulation error of what was simulated; how right the model is stands in its evidence",
      label: ASSOCIATION,
      notices: [...notices, ...unheard(changed.heard)],
    },
    heard: changed.heard,
    removed: changed.removed,
    rows,
    known,
  };
}

function unheard(heard: readonly Heard[]): string[] {
  return heard
    .filter(({ match }) => match === "unknown")
    .map(({ code }) => `the model has never met ${code}: this change tells it next to nothing`);
}

async function exactRows(
  model: ReasonedModel,
  before: OnsetRequest,
  after: OnsetRequest,
  conditions: readonly Condition[],
  horizonDays: number,
): Promise<WhatIfRow[]> {
  if (conditions.length === 0) return [];
  // Apart, not in one batch: a row of the same tokens is then read to the same bit.
  const [one] = await model.risks([before], conditions, horizonDays);
  const [other] = await model.risks([after], conditions, horizonDays);
  const exactly = (value: number): Figure => ({ value, low: value, high: value });
  return conditions.map(({ name, title, trained }, i) => {
    const [from, to] = [one?.[i] as number, other?.[i] as number];
    return {
      name,
      title,
      estimator: trained === null ? "query" : "direct",
      before: exactly(from),
      after: exactly(to),
      difference: exactly(to - from),
      futures: 0,
      precisionReached: true,
    };
  });
}

async function simulatedRow(
  model: ReasonedModel,
  simulator: FutureSimulator,
  requests: { readonly before: OnsetRequest; readonly after: OnsetRequest },
  condition: Condition,
  { horizonDays, precision }: WhatIfQuestion,
): Promise<WhatIfRow> {
  const query = model.queryOf(condition);
  if (query.tokens.length === 0)
    throw new LongitudeError(
      FORECAST_QUESTION,
      "no token of the model's vocabulary is in this set of events",
    );
  const label = `${requests.before.history.subjectId}/${condition.name}`;
  const read = await pairedRisks(simulator, { ...requests, label }, query, horizonDays, precision);
  const { before, after, difference, futures, precisionReached } = read;
  const { name, title } = condition;
  return { name, title, estimator: "reach", before, after, difference, futures, precisionReached };
}
