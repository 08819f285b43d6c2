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
export const LANGUAGE_NOT_CONFIGURED = define(
  "LANGUAGE_NOT_CONFIGURED",
  2,
  400,
  "Add a section `language` with `sources` to longitude.yaml; docs/guides/language.md shows one.",
);
export const TEXT_SOURCE_UNREADABLE = define(
  "TEXT_SOURCE_UNREADABLE",
  3,
  400,
  "Name an NDJSON or CSV file, plain or gzip, in `language.sources`; paths are relative to longitude.yaml.",
);
export const TEXT_FIELD_MISSING = define(
  "TEXT_FIELD_MISSING",
  2,
  400,
  "Name fields that the file has: `text`, or `question` and `answer`, and `group` where one is stated.",
);
export const TEXT_NONE = define(
  "TEXT_NONE",
  3,
  422,
  "Add sources with more texts, or a `group` with more values: every split is drawn by group.",
);
export const TEXT_NOT_DEIDENTIFIED = define(
  "TEXT_NOT_DEIDENTIFIED",
  2,
  403,
  "Add a section `privacy` so that notes are de-identified first, or state `deidentified: true` at the source (or in `tokens.notes`) where they came without identifiers.",
);
