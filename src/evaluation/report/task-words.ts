/** Landmarks, horizons, verdicts and calibration in words. */

import { type Markup, markup } from "../../drawing/markup.ts";
import { digitsFor, estimateText, signed } from "../../drawing/number-text.ts";
import { durationText } from "../../vetting/duration.ts";
import type { EvaluationTask, Verdict } from "../design/evaluation-schema.ts";
import type { Estimate } from "../measures/estimate.ts";
import { labelInText } from "./model-look.ts";

/** `index+5y` → `5 years after the index date` */
export function landmarkText(landmark: string): string {
  const [, anchor = landmark, sign, offset] = /^(\w+)(?:([+-])(.+))?$/.exec(landmark) ?? [];
  const from =
    anchor === "index"
      ? "the index date"
      : anchor === "birth"
        ? "birth"
        : `the ${anchor.replaceAll("_", " ")}`;
  return offset === undefined ? from : `${durationText(offset)} ${sign === "-" ? "before" : "after"} ${from}`;
}

export function taskId({ outcome, landmark, horizon }: EvaluationTask): string {
  return `task-${outcome}-${landmark}-${horizon}`.replace(/[^a-zA-Z0-9-]+/g, "-");
}

export const VERDICT_CLASS: Readonly<Record<Verdict, string>> = {
  better: "v-better",
  "not distinguishable": "v-same",
  worse: "v-worse",
  "too few to judge": "v-few",
};

const VERDICT_PATH: Readonly<Record<Verdict, string>> = {
  better: "M8 2.5L14 13H2Z",
  "not distinguishable": "M2.5 5.5H13.5M2.5 10.5H13.5",
  worse: "M8 13.5L2 3H14Z",
  "too few to judge": "M8 3.2a4.8 4.8 0 1 0 .01 0Z",
};

/** A shape for each verdict; the word stands beside it or is read out. */
export function verdictMark(verdict: Verdict): Markup {
  return markup`<svg class="verdict-mark ${VERDICT_CLASS[verdict]}" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="${VERDICT_PATH[verdict]}"/></svg>`;
}

export function verdictTag(verdict: Verdict): Markup {
  return markup`<span class="verdict ${VERDICT_CLASS[verdict]}">${verdictMark(verdict)}${verdict}</span>`;
}

/** `not distinguishable from ridge Cox: −0.003 (−0.012 to +0.006)` */
export function verdictSentence(task: EvaluationTask, mainModel: string): string {
  const { verdict, verdictAgainst: against } = task;
  const difference = against === null ? null : (task.differences[against]?.cIndex ?? null);
  if (against === null || difference === null) return task.verdictText;
  const figures = `difference in C-index ${estimateText(difference, digitsFor([difference]), signed)}`;
  const model = labelInText(mainModel);
  const other = `${labelInText(against)}, the strongest baseline here`;
  switch (verdict) {
    case "better":
      return `${model} ranks better than ${other}: ${figures}.`;
    case "worse":
      return `${model} ranks worse than ${other}: ${figures}.`;
    case "not distinguishable":
      return `${model} is not distinguishable from ${other}: ${figures}.`;
    case "too few to judge":
      return task.verdictText;
  }
}

/** Points above the diagonal are observed above predicted: the model under-estimates there. */
export function calibrationFinding(
  observedToExpected: Estimate | null,
  slope: Estimate | null = null,
): string {
  if (observedToExpected === null) return "Calibration could not be measured";
  if (observedToExpected.low > 1) return "Observed above predicted: under-estimates risk";
  if (observedToExpected.high < 1) return "Observed below predicted: over-estimates risk";
  if (slope !== null && slope.high < 1) return "Agrees overall; predictions too extreme";
  if (slope !== null && slope.low > 1) return "Agrees overall; predictions too close together";
  return "Observed and predicted agree";
}

/** Below this many onsets an interval says little. */
export const FEW_EVENTS = 20;
