/** Codes of the assistant: questions, passages, endpoints. */
import { define } from "./define.ts";

export const ASSISTANT_ANSWER_UNKNOWN = define(
  "ASSISTANT_ANSWER_UNKNOWN",
  2,
  404,
  "Use the `id` of an answer of `longitude ask --json` (`say-…`); the audit log lists them (`longitude audit`).",
);
export const ASSISTANT_REPLAY_DIFFERS = define(
  "ASSISTANT_REPLAY_DIFFERS",
  3,
  409,
  "The kept answer was changed, or this version verifies differently: replay with the version that gave it.",
);
export const ENDPOINT_KEY = define(
  "ENDPOINT_KEY",
  2,
  500,
  "Put the endpoint's key into the named file and let only its owner read it (`chmod 600`), or leave `keyFile` out.",
);
export const PASSAGES_INVALID = define(
  "PASSAGES_INVALID",
  3,
  422,
  "Correct the named lines; docs/guides/ask.md lists what a passage must have. Nothing was used.",
);
export const QUESTION_INVALID = define(
  "QUESTION_INVALID",
  2,
  400,
  "Ask one question of 1 to 2,000 characters about a subject key that the site's records hold (`longitude ask --help`).",
);
export const RECORDS_MISSING = define(
  "RECORDS_MISSING",
  2,
  409,
  "Make the records first: `longitude build --site DIR`; questions are answered from what is built.",
);
export const TEXT_TASK_UNREADABLE = define(
  "TEXT_TASK_UNREADABLE",
  3,
  400,
  "Name the benchmark's own file: JSON, NDJSON, CSV or Parquet, plain or gzip.",
);
export const TEXT_TASK_FORMAT = define(
  "TEXT_TASK_FORMAT",
  3,
  400,
  "Name the format with --task; `longitude evaluate-text --help` lists them. The file must have the fields that its authors publish.",
);
