/** The conditions that a verb of `longitude reason` asks about: outcomes of the site by name, or codes that are typed in. */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { FORECAST_QUESTION } from "../../errors/registry.ts";
import type { Condition, ReasonedModel } from "../../reasoning/reasoned-model.ts";
import { codeMatcher } from "../../vetting/outcome-definition.ts";

export interface ConditionFlags {
  readonly outcome?: readonly string[];
  readonly codes?: string;
}

/** All outcomes of the site when none is named. @throws FORECAST_QUESTION for a name that the site does not list */
export function askedConditions(model: ReasonedModel, { outcome, codes }: ConditionFlags): Condition[] {
  const typed = codes === undefined ? [] : [typedCondition(codes)];
  if (outcome === undefined) return typed.length > 0 ? typed : model.trainedConditions;
  const named = outcome.map((name) => {
    const found = model.trainedConditions.find((condition) => condition.name === name);
    if (found === undefined)
      throw new LongitudeError(FORECAST_QUESTION, "the site lists no outcome of that name");
    return found;
  });
  return [...named, ...typed];
}

function typedCondition(list: string): Condition {
  const codes = list.split(",").map((code) => code.trim());
  return { name: codes.join(","), title: codes.join(", "), matches: codeMatcher(codes), trained: null };
}
