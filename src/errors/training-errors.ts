/** Errors of planning a training. */
import { define } from "./define.ts";

export const PLAN_BUDGET_TOO_SMALL = define(
  "PLAN_BUDGET_TOO_SMALL",
  2,
  400,
  "Give a larger --budget, or a larger share of it to the trials with --trial-share.",
);
export const PLAN_NO_LAW = define(
  "PLAN_NO_LAW",
  2,
  422,
  "Look at the trials that the message counts: give them longer with --trial-share, or lower training.dropout and training.batchTokens.",
);
