/**
 * What a question may be answered from, and what a tool gives back.
 * Invariant: what a tool finds states only what its source says; a tool never sees what another person's record holds.
 */
import type { Reasoner } from "../../reasoning/reasoner.ts";
import type { Timeline } from "../../timeline/patient-event.ts";
import type { Register, ToolRun } from "../answer.ts";
import type { Say } from "../language/phrases.ts";
import type { LanguageModel } from "../models/language-model.ts";
import type { Passage } from "../retrieval/passage.ts";
import type { PassageSource } from "../retrieval/passage-index.ts";
import type { Support } from "../verification/support.ts";

export interface Tools {
  readonly timeline: Timeline;
  readonly descriptionOf: (code: string) => string | null;
  readonly outcomes: readonly {
    readonly name: string;
    readonly title: string;
    readonly matches: (code: string) => boolean;
  }[];
  /** Null where the site has no model. */
  readonly forecast: ((outcome: string, horizonDays: number) => Promise<Forecast | null>) | null;
  /** Opened when it is asked first; null where there is no record or no model to reason with, or nobody may see a forecast. */
  readonly reasoning: (() => Promise<Reasoner | null>) | null;
  /** Published passages; null where the site has none. */
  readonly passages: PassageSource | null;
  /** What experts of the site have vetted, with the outcomes that it is about. */
  readonly vetted: readonly {
    readonly outcomes: readonly string[];
    readonly passage: Passage;
    readonly notice: string | null;
  }[];
  readonly model: LanguageModel | null;
}

export interface Forecast {
  readonly risk: number;
  /** What it is for, where that is not what was asked for. */
  readonly horizonDays?: number;
  readonly estimator: string;
  readonly notice: string | null;
}

export type Finding = Omit<Support, "id">;

export interface Gathered {
  readonly finding: Finding;
  /** Sentences of the composed answer. */
  readonly shown: readonly string[];
  readonly notice?: string;
}

export interface Asked {
  /** In English words, whatever it was asked in. */
  readonly question: string;
  readonly register: Register;
  readonly say: Say;
}

export type Tool = (asked: Asked, tools: Tools) => Promise<Gathered[]> | Gathered[];

/** Events of the record that a finding links to. */
export function eventsOf(
  { timeline }: Pick<Tools, "timeline">,
  matches: (code: string) => boolean,
): { readonly code: string; readonly time: string | null; readonly position: number }[] {
  return timeline.events.flatMap(({ code, time }, position) =>
    matches(code)
      ? [{ code, time: time === null ? null : new Date(time).toISOString().slice(0, 19), position }]
      : [],
  );
}

/** @returns what the tool found; nothing when it fails, whatever with, so that the answer is shorter and still true */
export async function runTool(
  name: ToolRun["tool"],
  tool: Tool,
  asked: Asked,
  tools: Tools,
  runs: ToolRun[],
): Promise<Gathered[]> {
  try {
    const found = await tool(asked, tools);
    runs.push({ tool: name, outcome: found.length > 0 ? "found" : "nothing" });
    return found;
  } catch {
    runs.push({ tool: name, outcome: "failed" });
    return [];
  }
}
