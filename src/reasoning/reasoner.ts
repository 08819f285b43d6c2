/**
 * Reasoning about one person as the assistant asks it: four questions, each with an answer that says what it rests on.
 * Invariant: only what is `askable` is ever spoken of; what a site has no list, no panels or no evidence for is null, not guessed.
 */
import type { Random } from "../effects/random.ts";
import type { Timeline } from "../timeline/patient-event.ts";
import type { VettedKnowledge } from "../vetting/knowledge/knowledge-statement.ts";
import { codeMatcher } from "../vetting/outcome-definition.ts";
import { eventsBefore, type PatientHistory } from "../vetting/patient-history.ts";
import { type CareTeamAnswer, careTeam } from "./care-team/care-team.ts";
import type { Panel } from "./care-team/panels-file.ts";
import { type Differential, differential, withoutDeath } from "./differential/differential.ts";
import { type DifferentialEvidence, withoutEvidence } from "./differential/differential-evidence.ts";
import { type NextTestAnswer, nextTest } from "./next-test/next-test.ts";
import type { TestsFile } from "./next-test/tests-file.ts";
import type { Condition, ReasonedModel } from "./reasoned-model.ts";
import { changeRecord, parseChange, type RecordChange } from "./what-if/record-change.ts";
import { type WhatIfAnswer, whatIf } from "./what-if/what-if.ts";

/** Of the set that a differential states. */
export const STATED_COVERAGE = 0.9;
/** Of differentials and care teams: a coverage is measured for one horizon. */
export const DIFFERENTIAL_DAYS = 5 * 365.25;

export interface ReasonedPerson {
  readonly model: ReasonedModel;
  readonly timeline: Timeline;
  /** Prediction time, days since 1970-01-01. */
  readonly day: number;
  /** What may be spoken of at a horizon, and the horizon that is answered for it. */
  readonly askable: (horizonDays: number) => {
    readonly conditions: readonly Condition[];
    readonly days: number;
  };
  /** Null where the site lists no tests. */
  readonly tests: () => Promise<TestsFile | null>;
  /** Null where the site has no panels. */
  readonly panels: () => Promise<readonly Panel[] | null>;
  /** Of all conditions at the horizon of differentials; null where nothing was measured. */
  readonly evidence: () => Promise<DifferentialEvidence | null>;
  /** Vetted today. */
  readonly vetted: readonly VettedKnowledge[];
  readonly notices: readonly string[];
  readonly threads: number;
  readonly longestFuture: number;
  readonly random: Random;
}

/** An answer with the horizon that it is for. */
export interface Dated<A> {
  readonly answer: A;
  readonly days: number;
}

/** What became of a problem that a differential was asked for: in the record, laid into it, or unheard of. */
export type Presented = "recorded" | "added" | "unknown";

const PRECISION = { standardError: 0.005, mostPairs: 8192 };

export class Reasoner {
  constructor(private readonly person: ReasonedPerson) {}

  /** Codes that the model tells apart from all others of their kind. */
  get codes(): string[] {
    const { tokens } = this.person.model.checkpoint.vocabulary.file;
    const codes = tokens.map((token) => token.split("//")[0] ?? "").filter((code) => code.includes("/"));
    return [...new Set(codes)];
  }

  /** Events of the record that are known at the prediction time. */
  get known(): ReturnType<typeof eventsBefore> {
    return eventsBefore(this.person.model.historyOf(this.person.timeline), this.person.day);
  }

  /**
   * Without evidence the probabilities are the model's own, and every condition is in the set.
   * @param problem codes, of which the record may hold any; the first is laid into it where it holds none
   */
  async differential(
    problem: readonly string[],
  ): Promise<Dated<Differential> & { readonly presented: Presented }> {
    const { model, day, notices } = this.person;
    const { days, ...askable } = this.person.askable(DIFFERENTIAL_DAYS);
    const conditions = withoutDeath(model, askable.conditions);
    const evidence = (await this.person.evidence()) ?? withoutEvidence(conditions, days);
    const { history, presented } = presenting(this.person, problem);
    const answer = await differential(model, { history, day }, conditions, evidence, notices);
    return { answer, presented, days: evidence.horizonDays };
  }

  /** @param outcomes names; all when empty */
  async nextTest(outcomes: readonly string[], horizonDays: number): Promise<Dated<NextTestAnswer> | null> {
    const { model, timeline, day, threads, notices } = this.person;
    const tests = await this.person.tests();
    if (tests === null) return null;
    const { conditions, days } = this.#asked(outcomes, horizonDays);
    const question = { timeline, day, conditions, horizonDays: days, tests };
    return { answer: await nextTest(model, question, { threads, notices }), days };
  }

  /** @param outcomes names; all when empty @throws LongitudeError REASONING_CHANGE */
  async whatIf(
    changes: readonly RecordChange[],
    outcomes: readonly string[],
    horizonDays: number,
  ): Promise<Dated<WhatIfAnswer>> {
    const { model, timeline, day, longestFuture, random, threads, notices } = this.person;
    const { conditions, days } = this.#asked(outcomes, horizonDays);
    const common = { way: null, precision: PRECISION, longestFuture };
    const answer = await whatIf(
      model,
      { timeline, day, changes, conditions, horizonDays: days, ...common },
      { random: random.fork("what if"), threads, notices },
    );
    return { answer, days };
  }

  async careTeam(): Promise<Dated<CareTeamAnswer> | null> {
    const { model, timeline, day, vetted } = this.person;
    const panels = await this.person.panels();
    if (panels === null) return null;
    const { answer, days } = await this.differential([]);
    const history = model.historyOf(timeline);
    return { answer: careTeam({ panels, history, day, differential: answer, vetted }), days };
  }

  #asked(names: readonly string[], horizonDays: number): ReturnType<ReasonedPerson["askable"]> {
    const { conditions, days } = this.person.askable(horizonDays);
    const named = conditions.filter(({ name }) => names.includes(name));
    return { conditions: names.length === 0 ? conditions : named, days };
  }
}

/** The record with the problem in it. */
export function presenting(
  { model, timeline, day }: Pick<ReasonedPerson, "model" | "timeline" | "day">,
  problem: readonly string[],
): { readonly history: PatientHistory; readonly presented: Presented } {
  const history = model.historyOf(timeline);
  const [first] = problem;
  if (first === undefined || eventsBefore(history, day).some(({ code }) => codeMatcher(problem)(code)))
    return { history, presented: "recorded" };
  const changed = changeRecord(timeline, [parseChange("add", first)], day, {
    vocabulary: model.checkpoint.vocabulary,
    cohort: model.cohort,
  });
  const heard = changed.heard.every(({ match }) => match !== "unknown");
  return { history: model.historyOf(changed.timeline), presented: heard ? "added" : "unknown" };
}
